"""Routes of the channels API: visitor sessions of the web channel, and connecting other channels."""

from typing import Annotated

from fastapi import APIRouter, Header

from autosocial.channels.connecting import ConnectWebhook
from autosocial.channels.model import WEBHOOK
from autosocial.channels.sessions import OpenSession
from autosocial.conversations.history import ReadConversations
from autosocial.conversations.model import Conversation
from autosocial.kernel.tenancy import Caller
from autosocial.runtime.http import CreatorCaller, SourceAddress, VisitorCaller
from autosocial.runtime.http_parameters import Cursor, IdPath, Limit
from functions.channels.api.schemas import (
    ChannelBody,
    ChannelRequest,
    SessionBody,
    SessionMessages,
    SessionRequest,
    SessionState,
)

Origin = Annotated[str, Header(max_length=300)]


def session_routes(open_session: OpenSession, read: ReadConversations) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/v1/channels/sessions", tags=["channels"])

    @router.post("", status_code=201, operation_id="open_session", summary="Open or renew a session")
    def open_a_session(body: SessionRequest, address: SourceAddress, origin: Origin = "") -> SessionBody:
        session = open_session(
            body.creator_id, origin=origin, address=address, session_token=body.session_token
        )
        return SessionBody.of(session)

    @router.get("/{conversation_id}", operation_id="read_session", summary="How the conversation stands")
    def read_session(caller: VisitorCaller, conversation_id: IdPath) -> SessionState:
        return SessionState.of(_own(caller, conversation_id))

    @router.get(
        "/{conversation_id}/messages", operation_id="read_session_messages", summary="The visitor's messages"
    )
    def read_messages(
        caller: VisitorCaller, conversation_id: IdPath, *, cursor: Cursor, limit: Limit = 50
    ) -> SessionMessages:
        page = read.messages(_own(caller, conversation_id), cursor=cursor, limit=limit)
        return SessionMessages.of(page)

    def _own(caller: Caller, conversation_id: str) -> Conversation:
        return read.one(caller.creator_id, conversation_id, visitor_id=caller.subject)

    return router


def channel_routes(webhook: ConnectWebhook, *, public_url: str) -> APIRouter:
    """Return the routes by which a creator connects channels."""
    router = APIRouter(prefix="/api/v1/creators/channels", tags=["channels"])

    @router.get("/webhook", operation_id="read_webhook_channel", summary="How the webhook channel stands")
    def read_channel(caller: CreatorCaller) -> ChannelBody:
        connection = webhook.state(caller.creator_id)
        if connection is None:
            return ChannelBody(channel=WEBHOOK, state="not_connected")
        return ChannelBody.of(connection, public_url=public_url)

    @router.put("/webhook", operation_id="connect_webhook_channel", summary="Connect or change the webhook")
    def connect_channel(caller: CreatorCaller, body: ChannelRequest) -> ChannelBody:
        made = webhook.connect(caller.creator_id, callback_url=body.callback_url, rotates=body.rotate)
        return ChannelBody.of(made.connection, public_url=public_url, secret=made.secret)

    @router.delete(
        "/webhook", status_code=204, operation_id="disconnect_webhook_channel", summary="Cut the webhook"
    )
    def disconnect_channel(caller: CreatorCaller) -> None:
        webhook.disconnect(caller.creator_id)

    return router
