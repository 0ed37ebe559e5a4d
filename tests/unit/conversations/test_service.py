"""Opening, accepting, resuming, rating and reading."""

import pytest

from autosocial.contracts.socket import AnswerResume, FeedbackSend, MessageSend
from autosocial.conversations.history import ReadConversations
from autosocial.conversations.service import AcceptMessage, OpenConversation, RateAnswer, ResumeAnswer
from autosocial.kernel.errors import InvalidError, NotFoundError, TransientError
from autosocial.kernel.tenancy import Caller, Role
from tests.fakes.answer_turn import (
    ASKER,
    CONVERSATION,
    CREATOR,
    ORIGIN,
    OTHER_CREATOR,
    OTHER_VISITOR,
    VISITOR,
    Turn,
)
from tests.fakes.conversations import Crash, InMemoryAnswerQueue

STRANGERS = [
    Caller(CREATOR, OTHER_VISITOR, Role.VISITOR),
    Caller(OTHER_CREATOR, VISITOR, Role.VISITOR),
    Caller(CREATOR, CREATOR, Role.CREATOR),
]


def accepting(turn: Turn, queue: InMemoryAnswerQueue) -> AcceptMessage:
    return AcceptMessage(turn.conversations, queue, clock=turn.clock, ids=turn.ids)


def sent(text: str = "How much?", client_id: str = "client-00001") -> MessageSend:
    return MessageSend(client_id=client_id, text=text)


def resuming(turn: Turn) -> ResumeAnswer:
    return ResumeAnswer(turn.conversations, turn.answers, clock=turn.clock)


def reading(turn: Turn) -> ReadConversations:
    return ReadConversations(turn.conversations, turn.answers, clock=turn.clock)


def test_a_visitor_keeps_their_conversation() -> None:
    turn = Turn()
    use = OpenConversation(turn.conversations, clock=turn.clock, ids=turn.ids)
    assert use(CREATOR, VISITOR, origin=ORIGIN, language="en") == CONVERSATION
    new = use(CREATOR, OTHER_VISITOR, origin=ORIGIN, language="es")
    assert use(CREATOR, OTHER_VISITOR, origin=ORIGIN, language="es") == new != CONVERSATION


def test_a_message_is_stored_and_queued_before_it_is_acknowledged() -> None:
    turn, queue = Turn(), InMemoryAnswerQueue()
    accepted = accepting(turn, queue)(ASKER, sent(), request_id="r-1")
    (queued,) = queue.messages
    assert accepted.ack.message_id == queued.message_id
    assert (queued.visitor_id, queued.conversation_id, queued.request_id) == (VISITOR, CONVERSATION, "r-1")
    assert turn.table.messages[CREATOR, CONVERSATION, queued.message_id].text == "How much?"
    assert accepted.event is not None and accepted.echo is not None


def test_no_text_travels_on_the_queue() -> None:
    turn, queue = Turn(), InMemoryAnswerQueue()
    accepting(turn, queue)(ASKER, sent("my secret illness"), request_id="r-1")
    assert "illness" not in queue.messages[0].model_dump_json()


def test_the_same_client_id_again_is_the_same_message_and_queued_again() -> None:
    turn, queue = Turn(), InMemoryAnswerQueue()
    use = accepting(turn, queue)
    first, again = (use(ASKER, sent(), request_id=request) for request in ("r-1", "r-2"))
    assert again.ack.message_id == first.ack.message_id
    assert (first.ack.duplicate, again.ack.duplicate) == (False, True)
    assert again.event is None and again.echo is None
    assert queue.sent == 2 and len(queue.messages) == 1


def test_a_message_that_could_not_be_queued_is_queued_when_it_is_sent_again() -> None:
    turn, queue = Turn(), InMemoryAnswerQueue(fail=True)
    use = accepting(turn, queue)
    with pytest.raises(TransientError):
        use(ASKER, sent(), request_id="r-1")
    queue.fail = False
    accepted = use(ASKER, sent(), request_id="r-2")
    assert [message.message_id for message in queue.messages] == [accepted.ack.message_id]
    assert accepted.ack.duplicate


@pytest.mark.parametrize("text", [" ", "\n\t "])
def test_an_empty_message_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        accepting(Turn(), InMemoryAnswerQueue())(ASKER, sent(text), request_id="r-1")


def test_who_has_no_conversation_is_refused() -> None:
    with pytest.raises(NotFoundError):
        accepting(Turn(), InMemoryAnswerQueue())(STRANGERS[0], sent(), request_id="r-1")


@pytest.mark.parametrize("stranger", STRANGERS)
def test_nobody_else_resumes_or_rates_an_answer(stranger: Caller) -> None:
    turn = Turn()
    terminal = turn.ask()
    assert terminal is not None
    with pytest.raises(NotFoundError):
        resuming(turn)(stranger, AnswerResume(answer_id=terminal.answer_id, last_seq=0))
    with pytest.raises(NotFoundError):
        rating = FeedbackSend(answer_id=terminal.answer_id, rating="up")
        RateAnswer(turn.answers, clock=turn.clock)(stranger, rating)
    assert not turn.table.ratings


def test_resuming_gives_what_is_missing_and_the_end() -> None:
    turn = Turn()
    terminal = turn.ask()
    assert terminal is not None
    frames = resuming(turn)(ASKER, AnswerResume(answer_id=terminal.answer_id, last_seq=1))
    assert [frame.type for frame in frames] == ["answer.delta", "answer.completed"]
    assert resuming(turn)(ASKER, AnswerResume(answer_id=terminal.answer_id, last_seq=99)) == [terminal]


def test_an_answer_whose_writer_died_is_told_to_have_failed() -> None:
    turn = Turn()
    inbound = turn.asked()
    turn.faults.crash_at = 7
    with pytest.raises(Crash):
        turn.answer(inbound, turn.record())
    turn.faults.crash_at = 0
    (answer,) = turn.table.answers.values()
    wanted = AnswerResume(answer_id=answer.answer_id, last_seq=0)
    assert [frame.type for frame in resuming(turn)(ASKER, wanted)] == ["answer.delta"]
    open_answer = (
        reading(turn).messages(turn.table.conversations[CREATOR, CONVERSATION], cursor="", limit=9).items[-1]
    )
    assert (open_answer.answer_state, open_answer.answer_last_seq) == ("streaming", 1)
    turn.clock.now = turn.clock.now.replace(hour=13)
    last = resuming(turn)(ASKER, wanted)[-1]
    assert last.type == "answer.failed" and last.code == "answer_abandoned" and last.seq == 2
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
    terminal = turn.ask()
    assert terminal is not None
    frame = FeedbackSend(answer_id=terminal.answer_id, rating="down", reason="wrong", comment="It is 60 now")
    RateAnswer(turn.answers, clock=turn.clock)(ASKER, frame)
    rating = turn.table.ratings[CREATOR, terminal.answer_id]
    assert (rating.rating, rating.reason, rating.comment) == ("down", "wrong", "It is 60 now")
    assert turn.table.conversations[CREATOR, CONVERSATION].ratings_down == 1


def test_a_failed_answer_cannot_be_rated() -> None:
    turn = Turn()
    turn.retriever.fail = True
    terminal = turn.ask()
    assert terminal is not None
    with pytest.raises(NotFoundError):
        RateAnswer(turn.answers, clock=turn.clock)(
            ASKER, FeedbackSend(answer_id=terminal.answer_id, rating="up")
        )


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
