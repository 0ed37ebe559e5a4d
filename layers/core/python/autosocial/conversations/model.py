"""Conversations as data: visitors, messages, answers, ratings, and the rules that need nothing else."""

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from autosocial.contracts.socket import (
    AnswerCompleted,
    AnswerDelta,
    AnswerFailed,
    Citation,
    DownFrame,
)

T = TypeVar("T")

ChatRole = Literal["visitor", "assistant", "creator"]
AnswerState = Literal["none", "pending", "streaming", "completed", "failed"]
Outcome = Literal["answered", "no_answer", "degraded", "small_talk"]
Rating = Literal["up", "down"]
Terminal = AnswerCompleted | AnswerFailed

PREVIEW_CHARS = 140
ABANDONED = "answer_abandoned"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list; ``cursor`` is "" at its end."""

    items: tuple[T, ...]
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who talks to a creator's coach on one origin, and the conversation they are in."""

    creator_id: str
    visitor_id: str
    conversation_id: str
    origin: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation as lists show it."""

    creator_id: str
    conversation_id: str
    visitor_id: str
    language: str
    created_at: str
    last_activity_at: str
    channel: str = "web"
    preview: str = ""
    message_count: int = 0
    ratings_up: int = 0
    ratings_down: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Of a visitor's, ``answer_*`` tell how its answer stands. Of an answer, ``reply_to`` is the message it
    answers; ``code`` says why it could not be given.
    """

    creator_id: str
    conversation_id: str
    message_id: str
    role: ChatRole
    text: str
    created_at: str
    answer_id: str = ""
    answer_state: AnswerState = "none"
    answer_last_seq: int = 0
    client_id: str = ""
    reply_to: str = ""
    code: str = ""
    outcome: Outcome | None = None
    model: str = ""
    citations: tuple[Citation, ...] = ()
    rating: Rating | None = None

    @property
    def is_settled(self) -> bool:
        """Whether the answer to this visitor message has its terminal frame."""
        return self.answer_state in {"completed", "failed"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One attempt to answer a message. ``deadline_at``: when it must have its terminal frame."""

    creator_id: str
    answer_id: str
    conversation_id: str
    message_id: str
    visitor_id: str
    started_at: str
    deadline_at: str
    terminal: Terminal | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """A visitor's rating of an answer."""

    creator_id: str
    answer_id: str
    conversation_id: str
    rating: Rating
    reason: str
    comment: str
    created_at: str


def preview_of(text: str) -> str:
    """Return the first line's worth of a text for lists."""
    flat = " ".join(text.split())
    return flat if len(flat) <= PREVIEW_CHARS else flat[: PREVIEW_CHARS - 1].rstrip() + "…"


def abandoned(answer: Answer, *, seq: int) -> AnswerFailed:
    """Return the terminal frame of an answer whose writer died: nobody will write another."""
    return AnswerFailed(
        answer_id=answer.answer_id, message_id=answer.message_id, seq=seq, code=ABANDONED, retryable=True
    )


def replayed(deltas: list[AnswerDelta], terminal: Terminal | None) -> list[DownFrame]:
    """Return what a resuming client gets: the deltas below the terminal frame, then that frame."""
    if terminal is None:
        return list(deltas)
    return [*(delta for delta in deltas if delta.seq < terminal.seq), terminal]
