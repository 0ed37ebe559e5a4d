"""Typed fakes of what conversations need, held to the same contract suite as the DynamoDB stores."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from autosocial.contracts.inbound import AnswerRequest
from autosocial.contracts.outbound import AnswerRef, Completed, Ending, Piece
from autosocial.contracts.passages import Passage, Retrieval
from autosocial.conversations.model import (
    Answer,
    AnswerState,
    Conversation,
    Feedback,
    Message,
    Visitor,
    preview_of,
    reply_of,
)
from autosocial.conversations.ports import ModelStream
from autosocial.kernel.errors import ConflictError, NotFoundError, TransientError
from autosocial.kernel.paging import Page


class Crash(BaseException):
    """The process dies here."""


@dataclass
class Faults:
    """Counts calls of ports; dies or fails at chosen ones (counted from 1)."""

    crash_at: int = 0
    crash_after: int = 0
    fail: Callable[[str], bool] = lambda _: False
    calls: list[str] = field(default_factory=list)

    def before(self, name: str) -> None:
        self.calls.append(name)
        if len(self.calls) == self.crash_at:
            raise Crash(name)
        if self.fail(name):
            raise TransientError("away")

    def after(self) -> None:
        if len(self.calls) == self.crash_after:
            raise Crash(self.calls[-1])


@dataclass
class ConversationTable:
    """The rows that both stores share."""

    visitors: dict[tuple[str, str], Visitor] = field(default_factory=dict)
    conversations: dict[tuple[str, str], Conversation] = field(default_factory=dict)
    messages: dict[tuple[str, str, str], Message] = field(default_factory=dict)
    clients: dict[tuple[str, str, str], str] = field(default_factory=dict)
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    pieces: dict[tuple[str, str, int], Piece] = field(default_factory=dict)
    ratings: dict[tuple[str, str], Feedback] = field(default_factory=dict)

    def add_message(self, message: Message) -> None:
        key = (message.creator_id, message.conversation_id)
        known = self.conversations.get(key)
        if known is None:
            raise NotFoundError("no conversation")
        self.messages[*key, message.message_id] = message
        self.conversations[key] = replace(
            known,
            last_activity_at=message.created_at,
            preview=preview_of(message.text),
            message_count=known.message_count + 1,
        )


class InMemoryConversationStore:
    """Fills ``ConversationStore``."""

    def __init__(self, table: ConversationTable, faults: Faults | None = None) -> None:
        self.table = table
        self._faults = faults or Faults()

    def visitor(self, creator_id: str, visitor_id: str) -> Visitor | None:
        self._faults.before("visitor")
        return self.table.visitors.get((creator_id, visitor_id))

    def open(self, visitor: Visitor, conversation: Conversation) -> None:
        self._faults.before("open")
        key = (visitor.creator_id, visitor.visitor_id)
        if key in self.table.visitors:
            raise ConflictError("known")
        self.table.visitors[key] = visitor
        self.table.conversations[visitor.creator_id, conversation.conversation_id] = conversation
        self._faults.after()

    def accept(self, message: Message, *, client_id: str) -> str:
        self._faults.before("accept")
        key = (message.creator_id, message.conversation_id, client_id)
        if key in self.table.clients:
            return self.table.clients[key]
        self.table.add_message(message)
        self.table.clients[key] = message.message_id
        self._faults.after()
        return message.message_id

    def conversation(self, creator_id: str, conversation_id: str) -> Conversation | None:
        self._faults.before("conversation")
        return self.table.conversations.get((creator_id, conversation_id))

    def conversations(self, creator_id: str, *, cursor: str, limit: int) -> Page[Conversation]:
        self._faults.before("conversations")
        mine = [
            item
            for (owner, _), item in self.table.conversations.items()
            if owner == creator_id and item.message_count
        ]
        keys = sorted(
            ((f"{item.last_activity_at}#{item.conversation_id}", item) for item in mine), reverse=True
        )
        rest = [(key, item) for key, item in keys if not cursor or key < cursor]
        more = rest[limit - 1][0] if len(rest) > limit else ""
        return Page(tuple(item for _, item in rest[:limit]), more)

    def message(self, creator_id: str, conversation_id: str, message_id: str) -> Message | None:
        self._faults.before("message")
        return self.table.messages.get((creator_id, conversation_id, message_id))

    def messages(self, creator_id: str, conversation_id: str, *, cursor: str, limit: int) -> Page[Message]:
        self._faults.before("messages")
        mine = [
            item
            for (owner, conversation, _), item in sorted(self.table.messages.items(), reverse=True)
            if (owner, conversation) == (creator_id, conversation_id)
        ]
        rest = [item for item in mine if not cursor or item.message_id < cursor]
        more = rest[limit - 1].message_id if len(rest) > limit else ""
        return Page(tuple(rest[:limit]), more)


class InMemoryAnswerStore:
    """Fills ``AnswerStore``."""

    def __init__(self, table: ConversationTable, faults: Faults | None = None) -> None:
        self.table = table
        self._faults = faults or Faults()

    def begin(self, answer: Answer) -> bool:
        self._faults.before("begin")
        key = (answer.creator_id, answer.conversation_id, answer.message_id)
        message = self.table.messages.get(key)
        if message is None or not message.awaits_answer(retry_of=answer.retry_of):
            return False
        self.table.messages[key] = replace(message, answer_id=answer.answer_id, answer_state="streaming")
        self.table.answers[answer.creator_id, answer.answer_id] = answer
        self._faults.after()
        return True

    def append(self, answer: Answer, piece: Piece) -> None:
        self._faults.before("append")
        self.table.pieces[answer.creator_id, answer.answer_id, piece.seq] = piece
        self._faults.after()

    def finish(self, answer: Answer, ending: Ending) -> bool:
        self._faults.before("finish")
        key = (answer.creator_id, answer.conversation_id, answer.message_id)
        stored = self.table.answers.get((answer.creator_id, answer.answer_id))
        message = self.table.messages[key]
        if stored is None or stored.ending is not None or message.answer_id != answer.answer_id:
            return False
        state: AnswerState = "completed" if isinstance(ending, Completed) else "failed"
        self.table.answers[answer.creator_id, answer.answer_id] = replace(stored, ending=ending)
        self.table.messages[key] = replace(message, answer_state=state)
        if isinstance(ending, Completed):
            self.table.add_message(reply_of(answer, ending))
        self._faults.after()
        return True

    def answer(self, creator_id: str, answer_id: str) -> Answer | None:
        self._faults.before("answer")
        return self.table.answers.get((creator_id, answer_id))

    def pieces(self, creator_id: str, answer_id: str, *, after: int) -> list[Piece]:
        self._faults.before("pieces")
        return [
            piece
            for (owner, answer, seq), piece in sorted(self.table.pieces.items(), key=lambda item: item[0])
            if (owner, answer) == (creator_id, answer_id) and seq > after
        ]

    def last_seq(self, creator_id: str, answer_id: str) -> int:
        return max((piece.seq for piece in self.pieces(creator_id, answer_id, after=0)), default=0)

    def rate(self, feedback: Feedback) -> None:
        self._faults.before("rate")
        key, place = (
            (feedback.creator_id, feedback.answer_id),
            (feedback.creator_id, feedback.conversation_id),
        )
        before = self.table.ratings.get(key)
        change = {"up": 0, "down": 0}
        change[feedback.rating] += 1
        if before is not None:
            change[before.rating] -= 1
        known = self.table.conversations[place]
        self.table.conversations[place] = replace(
            known,
            ratings_up=known.ratings_up + change["up"],
            ratings_down=known.ratings_down + change["down"],
        )
        self.table.ratings[key] = feedback
        message_key = (*place, feedback.answer_id)
        self.table.messages[message_key] = replace(self.table.messages[message_key], rating=feedback.rating)


@dataclass
class InMemoryAnswerQueue:
    """Fills ``AnswerQueue``; deduplicates as FIFO queues do."""

    fail: bool = False
    messages: list[AnswerRequest] = field(default_factory=list)
    sent: int = 0

    def send(self, message: AnswerRequest) -> None:
        if self.fail:
            raise TransientError("away")
        self.sent += 1
        if message.work_id not in {known.work_id for known in self.messages}:
            self.messages.append(message)


Told = Literal["started"] | Piece | Ending


@dataclass
class RecordedReplies:
    """Fills ``Replies``: keeps what was told of which answer."""

    faults: Faults = field(default_factory=Faults)
    told: list[tuple[AnswerRef, Told]] = field(default_factory=list)

    def started(self, answer: AnswerRef) -> None:
        self._tell(answer, "started")

    def piece(self, answer: AnswerRef, piece: Piece) -> None:
        self._tell(answer, piece)

    def ended(self, answer: AnswerRef, ending: Ending) -> None:
        self._tell(answer, ending)

    def _tell(self, answer: AnswerRef, what: Told) -> None:
        self.faults.before("tell")
        self.told.append((answer, what))
        self.faults.after()


@dataclass
class FixedRetriever:
    """Fills ``Retriever``."""

    passages: Sequence[Passage] = ()
    fail: bool = False
    faults: Faults = field(default_factory=Faults)
    queries: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, creator_id: str, query: str, *, limit: int) -> Retrieval:
        self.faults.before("retrieve")
        self.queries.append((creator_id, query))
        if self.fail:
            raise TransientError("away", code="index_unavailable")
        return Retrieval(passages=tuple(self.passages[:limit]))


@dataclass
class Ticker:
    """A monotonic clock that moves when told, and by ``step`` at each look."""

    now: float = 0.0
    step: float = 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


class InlinePieces:
    """Fills ``Pieces`` without a thread. A piece that is a number is a silence of so many seconds."""

    def __init__(self, start: Callable[[], ModelStream], ticker: Ticker) -> None:
        self._start = start
        self._ticker = ticker
        self._items: deque[str | float] | None = None
        self._failure: BaseException | None = None
        self.model = ""

    def next(self, timeout: float) -> str | None:
        self._read()
        assert self._items is not None
        if self._items and isinstance(self._items[0], float):
            silence = self._items.popleft()
            assert isinstance(silence, float)
            self._ticker.now += min(silence, timeout)
            if silence > timeout:
                self._items.appendleft(silence - timeout)
                raise TimeoutError
            return self.next(timeout - silence)
        if self._items:
            return str(self._items.popleft())
        if self._failure is not None:
            raise self._failure
        return None

    def abandon(self) -> None:
        self._items = deque()

    def _read(self) -> None:
        if self._items is not None:
            return
        self._items = deque()
        try:
            stream = self._start()
            for piece in stream:
                self._items.append(piece)
            self.model = stream.model
        except TransientError as error:
            self._failure = error
