"""Bodies of the channels API, as visitors see them."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field

from autosocial.channels.model import ConnectedChannel, Session
from autosocial.conversations.model import Conversation, Message
from autosocial.kernel.ids import ULID_PATTERN
from autosocial.kernel.paging import Page
from autosocial.runtime.http_bodies import Citation


class SessionRequest(BaseModel):
    """Open a session with a creator's coach, or renew the one that ``session_token`` stands for."""

    creator_id: Annotated[
        str,
        Field(
            max_length=64,
            examples=["01J9ZQ6X8E3V5T7R9P1N3M5K7H"],
            json_schema_extra={"pattern": f"^{ULID_PATTERN}$"},
        ),
    ]
    session_token: Annotated[
        str, Field(max_length=4_096, examples=["eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl"])
    ] = ""


class WidgetBody(BaseModel):
    """What the widget shows before anybody has said anything."""

    title: Annotated[str, Field(examples=["Ask the studio"])]
    welcome: Annotated[str, Field(examples=["Hello! What would you like to know?"])]
    language: Annotated[str, Field(examples=["en"])]
    name: Annotated[str, Field(examples=["Ana García"])]


class SessionBody(BaseModel):
    """A visitor's session; ``session_token`` is the bearer token of its later calls."""

    session_token: Annotated[str, Field(examples=["eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl"])]
    visitor_id: Annotated[str, Field(examples=["01J9ZQ6ZB2C5E8G1J4N7Q0T3VW"])]
    conversation_id: Annotated[str, Field(examples=["01J9ZQ71C4A8D2F6H0K3M7P9RS"])]
    expires_at: Annotated[str, Field(examples=["2026-03-31T12:00:00.000Z"])]
    widget: WidgetBody

    @classmethod
    def of(cls, session: Session) -> Self:
        """Return the body of a session."""
        face = session.widget
        return cls(
            session_token=session.session_token,
            visitor_id=session.visitor_id,
            conversation_id=session.conversation_id,
            expires_at=session.expires_at,
            widget=WidgetBody(title=face.title, welcome=face.welcome, language=face.language, name=face.name),
        )


class SessionState(BaseModel):
    """How a visitor's conversation stands."""

    conversation_id: Annotated[str, Field(examples=["01J9ZQ71C4A8D2F6H0K3M7P9RS"])]
    visitor_id: Annotated[str, Field(examples=["01J9ZQ6ZB2C5E8G1J4N7Q0T3VW"])]
    channel: Annotated[str, Field(examples=["web"])]
    language: Annotated[str, Field(examples=["en"])]
    created_at: Annotated[str, Field(examples=["2026-03-01T12:00:00.000Z"])]
    last_activity_at: Annotated[str, Field(examples=["2026-03-01T12:04:10.000Z"])]
    message_count: Annotated[int, Field(examples=[4])]

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
            message_count=conversation.message_count,
        )


class SessionMessage(BaseModel):
    """One message. ``state`` of a visitor's message: how its answer stands; of an answer: its own.

    An answer in state ``streaming`` can be picked up with ``answer.resume`` on the socket.
    """

    message_id: Annotated[str, Field(examples=["01J9ZQ72D5B9E3G7J1M4P8R0TV"])]
    role: Literal["visitor", "assistant", "creator"]
    text: Annotated[str, Field(examples=["A single session costs 50 euros [1]."])]
    created_at: Annotated[str, Field(examples=["2026-03-01T12:00:00.000Z"])]
    state: Literal["none", "pending", "streaming", "completed", "failed"]
    client_id: Annotated[str, Field(examples=["c-7f3a9b2e"])] = ""
    answer_id: Annotated[str, Field(examples=["01J9ZQ73E6C0F4H8K2N5Q9S1VW"])] = ""
    reply_to: Annotated[str, Field(examples=["01J9ZQ72D5B9E3G7J1M4P8R0TV"])] = ""
    last_seq: Annotated[int, Field(examples=[3])] = 0
    outcome: str = ""
    code: str = ""
    model: Annotated[str, Field(examples=["extractive"])] = ""
    citations: list[Citation] = []
    rating: str = ""

    @classmethod
    def of(cls, message: Message) -> Self:
        """Return the body of a message."""
        return cls(
            message_id=message.message_id,
            role=message.role,
            text=message.text,
            created_at=message.created_at,
            state=message.answer_state,
            client_id=message.client_id,
            answer_id=message.answer_id,
            reply_to=message.reply_to,
            last_seq=message.answer_last_seq,
            outcome=message.outcome or "",
            code=message.code,
            model=message.model,
            citations=[Citation.model_validate(item) for item in message.citations],
            rating=message.rating or "",
        )


class ChannelRequest(BaseModel):
    """Connect an own system: where answers are posted to. ``rotate``: make a new secret as well."""

    callback_url: Annotated[str, Field(max_length=500, examples=["https://example.com/autosocial"])]
    rotate: bool = False


class ChannelBody(BaseModel):
    """How a channel stands. ``secret`` is shown once, when it is made; later only its last characters."""

    channel: Annotated[str, Field(examples=["webhook"])]
    state: Literal["connected", "not_connected"]
    inbound_url: Annotated[
        str, Field(examples=["https://app.example/webhook/webhook/01J9ZQ6X8E3V5T7R9P1N3M5K7H-7J1M4P8R0T"])
    ] = ""
    callback_url: Annotated[str, Field(examples=["https://example.com/autosocial"])] = ""
    secret: Annotated[str, Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])] = ""
    secret_hint: Annotated[str, Field(examples=["LaSw"])] = ""
    connected_at: Annotated[str, Field(examples=["2026-03-01T12:00:00.000Z"])] = ""

    @classmethod
    def of(cls, connection: ConnectedChannel, *, public_url: str, secret: str = "") -> Self:
        """Return the body of a connection."""
        return cls(
            channel=connection.channel,
            state="connected",
            inbound_url=f"{public_url}/webhook/{connection.channel}/{connection.connection_id}",
            callback_url=connection.callback_url,
            secret=secret,
            secret_hint=connection.secret_hint,
            connected_at=connection.connected_at,
        )


class SessionMessages(BaseModel):
    """Messages in the order they were written, the newest page first. ``next_cursor`` leads to older ones."""

    items: list[SessionMessage]
    next_cursor: Annotated[str | None, Field(examples=["01J9ZQ71C4A8D2F6H0K3M7P9RS"])] = None

    @classmethod
    def of(cls, page: Page[Message]) -> Self:
        """Return the body of a page."""
        return cls(items=[SessionMessage.of(item) for item in page.items], next_cursor=page.next_cursor)
