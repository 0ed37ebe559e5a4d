"""What conversations need from outside."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from autosocial.contracts.inbound import AnswerRequest
from autosocial.contracts.outbound import AnswerRef, Ending, Piece
from autosocial.contracts.passages import Retrieval
from autosocial.conversations.model import (
    Answer,
    Conversation,
    Feedback,
    Message,
    Visitor,
)
from autosocial.kernel.paging import Page


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the prompt."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a chat model gets; see docs/architecture.md, "The prompt"."""

    system: str
    turns: Sequence[Turn]
    max_tokens: int = 700


class ModelStream(Protocol):
    """A running answer: iterate for pieces of text; ``model`` is the writer's label once iteration ended."""

    model: str

    def __iter__(self) -> Iterator[str]:
        """Yield pieces of text as they come."""


class ChatModel(Protocol):
    """A streaming chat model. Raises ``TransientError`` (at the start or in the middle) when it is away."""

    def stream(self, prompt: Prompt) -> ModelStream:
        """Start an answer."""


class Pieces(Protocol):
    """The pieces of a running answer, for a reader that cannot wait forever."""

    model: str

    def next(self, timeout: float) -> str | None:
        """Return the next piece, None at the end. Raises ``TimeoutError`` after ``timeout`` seconds."""

    def abandon(self) -> None:
        """Stop caring: the rest is thrown away."""


Pump = Callable[[Callable[[], ModelStream]], Pieces]


class Retriever(Protocol):
    """Finds passages of one creator; ``knowledge.retrieval.Retrieve`` fills it.

    Raises ``TransientError`` when the index is away.
    """

    def __call__(self, creator_id: str, query: str, *, limit: int) -> Retrieval:
        """Return the passages that bear on the question, best first; none if the documents do not hold it."""


class Replies(Protocol):
    """Tells a visitor, on the channel where they wrote, how the answer to their message goes on.

    What is told here is stored already.
    """

    def started(self, answer: AnswerRef) -> None:
        """An answer begins. A second one to the same message replaces the first."""

    def piece(self, answer: AnswerRef, piece: Piece) -> None:
        """A piece of it was written."""

    def ended(self, answer: AnswerRef, ending: Ending) -> None:
        """It ended; told again when the process died behind it.

        Raises:
            TransientError: it must be told again, and nobody else will.
        """


class AnswerQueue(Protocol):
    """Messages that wait for their answer, in order within a conversation."""

    def send(self, message: AnswerRequest) -> None:
        """Queue a message; the same message again within minutes is queued once."""


class ConversationStore(Protocol):
    """Visitors, conversations and messages. Every read is of one creator."""

    def visitor(self, creator_id: str, visitor_id: str) -> Visitor | None:
        """Return a visitor."""

    def open(self, visitor: Visitor, conversation: Conversation) -> None:
        """Store a new visitor with a new conversation, both or neither."""

    def accept(self, message: Message, *, client_id: str) -> str:
        """Store a visitor's message once per ``client_id``; return the id it is stored under.

        Raises:
            NotFoundError: there is no such conversation.
        """

    def conversation(self, creator_id: str, conversation_id: str) -> Conversation | None:
        """Return one conversation."""

    def conversations(self, creator_id: str, *, cursor: str, limit: int) -> Page[Conversation]:
        """Return the conversations in which something was said, newest activity first."""

    def message(self, creator_id: str, conversation_id: str, message_id: str) -> Message | None:
        """Return one message, as it is right now."""

    def messages(self, creator_id: str, conversation_id: str, *, cursor: str, limit: int) -> Page[Message]:
        """Return messages, newest first, older than ``cursor``."""


class AnswerStore(Protocol):
    """Answers while they are written, and after. Reads see all writes that were answered before them."""

    def begin(self, answer: Answer) -> bool:
        """Make this the answer to its message; False if the message has ended already.

        A failed answer is replaced by one that is its ``retry_of``.
        """

    def append(self, answer: Answer, piece: Piece) -> None:
        """Store a piece; storing the same piece again changes nothing."""

    def finish(self, answer: Answer, ending: Ending) -> bool:
        """Store the ending, a good one as a message of the conversation; False if it is not to be given.

        That is so when the answer ended before, or when another answer to the message was begun since.
        """

    def answer(self, creator_id: str, answer_id: str) -> Answer | None:
        """Return an answer."""

    def pieces(self, creator_id: str, answer_id: str, *, after: int) -> list[Piece]:
        """Return the stored pieces with a number above ``after``, in order."""

    def last_seq(self, creator_id: str, answer_id: str) -> int:
        """Return the number of the last stored piece, 0 if there is none."""

    def rate(self, feedback: Feedback) -> None:
        """Store a rating in place of an earlier one and count it in its conversation."""
