"""Conversations as data: visitors, messages, answers, ratings, and the rules that need nothing else."""

from dataclasses import dataclass
from typing import Literal

from autosocial.contracts.outbound import (
    AnswerRef,
    Citation,
    Completed,
    Ending,
    Failed,
    Outcome,
    Piece,
)

ChatRole = Literal["visitor", "assistant", "creator"]
AnswerState = Literal["none", "pending", "streaming", "completed", "failed"]
Rating = Literal["up", "down"]

PREVIEW_CHARS = 140
ABANDONED = "answer_abandoned"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who talks to a creator's coach, and the conversation they are in.

    On which channels they are known, and under which ids, is the channels' matter.
    """

    creator_id: str
    visitor_id: str
    conversation_id: str
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

    Of a visitor's, ``answer_*`` tell how its answer stands, ``sender`` who they are on ``channel`` and
    ``client_id`` their own id of the message. Of an answer, ``reply_to`` is the message it
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
    channel: str = "web"
    sender: str = ""
    reply_to: str = ""
    code: str = ""
    outcome: Outcome | None = None
    model: str = ""
    citations: tuple[Citation, ...] = ()
    rating: Rating | None = None

    @property
    def is_settled(self) -> bool:
        """Whether the answer to this visitor message has ended."""
        return self.answer_state in {"completed", "failed"}

    def awaits_answer(self, *, retry_of: str = "") -> bool:
        """Whether an answer may begin, in place of the failed one ``retry_of`` where that is given."""
        is_retried = bool(retry_of) and (self.answer_state, self.answer_id) == ("failed", retry_of)
        return is_retried or not self.is_settled


@dataclass(frozen=True, slots=True)
class Answer:
    """One attempt to answer a message. ``deadline_at``: when it must have ended.

    ``retry_of`` is the failed answer whose place it takes.
    """

    creator_id: str
    answer_id: str
    conversation_id: str
    message_id: str
    visitor_id: str
    started_at: str
    deadline_at: str
    channel: str = "web"
    retry_of: str = ""
    ending: Ending | None = None

    @property
    def ref(self) -> AnswerRef:
        """What names this answer to others."""
        return AnswerRef(
            creator_id=self.creator_id,
            visitor_id=self.visitor_id,
            conversation_id=self.conversation_id,
            channel=self.channel,
            message_id=self.message_id,
            answer_id=self.answer_id,
        )


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


def reply_of(answer: Answer, ending: Completed) -> Message:
    """Return the message that a good answer leaves in its conversation."""
    return Message(
        creator_id=answer.creator_id,
        conversation_id=answer.conversation_id,
        message_id=answer.answer_id,
        role="assistant",
        text=ending.text,
        created_at=ending.created_at,
        answer_id=answer.answer_id,
        answer_state="completed",
        channel=answer.channel,
        reply_to=answer.message_id,
        outcome=ending.outcome,
        model=ending.model,
        citations=ending.citations,
    )


def completed_of(reply: Message, *, seq: int) -> Completed:
    """Return the ending that left ``reply`` in the conversation."""
    return Completed(
        seq=seq,
        text=reply.text,
        citations=reply.citations,
        outcome=reply.outcome or "answered",
        model=reply.model,
        created_at=reply.created_at,
    )


def abandoned(*, seq: int) -> Failed:
    """Return the ending of an answer whose writer died: nobody will write another."""
    return Failed(seq=seq, code=ABANDONED)


def replayed(pieces: list[Piece], ending: Ending | None) -> tuple[Piece, ...]:
    """Return the pieces that a resuming reader gets: those before the ending, which says all again."""
    return tuple(piece for piece in pieces if ending is None or piece.seq < ending.seq)
