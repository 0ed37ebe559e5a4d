"""From any channel's door to the acknowledgement: the same steps for all of them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from autosocial.channels.identity import FindVisitor
from autosocial.channels.receive import Receive
from autosocial.contracts.inbound import Inbound
from autosocial.conversations.service import AcceptMessage, OpenConversation
from autosocial.kernel.clock import iso
from autosocial.kernel.errors import ForbiddenError, RateLimitedError, TransientError
from autosocial.kernel.limits import Limiter
from tests.fakes.answer_turn import CREATOR, NOW, Turn
from tests.fakes.channels import InMemoryIdentityStore
from tests.fakes.clock import FakeClock
from tests.fakes.conversations import InMemoryAnswerQueue
from tests.fakes.limits import InMemoryLimitStore


@dataclass(frozen=True)
class Letter:
    """What arrives on a made-up channel."""

    sender: str = "ana"
    number: str = "letter-0001"
    text: str = "How much?"
    seal: str = "unbroken"


class Post:
    """A made-up channel: fills ``Receives`` without any of our own channels' parts."""

    def verify(self, request: Letter) -> str:
        if request.seal != "unbroken":
            raise ForbiddenError("The seal is broken.")
        return CREATOR

    def parse(self, request: Letter, *, creator_id: str) -> Inbound:
        return Inbound(
            creator_id=creator_id,
            channel="post",
            sender=request.sender,
            client_id=request.number,
            text=request.text,
            received_at=iso(NOW),
            request_id="r-1",
        )


@dataclass
class Office:
    turn: Turn = field(default_factory=Turn)
    queue: InMemoryAnswerQueue = field(default_factory=InMemoryAnswerQueue)
    identities: InMemoryIdentityStore = field(default_factory=InMemoryIdentityStore)

    def __post_init__(self) -> None:
        turn = self.turn
        opening = OpenConversation(turn.conversations, clock=turn.clock, ids=turn.ids)
        self.receive = Receive(
            AcceptMessage(turn.conversations, self.queue, ids=turn.ids),
            visitor_of=FindVisitor(self.identities, open_conversation=opening, ids=turn.ids),
            limiter=Limiter(InMemoryLimitStore(), clock=FakeClock()),
        )


def test_a_sender_of_a_new_channel_becomes_a_visitor_with_a_conversation_there() -> None:
    office = Office()
    receipt = office.receive(Post(), Letter())
    conversation = office.turn.table.conversations[CREATOR, receipt.accepted.conversation_id]
    assert (conversation.channel, conversation.visitor_id) == ("post", receipt.visitor_id)
    (queued,) = office.queue.messages
    assert (queued.channel, queued.message_id) == ("post", receipt.accepted.message_id)
    message = office.turn.table.messages[CREATOR, conversation.conversation_id, queued.message_id]
    assert (message.sender, message.client_id, message.text) == ("ana", "letter-0001", "How much?")


def test_the_same_sender_stays_the_same_visitor_and_another_is_another() -> None:
    office = Office()
    first = office.receive(Post(), Letter())
    again = office.receive(Post(), Letter(number="letter-0002"))
    other = office.receive(Post(), Letter(sender="ben"))
    assert (again.visitor_id, again.accepted.conversation_id) == (
        first.visitor_id,
        first.accepted.conversation_id,
    )
    assert other.visitor_id != first.visitor_id


def test_a_message_that_comes_twice_is_one_message() -> None:
    office = Office()
    first, again = (office.receive(Post(), Letter()) for _ in range(2))
    assert (first.accepted.is_duplicate, again.accepted.is_duplicate) == (False, True)
    assert again.accepted.message_id == first.accepted.message_id
    assert len(office.queue.messages) == 1


def test_nothing_is_kept_of_a_request_that_is_not_proven() -> None:
    office = Office()
    with pytest.raises(ForbiddenError):
        office.receive(Post(), Letter(seal="broken"))
    assert not office.identities.rows and not office.queue.messages
    assert not office.turn.table.messages


def test_a_sender_who_is_too_fast_is_told_when_to_come_back_and_others_are_not() -> None:
    office = Office()
    for number in range(10):
        office.receive(Post(), Letter(number=f"letter-{number:04}"))
    with pytest.raises(RateLimitedError) as refused:
        office.receive(Post(), Letter(number="letter-0010"))
    assert refused.value.retry_after >= 1
    office.receive(Post(), Letter(sender="ben"))


def test_a_process_that_dies_between_identity_and_conversation_leaves_nothing_half() -> None:
    office = Office()
    office.turn.faults.fail = lambda name: name == "open"
    with pytest.raises(TransientError):
        office.receive(Post(), Letter())
    office.turn.faults.fail = lambda _: False
    receipt = office.receive(Post(), Letter())
    assert receipt.visitor_id == office.identities.rows[CREATOR, "post", "ana"].visitor_id
    assert len(office.queue.messages) == 1


def test_first_messages_at_the_same_moment_are_of_one_visitor() -> None:
    office = Office()
    letters = [Letter(number=f"letter-{number:04}") for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        receipts = list(pool.map(lambda letter: office.receive(Post(), letter), letters))
    assert len({receipt.accepted.conversation_id for receipt in receipts}) == 1
    assert len(office.queue.messages) == 6
