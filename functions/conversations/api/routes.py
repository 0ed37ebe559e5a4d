"""Routes of the conversations API: a creator reads the conversations with their coach."""

from fastapi import APIRouter

from autosocial.conversations.history import ReadConversations
from autosocial.runtime.http import CreatorCaller
from autosocial.runtime.http_parameters import Cursor, IdPath, Limit
from functions.conversations.api.schemas import ConversationPage, MessagePage


def conversation_routes(read: ReadConversations) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/v1/creators/conversations", tags=["conversations"])

    @router.get("", operation_id="list_conversations", summary="Conversations, newest activity first")
    def list_conversations(caller: CreatorCaller, cursor: Cursor, limit: Limit = 25) -> ConversationPage:
        return ConversationPage.of(read.all(caller.creator_id, cursor=cursor, limit=limit))

    @router.get(
        "/{conversation_id}/messages",
        operation_id="read_conversation",
        summary="The messages of one conversation",
    )
    def read_conversation(
        caller: CreatorCaller, conversation_id: IdPath, *, cursor: Cursor, limit: Limit = 50
    ) -> MessagePage:
        conversation = read.one(caller.creator_id, conversation_id)
        return MessagePage.of(read.messages(conversation, cursor=cursor, limit=limit))

    return router
