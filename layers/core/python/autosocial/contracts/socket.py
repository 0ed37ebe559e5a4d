"""The socket protocol, version 1: every frame a client may send and every frame it may get.

The TypeScript of the widget and the dashboard is generated from this module
(`make generate`); CI fails when they drift.

Frames are JSON objects told apart by ``type``. A frame above 32 kB travels as numbered ``part``
frames, whose ``data`` strings joined in order are the JSON text of the frame.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from autosocial.contracts.outbound import Citation
from autosocial.kernel.ids import ULID_PATTERN

PROTOCOL_VERSION = 1
MAX_TEXT_CHARS = 4_000
MAX_FRAME_BYTES = 32_000
HEARTBEAT_SECONDS = 30

Ulid = Annotated[str, Meta(pattern=rf"^{ULID_PATTERN}\Z")]
ClientId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,64}\Z")]


class _Frame(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    @property
    def type(self) -> str:
        """What tells frames apart."""
        return str(self.__struct_config__.tag)


# --- up: what a client sends -------------------------------------------------------------------


class MessageSend(_Frame, frozen=True, kw_only=True, tag="message.send"):
    """A visitor's message. ``client_id`` is the client's own id of it: sending it twice stores it once."""

    client_id: ClientId
    text: Annotated[str, Meta(min_length=1, max_length=MAX_TEXT_CHARS)]


class AnswerResume(_Frame, frozen=True, kw_only=True, tag="answer.resume"):
    """Ask for all of an answer after ``last_seq`` (0: from its beginning)."""

    answer_id: Ulid
    last_seq: Annotated[int, Meta(ge=0)]


class Typing(_Frame, frozen=True, kw_only=True, tag="typing"):
    """The client's user is typing."""


class Ping(_Frame, frozen=True, kw_only=True, tag="ping"):
    """Heartbeat, every 30 seconds. ``id`` comes back in the ``pong``."""

    id: Annotated[str, Meta(max_length=64)] = ""


class FeedbackSend(_Frame, frozen=True, kw_only=True, tag="feedback.send"):
    """A rating of an answer; sending it again replaces it."""

    answer_id: Ulid
    rating: Literal["up", "down"]
    reason: Literal["", "wrong", "incomplete", "off_topic", "unclear", "other"] = ""
    comment: Annotated[str, Meta(max_length=1_000)] = ""


UpFrame = MessageSend | AnswerResume | Typing | Ping | FeedbackSend


# --- down: what a client gets ------------------------------------------------------------------


class MessageAck(_Frame, frozen=True, kw_only=True, tag="message.ack"):
    """The message is stored and will be answered. ``duplicate``: it was stored before."""

    client_id: str
    message_id: str
    conversation_id: str
    duplicate: bool = False


class AnswerStarted(_Frame, frozen=True, kw_only=True, tag="answer.started"):
    """An answer to ``message_id`` begins. A second one for the same message replaces the first."""

    answer_id: str
    message_id: str


class AnswerDelta(_Frame, frozen=True, kw_only=True, tag="answer.delta"):
    """A piece of the answer. ``seq`` counts from 1 without gaps within an answer."""

    answer_id: str
    seq: int
    text: str


class AnswerCompleted(_Frame, frozen=True, kw_only=True, tag="answer.completed"):
    """The one terminal frame of a good answer; its ``text`` is authoritative.

    ``outcome``: ``answered`` from the documents; ``no_answer``: the documents do not hold it;
    ``degraded``: the model is away, the best passages are quoted instead; ``small_talk``.
    ``model``: label of what wrote it (``extractive`` quotes sentences and says so).
    """

    answer_id: str
    message_id: str
    seq: int
    text: str
    citations: tuple[Citation, ...] = ()
    outcome: Literal["answered", "no_answer", "degraded", "small_talk"] = "answered"
    model: str = ""
    created_at: str = ""


class AnswerFailed(_Frame, frozen=True, kw_only=True, tag="answer.failed"):
    """The one terminal frame of an answer that could not be given. ``retryable``: sending again may help."""

    answer_id: str
    message_id: str
    seq: int
    code: str
    retryable: bool = True


class HandoffChanged(_Frame, frozen=True, kw_only=True, tag="handoff.changed"):
    """The state of the hand-off to a person changed."""

    state: str


class MessageNew(_Frame, frozen=True, kw_only=True, tag="message.new"):
    """A message that somebody else put into the conversation (the creator, another tab)."""

    conversation_id: str
    message_id: str
    role: Literal["visitor", "assistant", "creator"]
    text: str
    created_at: str


class Event(_Frame, frozen=True, kw_only=True, tag="event"):
    """Something the dashboard shows live. ``data`` depends on ``event``."""

    event: Literal["DOCUMENT_PROCESSING", "CONVERSATION_UPDATE", "SYSTEM_NOTIFICATION"]
    subject_id: str
    state: str = ""
    progress_pct: int = 0
    message: str = ""
    timestamp: str
    data: dict[str, Any] = field(default_factory=dict)


class SocketError(_Frame, frozen=True, kw_only=True, tag="error"):
    """A frame was refused. ``retry_after`` seconds, 0 where waiting does not help."""

    code: str
    detail: str
    retry_after: int = 0
    client_id: str = ""


class Pong(_Frame, frozen=True, kw_only=True, tag="pong"):
    """Answer to ``ping``."""

    id: str = ""


class Part(_Frame, frozen=True, kw_only=True, tag="part"):
    """One of ``count`` pieces of a frame above 32 kB; ``index`` counts from 0."""

    id: str
    index: int
    count: int
    data: str


DownFrame = (
    MessageAck
    | AnswerStarted
    | AnswerDelta
    | AnswerCompleted
    | AnswerFailed
    | HandoffChanged
    | MessageNew
    | Event
    | SocketError
    | Pong
    | Part
)
