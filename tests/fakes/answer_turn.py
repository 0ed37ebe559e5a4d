"""The answer turn on fakes: one creator, one visitor, documents about a coach's prices."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from autosocial.contracts.inbound import AnswerRequest
from autosocial.contracts.outbound import Completed, Ending, Failed, Piece
from autosocial.contracts.passages import Passage
from autosocial.conversations.answer import AnswerMessage
from autosocial.conversations.model import Answer, Conversation, Message, Visitor
from autosocial.conversations.record import AnswerRecord
from autosocial.conversations.responders.documents import FromDocuments
from autosocial.conversations.responders.not_in_documents import NotInDocuments
from autosocial.conversations.responders.small_talk import SmallTalk
from autosocial.conversations.writing import Patience, Writer
from autosocial.kernel.breaker import Breaker
from autosocial.kernel.clock import iso
from autosocial.kernel.tenancy import Caller, Role
from tests.fakes.breaker import InMemoryBreakerStore
from tests.fakes.conversations import (
    ConversationTable,
    Faults,
    FixedRetriever,
    InlinePieces,
    InMemoryAnswerStore,
    InMemoryConversationStore,
    RecordedReplies,
    Ticker,
)
from tests.fakes.models import ScriptedChatModel

CREATOR, OTHER_CREATOR = "01J9ZQ6X8E3V5T7R9P1N3M5K7H", "01J9ZQ6X8E3V5T7R9P1N3M5K7J"
VISITOR, OTHER_VISITOR = "01J9ZQ6X8E0000000000000V1S", "01J9ZQ6X8E0000000000000V2S"
CONVERSATION = "01J9ZQ6X8E000000000000C0NV"
ORIGIN = "https://coach.example"
ASKER = Caller(CREATOR, VISITOR, Role.VISITOR, origin=ORIGIN)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def passage(number: int, text: str, **changes: object) -> Passage:
    """Return a passage of the document "Prices.pdf"."""
    given: dict[str, Any] = {
        "passage_id": f"p{number}",
        "document_id": f"d{number}",
        "document_name": "Prices.pdf",
        "text": text,
        "page": number,
        "language": "en",
        "start": 0,
        "end": len(text),
        "score": 1.0,
        "similarity": 0.9,
    }
    return Passage(**{**given, **changes})


PRICES = (
    passage(1, "We teach yoga. A single session costs 50 euros. Bring your own mat."),
    passage(2, "Refunds are possible within 14 days. Write to us to ask for a refund."),
)


class CountedIds:
    """Ids that sort in the order in which they were asked for."""

    def __init__(self, start: int = 0) -> None:
        self.count = start

    def __call__(self) -> str:
        self.count += 1
        return f"01J9ZQ6X8F{self.count:016d}"


class MovingClock:
    """A clock that moves one millisecond at each look."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@dataclass
class Turn:
    """All parts of the answer turn, each at hand."""

    pieces: Sequence[object] = ("A single session ", "costs 50 euros ", "[1].")
    passages: Sequence[Passage] = PRICES
    faults: Faults = field(default_factory=Faults)
    table: ConversationTable = field(default_factory=ConversationTable)
    patience: Patience = field(default_factory=Patience)
    ids: CountedIds = field(default_factory=CountedIds)
    clock: MovingClock = field(default_factory=MovingClock)
    ticker: Ticker = field(default_factory=Ticker)
    records: list[AnswerRecord] = field(default_factory=list)
    breakers: InMemoryBreakerStore = field(default_factory=InMemoryBreakerStore)

    def __post_init__(self) -> None:
        self.conversations = InMemoryConversationStore(self.table, self.faults)
        self.answers = InMemoryAnswerStore(self.table, self.faults)
        self.replies = RecordedReplies(self.faults)
        self.retriever = FixedRetriever(self.passages, faults=self.faults)
        self.model = ScriptedChatModel(pieces=self.pieces)  # type: ignore[arg-type]
        self.breaker = Breaker("chat", self.breakers, clock=self.clock)
        at = iso(NOW)
        self.table.visitors[CREATOR, VISITOR] = Visitor(CREATOR, VISITOR, CONVERSATION, at)
        self.table.conversations[CREATOR, CONVERSATION] = Conversation(
            CREATOR, CONVERSATION, VISITOR, language="en", created_at=at, last_activity_at=at
        )
        self.assemble()

    def assemble(self) -> None:
        """Make the turn of its parts; again where a test has exchanged one."""
        writer = Writer(
            self.model,
            self.breaker,
            pump=lambda start: InlinePieces(start, self.ticker),
            monotonic=self.ticker,
            patience=self.patience,
        )
        self.answer = AnswerMessage(
            self.conversations,
            self.answers,
            responders=[SmallTalk(), FromDocuments(self.retriever, writer, ids=self.ids), NotInDocuments()],
            replies=self.replies,
            clock=self.clock,
            ids=self.ids,
        )

    def asked(self, text: str = "How much does a session cost?", *, client_id: str = "") -> AnswerRequest:
        """Store a question and return it as it waits in the queue."""
        message_id = self.ids()
        message = Message(
            CREATOR,
            CONVERSATION,
            message_id,
            role="visitor",
            text=text,
            created_at=iso(self.clock()),
            answer_state="pending",
        )
        self.table.add_message(message)
        return AnswerRequest(
            creator_id=CREATOR,
            visitor_id=VISITOR,
            conversation_id=CONVERSATION,
            message_id=message_id,
            request_id="request-1",
            received_at=message.created_at,
        )

    def ask(self, text: str = "How much does a session cost?") -> Answer:
        """Ask and answer."""
        answer = self.answer(self.asked(text), self.record())
        assert answer is not None
        return answer

    def completed(self, text: str = "How much does a session cost?") -> Completed:
        """Ask, and return the ending of a good answer."""
        ending = self.ask(text).ending
        assert isinstance(ending, Completed)
        return ending

    def failed(self, text: str = "How much does a session cost?") -> Failed:
        """Ask, and return the ending of an answer that could not be given."""
        ending = self.ask(text).ending
        assert isinstance(ending, Failed)
        return ending

    def record(self) -> AnswerRecord:
        """Return the record of a new attempt; ``records`` keeps all."""
        self.records.append(AnswerRecord(self.ticker))
        return self.records[-1]

    def endings(self) -> list[tuple[str, Ending]]:
        """Return the endings that the visitor was told, each with the id of its answer."""
        return [
            (answer.answer_id, what)
            for answer, what in self.replies.told
            if isinstance(what, Completed | Failed)
        ]

    def shown(self) -> list[str]:
        """Return the texts of the pieces that the visitor was told."""
        return [what.text for _, what in self.replies.told if isinstance(what, Piece)]
