"""The process may die anywhere: no answer is lost, none is given twice, and no piece is missed."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autosocial.contracts.socket import AnswerResume, DownFrame
from autosocial.conversations.history import ReadConversations
from autosocial.conversations.service import ResumeAnswer
from autosocial.kernel.errors import TransientError
from tests.fakes.answer_turn import ASKER, CONVERSATION, CREATOR, VISITOR, Turn
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
    settled = [answer for answer in turn.table.answers.values() if answer.terminal is not None]
    replies = [message for message in turn.table.messages.values() if message.role == "assistant"]
    assert len(settled) == len(replies) == 1
    assert {terminal.answer_id for terminal in turn.terminals()} == {settled[0].answer_id}
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

    def take(self, frame: DownFrame) -> None:
        if frame.type == "answer.started":
            self.current, self.final = frame.answer_id, None
        elif frame.type == "answer.delta":
            known = self.seen.setdefault(frame.answer_id, {}).setdefault(frame.seq, frame.text)
            assert known == frame.text, "a number came twice with different texts"
        elif frame.type == "answer.completed":
            self.current, self.final = frame.answer_id, frame.text

    def last_seq(self) -> int:
        got = self.seen.get(self.current, {})
        return next((seq for seq in range(len(got) + 1) if seq + 1 not in got), 0)

    def whole(self) -> str:
        got = self.seen.get(self.current, {})
        assert sorted(got) == list(range(1, len(got) + 1)), "a piece is missing"
        return "".join(got[seq] for seq in sorted(got))


class FlakyLine:
    """Delivery to one client whose line drops and returns where the plan says."""

    def __init__(self, turn: Turn, plan: list[str]) -> None:
        self.client = Client()
        self._plan = iter(plan)
        stores = InMemoryConversationStore(turn.table), InMemoryAnswerStore(turn.table)
        self._resume = ResumeAnswer(*stores, clock=turn.clock)
        self._read = ReadConversations(*stores, clock=turn.clock)

    def push(self, creator_id: str, audience: str, frame: DownFrame) -> int:
        if audience != VISITOR:
            return 0
        # Between the look-up of connections and the post, and after it, anything may happen.
        was_found = self.client.is_connected
        self._happen()
        if was_found and self.client.is_connected:
            self.client.take(frame)
        self._happen()
        return 1

    def reconnect(self) -> None:
        """As the widget does: look into the history if nothing is known, then resume."""
        self.client.is_connected = True
        page = self._read.messages(self._read.one(CREATOR, CONVERSATION), cursor="", limit=10)
        open_answers = [item.answer_id for item in page.items if item.role == "assistant"]
        self.client.current = self.client.current or next(iter(open_answers), "")
        if self.client.current:
            wanted = AnswerResume(answer_id=self.client.current, last_seq=self.client.last_seq())
            for frame in self._resume(ASKER, wanted):
                self.client.take(frame)

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
    turn.answer._delivery = line
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
    terminal = turn.answer(inbound, turn.record())
    resume = ResumeAnswer(turn.conversations, turn.answers, clock=turn.clock)
    frames = resume(ASKER, AnswerResume(answer_id=old[1], last_seq=1))
    assert frames[0].type == "answer.started"
    assert frames[-1] == terminal
    assert {frame.answer_id for frame in frames} == {terminal.answer_id}  # type: ignore[union-attr]
