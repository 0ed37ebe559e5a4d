"""The socket protocol, version 1: every frame a client may send and every frame it may get.

The TypeScript of the widget and the dashboard is generated from this module
(`make generate`); CI fails when they drift.

Frames are JSON objects told apart by ``type``. A frame above 32 kB travels as numbered ``part``
frames, whose ``data`` strings joined in order are the JSON text of the frame.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

PROTOCOL_VERSION = 1
MAX_TEXT_CHARS = 4_000
MAX_FRAME_BYTES = 32_000
HEARTBEAT_SECONDS = 30

Ulid = Annotated[str, Field(pattern=r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
ClientId = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class _Frame(BaseModel):
    # Built at first use: a function that starts cold pays only for the frames it meets.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


# --- up: what a client sends -------------------------------------------------------------------


class MessageSend(_Frame):
    """A visitor's message. ``client_id`` is the client's own id of it: sending it twice stores it once."""

    type: Literal["message.send"] = "message.send"
    client_id: ClientId
    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT_CHARS)]


class AnswerResume(_Frame):
    """Ask for all of an answer after ``last_seq`` (0: from its beginning)."""

    type: Literal["answer.resume"] = "answer.resume"
    answer_id: Ulid
    last_seq: Annotated[int, Field(ge=0)]


class Typing(_Frame):
    """The client's user is typing."""

    type: Literal["typing"] = "typing"


class Ping(_Frame):
    """Heartbeat, every 30 seconds. ``id`` comes back in the ``pong``."""

    type: Literal["ping"] = "ping"
    id: Annotated[str, Field(max_length=64)] = ""


class FeedbackSend(_Frame):
    """A rating of an answer; sending it again replaces it."""

    type: Literal["feedback.send"] = "feedback.send"
    answer_id: Ulid
    rating: Literal["up", "down"]
    reason: Literal["", "wrong", "incomplete", "off_topic", "unclear", "other"] = ""
    comment: Annotated[str, Field(max_length=1_000)] = ""


UpFrame = Annotated[
    MessageSend | AnswerResume | Typing | Ping | FeedbackSend,
    Field(discriminator="type"),
]


# --- down: what a client gets ------------------------------------------------------------------


class MessageAck(_Frame):
    """The message is stored and will be answered. ``duplicate``: it was stored before."""

    type: Literal["message.ack"] = "message.ack"
    client_id: str
    message_id: str
    conversation_id: str
    duplicate: bool = False


class Citation(_Frame):
    """A checked reference: ``quote`` stands literally in ``passage`` at ``quote_start``.

    ``index`` is the number that stands as ``[index]`` in the answer's text.
    """

    index: int
    document_id: str
    document_name: str
    page: int | None
    heading: str
    language: str
    passage_id: str
    passage: str
    quote: str
    quote_start: int


class AnswerStarted(_Frame):
    """An answer to ``message_id`` begins. A second one for the same message replaces the first."""

    type: Literal["answer.started"] = "answer.started"
    answer_id: str
    message_id: str


class AnswerDelta(_Frame):
    """A piece of the answer. ``seq`` counts from 1 without gaps within an answer."""

    type: Literal["answer.delta"] = "answer.delta"
    answer_id: str
    seq: int
    text: str


class AnswerCompleted(_Frame):
    """The one terminal frame of a good answer; its ``text`` is authoritative.

    ``outcome``: ``answered`` from the documents; ``no_answer``: the documents do not hold it;
    ``degraded``: the model is away, the best passages are quoted instead; ``small_talk``.
    ``model``: label of what wrote it (``extractive`` quotes sentences and says so).
    """

    type: Literal["answer.completed"] = "answer.completed"
    answer_id: str
    message_id: str
    seq: int
    text: str
    citations: tuple[Citation, ...] = ()
    outcome: Literal["answered", "no_answer", "degraded", "small_talk"] = "answered"
    model: str = ""
    created_at: str = ""


class AnswerFailed(_Frame):
    """The one terminal frame of an answer that could not be given. ``retryable``: sending again may help."""

    type: Literal["answer.failed"] = "answer.failed"
    answer_id: str
    message_id: str
    seq: int
    code: str
    retryable: bool = True


class HandoffChanged(_Frame):
    """The state of the hand-off to a person changed."""

    type: Literal["handoff.changed"] = "handoff.changed"
    state: str


class MessageNew(_Frame):
    """A message that somebody else put into the conversation (the creator, another tab)."""

    type: Literal["message.new"] = "message.new"
    conversation_id: str
    message_id: str
    role: Literal["visitor", "assistant", "creator"]
    text: str
    created_at: str


class Event(_Frame):
    """Something the dashboard shows live. ``data`` depends on ``event``."""

    type: Literal["event"] = "event"
    event: Literal["DOCUMENT_PROCESSING", "CONVERSATION_UPDATE", "SYSTEM_NOTIFICATION"]
    subject_id: str
    state: str = ""
    progress_pct: int = 0
    message: str = ""
    timestamp: str
    data: dict[str, Any] = Field(default_factory=dict)


class SocketError(_Frame):
    """A frame was refused. ``retry_after`` seconds, 0 where waiting does not help."""

    type: Literal["error"] = "error"
    code: str
    detail: str
    retry_after: int = 0
    client_id: str = ""


class Pong(_Frame):
    """Answer to ``ping``."""

    type: Literal["pong"] = "pong"
    id: str = ""


class Part(_Frame):
    """One of ``count`` pieces of a frame above 32 kB; ``index`` counts from 0."""

    type: Literal["part"] = "part"
    id: str
    index: int
    count: int
    data: str


DownFrame = Annotated[
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
    | Part,
    Field(discriminator="type"),
]

_LATE = ConfigDict(defer_build=True)
UP_FRAME: TypeAdapter[UpFrame] = TypeAdapter(UpFrame, config=_LATE)
DOWN_FRAME: TypeAdapter[DownFrame] = TypeAdapter(DownFrame, config=_LATE)
