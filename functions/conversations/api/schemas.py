"""Bodies of the conversations API."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field

from autosocial.conversations.model import Conversation, Message
from autosocial.kernel.paging import Page
from autosocial.runtime.http_bodies import Citation


class ConversationBody(BaseModel):
    """One conversation of the list."""

    conversation_id: Annotated[str, Field(examples=["01J9ZQ71C4A8D2F6H0K3M7P9RS"])]
    visitor_id: Annotated[str, Field(examples=["01J9ZQ6ZB2C5E8G1J4N7Q0T3VW"])]
    channel: Annotated[str, Field(examples=["web"])]
    language: Annotated[str, Field(examples=["en"])]
    created_at: Annotated[str, Field(examples=["2026-03-01T12:00:00.000Z"])]
    last_activity_at: Annotated[str, Field(examples=["2026-03-01T12:04:10.000Z"])]
    last_message: Annotated[str, Field(examples=["How much does a session cost?"])]
    message_count: Annotated[int, Field(examples=[4])]
    ratings_up: Annotated[int, Field(examples=[1])]
    ratings_down: Annotated[int, Field(examples=[0])]

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
    next_cursor: Annotated[str | None, Field(examples=["01J9ZQ71C4A8D2F6H0K3M7P9RS"])] = None

    @classmethod
    def of(cls, page: Page[Conversation]) -> Self:
        """Return the body of a page."""
        return cls(items=[ConversationBody.of(item) for item in page.items], next_cursor=page.next_cursor)


class MessageBody(BaseModel):
    """One message. ``state`` of a visitor's message: how its answer stands; of an answer: its own."""

    message_id: Annotated[str, Field(examples=["01J9ZQ72D5B9E3G7J1M4P8R0TV"])]
    role: Literal["visitor", "assistant", "creator"]
    text: Annotated[str, Field(examples=["A single session costs 50 euros [1]."])]
    created_at: Annotated[str, Field(examples=["2026-03-01T12:00:00.000Z"])]
    state: Literal["none", "pending", "streaming", "completed", "failed"]
    answer_id: Annotated[str | None, Field(examples=["01J9ZQ73E6C0F4H8K2N5Q9S1VW"])] = None
    reply_to: Annotated[str | None, Field(examples=["01J9ZQ72D5B9E3G7J1M4P8R0TV"])] = None
    last_seq: Annotated[int, Field(examples=[3])] = 0
    outcome: Literal["answered", "no_answer", "degraded", "small_talk", "failed"] | None = None
    code: str | None = None
    model: Annotated[str | None, Field(examples=["extractive"])] = None
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
            citations=[Citation.model_validate(item) for item in message.citations],
            rating=message.rating,
        )


class MessagePage(BaseModel):
    """Messages in the order they were written, the newest page first. ``next_cursor`` leads to older ones."""

    items: list[MessageBody]
    next_cursor: Annotated[str | None, Field(examples=["01J9ZQ71C4A8D2F6H0K3M7P9RS"])] = None

    @classmethod
    def of(cls, page: Page[Message]) -> Self:
        """Return the body of a page."""
        return cls(items=[MessageBody.of(item) for item in page.items], next_cursor=page.next_cursor)
