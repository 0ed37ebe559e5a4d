"""Opening, accepting, resuming, rating and reading."""

import pytest

from autosocial.contracts.inbound import Inbound
from autosocial.contracts.outbound import Completed, Failed, Missed, Piece
from autosocial.conversations.history import ReadConversations
from autosocial.conversations.model import Conversation, Visitor
from autosocial.conversations.service import AcceptMessage, OpenConversation, RateAnswer, ResumeAnswer
from autosocial.kernel.clock import iso
from autosocial.kernel.errors import InvalidError, NotFoundError, TransientError
from autosocial.kernel.tenancy import Caller, Role
from tests.fakes.answer_turn import (
    ASKER,
    CONVERSATION,
    CREATOR,
    NOW,
    OTHER_CREATOR,
    OTHER_VISITOR,
    VISITOR,
    Turn,
)
from tests.fakes.conversations import Crash, InMemoryAnswerQueue, InMemoryConversationStore

STRANGERS = [
    Caller(CREATOR, OTHER_VISITOR, Role.VISITOR),
    Caller(OTHER_CREATOR, VISITOR, Role.VISITOR),
    Caller(CREATOR, CREATOR, Role.CREATOR),
]


def accepting(turn: Turn, queue: InMemoryAnswerQueue) -> AcceptMessage:
    return AcceptMessage(turn.conversations, queue, ids=turn.ids)


def sent(text: str = "How much?", *, request_id: str = "r-1", creator_id: str = CREATOR) -> Inbound:
    return Inbound(
        creator_id=creator_id,
        channel="webhook",
        sender="customer-7",
        client_id="client-00001",
        text=text,
        received_at=iso(NOW),
        request_id=request_id,
    )


def resuming(turn: Turn) -> ResumeAnswer:
    return ResumeAnswer(turn.conversations, turn.answers, clock=turn.clock)


def reading(turn: Turn) -> ReadConversations:
    return ReadConversations(turn.conversations, turn.answers, clock=turn.clock)


def test_a_visitor_keeps_their_conversation() -> None:
    turn = Turn()
    use = OpenConversation(turn.conversations, clock=turn.clock, ids=turn.ids)
    assert use(CREATOR, VISITOR, channel="web", language="en") == CONVERSATION
    new = use(CREATOR, OTHER_VISITOR, channel="web", language="es")
    assert use(CREATOR, OTHER_VISITOR, channel="web", language="es") == new != CONVERSATION


def test_a_conversation_begins_on_a_channel() -> None:
    turn = Turn()
    use = OpenConversation(turn.conversations, clock=turn.clock, ids=turn.ids)
    opened = use(CREATOR, OTHER_VISITOR, channel="webhook", language="es")
    kept = turn.table.conversations[CREATOR, opened]
    assert (kept.channel, kept.language, kept.visitor_id) == ("webhook", "es", OTHER_VISITOR)


def test_who_is_opened_twice_at_once_gets_one_conversation() -> None:
    turn = Turn()
    first = OpenConversation(turn.conversations, clock=turn.clock, ids=turn.ids)

    class Racing(InMemoryConversationStore):
        """Another message of the visitor opens the conversation between the look and the write."""

        def open(self, visitor: Visitor, conversation: Conversation) -> None:
            first(CREATOR, OTHER_VISITOR, channel="webhook", language="en")
            super().open(visitor, conversation)

    racing = OpenConversation(Racing(turn.table), clock=turn.clock, ids=turn.ids)
    opened = racing(CREATOR, OTHER_VISITOR, channel="webhook", language="en")
    assert opened == turn.table.visitors[CREATOR, OTHER_VISITOR].conversation_id
    assert [owner for owner in turn.table.conversations if owner[1] == opened] == [(CREATOR, opened)]


def test_a_message_is_stored_and_queued_before_it_is_acknowledged() -> None:
    turn, queue = Turn(), InMemoryAnswerQueue()
    accepted = accepting(turn, queue)(sent(), visitor_id=VISITOR)
    (queued,) = queue.messages
    assert (accepted.message_id, accepted.conversation_id) == (queued.message_id, CONVERSATION)
    assert (queued.visitor_id, queued.conversation_id, queued.request_id) == (VISITOR, CONVERSATION, "r-1")
    assert (queued.channel, queued.received_at) == ("webhook", iso(NOW))
    stored = turn.table.messages[CREATOR, CONVERSATION, queued.message_id]
    assert (stored.text, stored.channel, stored.sender) == ("How much?", "webhook", "customer-7")


def test_no_text_travels_on_the_queue() -> None:
    turn, queue = Turn(), InMemoryAnswerQueue()
    accepting(turn, queue)(sent("my secret illness"), visitor_id=VISITOR)
    assert "illness" not in repr(queue.messages[0])


def test_the_same_client_id_again_is_the_same_message_and_queued_again() -> None:
    turn, queue = Turn(), InMemoryAnswerQueue()
    use = accepting(turn, queue)
    first, again = (use(sent(request_id=request), visitor_id=VISITOR) for request in ("r-1", "r-2"))
    assert again.message_id == first.message_id
    assert (first.is_duplicate, again.is_duplicate) == (False, True)
    assert queue.sent == 2 and len(queue.messages) == 1


def test_a_message_whose_answer_failed_is_answered_anew_when_it_is_sent_again() -> None:
    turn, queue = Turn(), InMemoryAnswerQueue()
    use = accepting(turn, queue)
    accepted = use(sent(), visitor_id=VISITOR)
    turn.retriever.fail = True
    failed = turn.answer(queue.messages[-1], turn.record())
    turn.retriever.fail = False
    assert failed is not None and isinstance(failed.ending, Failed)
    assert [use(sent(), visitor_id=VISITOR).message_id for _ in range(2)] == [accepted.message_id] * 2
    first, retry = queue.messages
    answered = turn.answer(retry, turn.record())
    assert answered is not None and isinstance(answered.ending, Completed)
    assert turn.answer(first, turn.record()) == answered, "the first is the same message: it has its answer"
    use(sent(), visitor_id=VISITOR)
    assert len(queue.messages) == 2


def test_a_message_that_could_not_be_queued_is_queued_when_it_is_sent_again() -> None:
    turn, queue = Turn(), InMemoryAnswerQueue(fail=True)
    use = accepting(turn, queue)
    with pytest.raises(TransientError):
        use(sent(), visitor_id=VISITOR)
    queue.fail = False
    accepted = use(sent(), visitor_id=VISITOR)
    assert [message.message_id for message in queue.messages] == [accepted.message_id]
    assert accepted.is_duplicate


@pytest.mark.parametrize("text", [" ", "\n\t "])
def test_an_empty_message_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        accepting(Turn(), InMemoryAnswerQueue())(sent(text), visitor_id=VISITOR)


@pytest.mark.parametrize(("creator_id", "visitor_id"), [(CREATOR, OTHER_VISITOR), (OTHER_CREATOR, VISITOR)])
def test_who_has_no_conversation_is_refused(creator_id: str, visitor_id: str) -> None:
    with pytest.raises(NotFoundError):
        accepting(Turn(), InMemoryAnswerQueue())(sent(creator_id=creator_id), visitor_id=visitor_id)


@pytest.mark.parametrize("stranger", STRANGERS)
def test_nobody_else_resumes_or_rates_an_answer(stranger: Caller) -> None:
    turn = Turn()
    answer = turn.ask()
    with pytest.raises(NotFoundError):
        resuming(turn)(stranger, answer.answer_id, after=0)
    with pytest.raises(NotFoundError):
        RateAnswer(turn.answers, clock=turn.clock)(stranger, answer.answer_id, rating="up")
    assert not turn.table.ratings


def test_resuming_gives_what_is_missing_and_the_end() -> None:
    turn = Turn()
    answer = turn.ask()
    missed = resuming(turn)(ASKER, answer.answer_id, after=1)
    assert missed == Missed(answer.ref, (Piece(2, "costs 50 euros [1]."),), answer.ending)
    assert resuming(turn)(ASKER, answer.answer_id, after=99) == Missed(answer.ref, ending=answer.ending)


def test_an_answer_whose_writer_died_is_told_to_have_failed() -> None:
    turn = Turn()
    inbound = turn.asked()
    turn.faults.crash_at = 7
    with pytest.raises(Crash):
        turn.answer(inbound, turn.record())
    turn.faults.crash_at = 0
    (answer,) = turn.table.answers.values()
    missed = resuming(turn)(ASKER, answer.answer_id, after=0)
    assert ([piece.seq for piece in missed.pieces], missed.ending) == ([1], None)
    open_answer = (
        reading(turn).messages(turn.table.conversations[CREATOR, CONVERSATION], cursor="", limit=9).items[-1]
    )
    assert (open_answer.answer_state, open_answer.answer_last_seq) == ("streaming", 1)
    turn.clock.now = turn.clock.now.replace(hour=13)
    missed = resuming(turn)(ASKER, answer.answer_id, after=0)
    assert missed.ending == Failed(2, "answer_abandoned", retryable=True)
    failed = (
        reading(turn).messages(turn.table.conversations[CREATOR, CONVERSATION], cursor="", limit=9).items[-1]
    )
    assert (failed.answer_state, failed.code, failed.reply_to) == (
        "failed",
        "answer_abandoned",
        inbound.message_id,
    )


def test_a_rating_is_stored_with_its_reason() -> None:
    turn = Turn()
    answer = turn.ask()
    rate = RateAnswer(turn.answers, clock=turn.clock)
    rate(ASKER, answer.answer_id, rating="down", reason="wrong", comment="It is 60 now")
    rating = turn.table.ratings[CREATOR, answer.answer_id]
    assert (rating.rating, rating.reason, rating.comment) == ("down", "wrong", "It is 60 now")
    assert turn.table.conversations[CREATOR, CONVERSATION].ratings_down == 1


def test_a_failed_answer_cannot_be_rated() -> None:
    turn = Turn()
    turn.retriever.fail = True
    answer = turn.ask()
    with pytest.raises(NotFoundError):
        RateAnswer(turn.answers, clock=turn.clock)(ASKER, answer.answer_id, rating="up")


def test_a_transcript_is_read_in_order_with_its_citations() -> None:
    turn = Turn()
    turn.ask()
    page = reading(turn).messages(reading(turn).one(CREATOR, CONVERSATION), cursor="", limit=10)
    assert [message.role for message in page.items] == ["visitor", "assistant"]
    assert page.items[1].citations[0].document_name == "Prices.pdf"
    assert page.items[1].reply_to == page.items[0].message_id


def test_a_visitor_reads_only_their_own_conversation() -> None:
    read = reading(Turn())
    assert read.one(CREATOR, CONVERSATION, visitor_id=VISITOR).conversation_id == CONVERSATION
    for creator_id, visitor_id in ((CREATOR, OTHER_VISITOR), (OTHER_CREATOR, VISITOR), (OTHER_CREATOR, None)):
        with pytest.raises(NotFoundError):
            read.one(creator_id, CONVERSATION, visitor_id=visitor_id)
