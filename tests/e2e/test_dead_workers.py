"""Workers die, many visitors come at once: every message gets its one ending, and nobody waits long."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.chaos.visitors import SocketVisitor
from tests.demo_stack import QUESTIONS
from tests.e2e.conftest import RunningStack

LONG = "What are the plans and prices, and how do I get my money back?"
# From the worker's death to the answer's end. The queue shows the message again after 30 seconds.
AGAIN_WITHIN_SECONDS = 45
NEXT_WITHIN_SECONDS = 30
PATIENCE_SECONDS = 120
VISITORS = 16


@pytest.fixture
def visitor(running: RunningStack) -> Iterator[SocketVisitor]:
    visitor = running.scene.visitor("alone")
    yield visitor
    visitor.close()


def test_an_answer_whose_worker_dies_is_given_again_soon_and_the_next_message_follows(
    visitor: SocketVisitor, running: RunningStack
):
    workers = running.scene.answer_workers()
    first = visitor.ask(LONG)
    visitor.wait_until(lambda: first.first_delta > 0, seconds=PATIENCE_SECONDS)
    assert not first.terminals and workers.kill_all()
    died = time.monotonic()
    second = visitor.ask("Is there a certificate?")
    visitor.wait_for(first, seconds=PATIENCE_SECONDS)
    assert time.monotonic() - died < AGAIN_WITHIN_SECONDS
    answered = time.monotonic()
    visitor.wait_for(second, seconds=PATIENCE_SECONDS)
    assert time.monotonic() - answered < NEXT_WITHIN_SECONDS
    assert len(first.started) == 2, "the answer was begun anew"
    assert [len(asked.endings) for asked in (first, second)] == [1, 1]
    assert first.terminals[0]["answer_id"] == first.started[-1]


def test_sixteen_visitors_at_once_are_all_answered(running: RunningStack):
    def talk(number: int) -> list[int]:
        visitor = running.scene.visitor(f"many-{number:02d}")
        asked = [visitor.ask(QUESTIONS[(number + turn) % len(QUESTIONS)]) for turn in range(2)]
        try:
            return [len(visitor.wait_for(each, seconds=PATIENCE_SECONDS).endings) for each in asked]
        finally:
            visitor.close()

    before = len(running.scene.emulator_log)
    with ThreadPoolExecutor(VISITORS) as pool:
        assert list(pool.map(talk, range(VISITORS))) == [[1, 1]] * VISITORS
    assert "refused" not in running.scene.emulator_log[before:]
