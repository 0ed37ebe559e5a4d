"""What nobody could answer: its visitor is told once, and it may be sent again."""

import pytest
from msgspec.structs import replace

from autosocial.contracts.inbound import AnswerRequest
from autosocial.contracts.outbound import Completed, Failed
from autosocial.conversations.attempts import FailAnswer
from autosocial.kernel.errors import TransientError
from tests.fakes.answer_turn import Turn
from tests.fakes.conversations import Crash

TOLD = Failed(1, "answer_abandoned", retryable=True)


def failing(turn: Turn) -> FailAnswer:
    return FailAnswer(turn.conversations, turn.answers, replies=turn.replies, clock=turn.clock, ids=turn.ids)


def begun(turn: Turn) -> AnswerRequest:
    """Return a message whose worker died in the middle of the answer."""
    inbound = turn.asked()
    turn.faults.crash_at = 6
    with pytest.raises(Crash):
        turn.answer(inbound, turn.record())
    turn.faults.crash_at = 0
    return inbound


@pytest.mark.parametrize("make", [Turn.asked, begun])
def test_the_visitor_is_told_once_and_a_person_may_send_it_again(make) -> None:
    turn = Turn()
    parked = [failing(turn)(inbound) for inbound in [make(turn)] * 2]
    ((answer_id, ending),) = set(turn.endings())
    assert ending == TOLD
    assert [message.retry_of for message in parked] == [answer_id] * 2
    answered = turn.answer(parked[0], turn.record())
    assert answered is not None and isinstance(answered.ending, Completed)


def test_a_message_that_was_answered_stays_answered() -> None:
    turn = Turn()
    inbound = turn.asked()
    turn.answer(inbound, turn.record())
    told = turn.endings()
    assert failing(turn)(inbound) == inbound
    assert turn.endings() == told


def test_a_retry_that_was_given_up_fails_in_its_turn() -> None:
    turn = Turn()
    retry = failing(turn)(turn.asked())
    again = failing(turn)(retry)
    assert [ending for _, ending in turn.endings()] == [TOLD, TOLD]
    assert again.retry_of not in {"", retry.retry_of}


def test_a_worker_that_still_lives_cannot_end_it_as_well() -> None:
    turn = Turn()
    inbound = begun(turn)
    (living,) = turn.table.answers.values()
    failing(turn)(inbound)
    assert not turn.answers.finish(living, Completed(2, "late"))


def test_a_message_of_nobody_is_nobodys_to_tell() -> None:
    turn = Turn()
    gone = replace(turn.asked(), message_id=turn.ids())
    assert failing(turn)(gone) == gone
    assert turn.endings() == []


def test_while_the_store_is_away_it_is_not_done() -> None:
    turn = Turn()
    inbound = turn.asked()
    turn.faults.fail = lambda call: call == "begin"
    with pytest.raises(TransientError):
        failing(turn)(inbound)


def test_a_visitor_who_could_not_be_told_is_told_at_the_next_try() -> None:
    turn = Turn()
    inbound = turn.asked()
    turn.faults.fail = lambda call: call == "tell"
    with pytest.raises(TransientError):
        failing(turn)(inbound)
    turn.faults.fail = lambda _: False
    assert failing(turn)(inbound).retry_of
    assert [ending for _, ending in turn.endings()] == [TOLD]
