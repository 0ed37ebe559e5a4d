"""Bodies of the conversations API."""

from typing import Literal, Self

from pydantic import BaseModel

from autosocial.contracts.socket import Citation
from autosocial.conversations.model import Conversation, Message, Page


class ConversationBody(BaseModel):
    """One conversation of the list."""

    conversation_id: str
    visitor_id: str
    channel: str
    language: str
    created_at: str
    last_activity_at: str
    last_message: str
    message_count: int
    ratings_up: int
    ratings_down: int

    @classmethod
    def of(cls, conversation: Conversation) -> Self:
        """Return the body of a conversation."""
        return cls(
            conversation_id=conversation.conversation_id,
            visitor_id=conversation.visitor_id,
            channel=conversation.channel,
            language=conversation.language,
            created_at=conversation.created_at,
            last_activity_at=conversation.last_activity_at,
            last_message=conversation.preview,
            message_count=conversation.message_count,
            ratings_up=conversation.ratings_up,
            ratings_down=conversation.ratings_down,
        )


class ConversationPage(BaseModel):
    """Conversations, newest activity first. ``next_cursor`` leads to older ones."""

    items: list[ConversationBody]
    next_cursor: str | None = None

    @classmethod
    def of(cls, page: Page[Conversation]) -> Self:
        """Return the body of a page."""
        return cls(items=[ConversationBody.of(item) for item in page.items], next_cursor=page.cursor or None)


class MessageBody(BaseModel):
    """One message. ``state`` of a visitor's message: how its answer stands; of an answer: its own."""

    message_id: str
    role: Literal["visitor", "assistant", "creator"]
    text: str
    created_at: str
    state: Literal["none", "pending", "streaming", "completed", "failed"]
    answer_id: str | None = None
    reply_to: str | None = None
    last_seq: int = 0
    outcome: Literal["answered", "no_answer", "degraded", "small_talk", "failed"] | None = None
    code: str | None = None
    model: str | None = None
    citations: list[Citation] = []
    rating: Literal["up", "down"] | None = None

    @classmethod
    def of(cls, message: Message) -> Self:
        """Return the body of a message."""
        has_failed = message.role == "assistant" and message.answer_state == "failed"
        return cls(
            message_id=message.message_id,
            role=message.role,
            text=message.text,
            created_at=message.created_at,
            state=message.answer_state,
            answer_id=message.answer_id or None,
            reply_to=message.reply_to or None,
            last_seq=message.answer_last_seq,
            outcome="failed" if has_failed else message.outcome,
            code=message.code or None,
            model=message.model or None,
            citations=list(message.citations),
            rating=message.rating,
        )


class MessagePage(BaseModel):
    """Messages in the order they were written, the newest page first. ``next_cursor`` leads to older ones."""

    items: list[MessageBody]
    next_cursor: str | None = None

    @classmethod
    def of(cls, page: Page[Message]) -> Self:
        """Return the body of a page."""
        return cls(items=[MessageBody.of(item) for item in page.items], next_cursor=page.cursor or None)
