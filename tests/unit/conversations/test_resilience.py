"""The process may die anywhere: no answer is lost, none is given twice, and no piece is missed."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autosocial.contracts.outbound import AnswerRef, Completed, Ending, Missed, Piece
from autosocial.conversations.history import ReadConversations
from autosocial.conversations.service import ResumeAnswer
from autosocial.kernel.errors import TransientError
from tests.fakes.answer_turn import ASKER, CONVERSATION, CREATOR, Turn
from tests.fakes.conversations import Crash, Faults, InMemoryAnswerStore, InMemoryConversationStore

_CALLS = 14


def redelivered(turn: Turn, *, faults: Faults) -> None:
    """Answer one message; the queue gives it again to a new process until it is handled."""
    inbound = turn.asked()
    for name, value in vars(faults).items():
        setattr(turn.faults, name, value)
    for _ in range(3):
        try:
            turn.answer(inbound, turn.record())
        except (Crash, TransientError):
            turn.faults.crash_at = turn.faults.crash_after = 0
            continue
        return
    raise AssertionError("never handled")


@pytest.mark.parametrize("call", range(1, _CALLS))
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_at_any_call_leaves_exactly_one_answer(call: int, when: str) -> None:
    turn = Turn()
    at, after = (call, 0) if when == "before" else (0, call)
    redelivered(turn, faults=Faults(crash_at=at, crash_after=after))
    settled = [answer for answer in turn.table.answers.values() if answer.ending is not None]
    replies = [message for message in turn.table.messages.values() if message.role == "assistant"]
    assert len(settled) == len(replies) == 1
    assert {answer_id for answer_id, _ in turn.endings()} == {settled[0].answer_id}
    assert turn.table.conversations[CREATOR, replies[0].conversation_id].message_count == 2


def test_the_crash_test_reaches_every_call_of_an_answer() -> None:
    turn = Turn()
    turn.ask()
    assert len(turn.faults.calls) < _CALLS


@dataclass
class Client:
    """The widget's side: keeps what it saw, asks for the rest whenever it connects."""

    seen: dict[str, dict[int, str]] = field(default_factory=dict)
    current: str = ""
    final: str | None = None
    is_connected: bool = True

    def started(self, answer: AnswerRef) -> None:
        if self.is_connected:
            self.current, self.final = answer.answer_id, None

    def piece(self, answer: AnswerRef, piece: Piece) -> None:
        if self.is_connected:
            known = self.seen.setdefault(answer.answer_id, {}).setdefault(piece.seq, piece.text)
            assert known == piece.text, "a number came twice with different texts"

    def ended(self, answer: AnswerRef, ending: Ending) -> None:
        if self.is_connected and isinstance(ending, Completed):
            self.current, self.final = answer.answer_id, ending.text

    def catch_up(self, missed: Missed) -> None:
        if missed.is_restarted:
            self.started(missed.answer)
        for piece in missed.pieces:
            self.piece(missed.answer, piece)
        if missed.ending is not None:
            self.ended(missed.answer, missed.ending)

    def last_seq(self) -> int:
        got = self.seen.get(self.current, {})
        return next((seq for seq in range(len(got) + 1) if seq + 1 not in got), 0)

    def whole(self) -> str:
        got = self.seen.get(self.current, {})
        assert sorted(got) == list(range(1, len(got) + 1)), "a piece is missing"
        return "".join(got[seq] for seq in sorted(got))


class FlakyLine:
    """Replies to one client whose line drops and returns where the plan says."""

    def __init__(self, turn: Turn, plan: list[str]) -> None:
        self.client = Client()
        self._plan = iter(plan)
        stores = InMemoryConversationStore(turn.table), InMemoryAnswerStore(turn.table)
        self._resume = ResumeAnswer(*stores, clock=turn.clock)
        self._read = ReadConversations(*stores, clock=turn.clock)

    def started(self, answer: AnswerRef) -> None:
        self._tell(lambda: self.client.started(answer))

    def piece(self, answer: AnswerRef, piece: Piece) -> None:
        self._tell(lambda: self.client.piece(answer, piece))

    def ended(self, answer: AnswerRef, ending: Ending) -> None:
        self._tell(lambda: self.client.ended(answer, ending))

    def _tell(self, post: Callable[[], None]) -> None:
        # Between the look-up of connections and the post, and after it, anything may happen.
        was_found = self.client.is_connected
        self._happen()
        if was_found:
            post()
        self._happen()

    def reconnect(self) -> None:
        """As the widget does: look into the history if nothing is known, then resume."""
        self.client.is_connected = True
        page = self._read.messages(self._read.one(CREATOR, CONVERSATION), cursor="", limit=10)
        open_answers = [item.answer_id for item in page.items if item.role == "assistant"]
        self.client.current = self.client.current or next(iter(open_answers), "")
        if self.client.current:
            self.client.catch_up(self._resume(ASKER, self.client.current, after=self.client.last_seq()))

    def _happen(self) -> None:
        event = next(self._plan, "")
        if event == "drop":
            self.client.is_connected = False
        elif event == "return" and not self.client.is_connected:
            self.reconnect()


@given(st.lists(st.sampled_from(["", "", "drop", "return"]), max_size=30), st.integers(0, 9))
@settings(max_examples=300, deadline=None)
def test_whatever_the_line_does_the_client_has_every_piece_and_the_end(plan: list[str], crash: int) -> None:
    words = ["A ", "single ", "session ", "costs ", "50 ", "euros ", "[1]."]
    pieces = [piece for word in words for piece in (word, 0.2)]
    turn = Turn(pieces=pieces)
    line = FlakyLine(turn, ["", "", *plan])
    turn.answer._replies = line
    redelivered(turn, faults=Faults(crash_at=crash + 4 if crash else 0))
    # Without a crash, who is connected at the end missed nothing and need not ask again.
    if crash or not line.client.is_connected:
        line.reconnect()
    assert line.client.final == "A single session costs 50 euros [1]."
    assert line.client.whole().strip() == line.client.final


def test_resuming_an_answer_that_was_begun_anew_gives_the_new_one_whole() -> None:
    turn = Turn()
    inbound = turn.asked()
    turn.faults.crash_at = 8
    with pytest.raises(Crash):
        turn.answer(inbound, turn.record())
    (old,) = turn.table.answers
    turn.faults.crash_at = 0
    answer = turn.answer(inbound, turn.record())
    assert answer is not None
    resume = ResumeAnswer(turn.conversations, turn.answers, clock=turn.clock)
    missed = resume(ASKER, old[1], after=1)
    assert missed.is_restarted
    assert (missed.answer, missed.ending) == (answer.ref, answer.ending)
    assert [piece.seq for piece in missed.pieces] == [1, 2]
