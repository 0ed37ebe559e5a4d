"""Routes of the channels API: visitor sessions of the web channel."""

from typing import Annotated

from fastapi import APIRouter, Header

from autosocial.channels.sessions import OpenSession
from autosocial.conversations.history import ReadConversations
from autosocial.conversations.model import Conversation
from autosocial.kernel.tenancy import Caller
from autosocial.runtime.http import SourceAddress, VisitorCaller
from autosocial.runtime.http_parameters import Cursor, IdPath, Limit
from functions.channels.api.schemas import SessionBody, SessionMessages, SessionRequest, SessionState

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
