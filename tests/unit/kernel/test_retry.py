"""Trying again: how often, after which pauses, and when it ends."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autosocial.kernel.errors import ConflictError, TransientError
from autosocial.kernel.retry import Retry


class Attempts:
    """Work that fails some times before it succeeds."""

    def __init__(self, *failures: Exception, seconds: float = 0.0) -> None:
        self.failures = list(failures)
        self.seen: list[int] = []
        self.pauses: list[float] = []
        self.now = 0.0
        self.seconds = seconds

    def __call__(self, attempt: int) -> str:
        self.seen.append(attempt)
        self.now += self.seconds
        if self.failures:
            raise self.failures.pop(0)
        return "done"

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def retry(self, tries: int = 5, **changes: float) -> Retry:
        clock = {"sleep": self.sleep, "chance": lambda: 1.0, "monotonic": lambda: self.now}
        return Retry(tries, **{**clock, **changes})  # type: ignore[arg-type]


def test_what_succeeds_is_done_once_and_without_a_pause() -> None:
    work = Attempts()
    assert work.retry()(work, on=ConflictError) == "done"
    assert (work.seen, work.pauses) == ([0], [])


def test_pauses_double_up_to_the_longest() -> None:
    work = Attempts(*[ConflictError("late")] * 4)
    assert work.retry(first_seconds=1.0, longest_seconds=3.0, total_seconds=60.0)(work, on=ConflictError)
    assert (work.seen, work.pauses) == ([0, 1, 2, 3, 4], [1.0, 2.0, 3.0, 3.0])


def test_after_the_last_try_its_own_error_is_raised_and_nobody_waits_for_nothing() -> None:
    errors = [ConflictError(f"late {number}") for number in range(5)]
    work = Attempts(*errors)
    with pytest.raises(ConflictError) as caught:
        work.retry()(work, on=ConflictError)
    assert caught.value is errors[-1]
    assert len(work.pauses) == 4


def test_another_error_is_raised_at_once() -> None:
    work = Attempts(ConflictError("late"), TransientError("away"))
    with pytest.raises(TransientError):
        work.retry()(work, on=ConflictError)
    assert work.seen == [0, 1]


def test_no_pause_begins_that_would_outlast_the_time() -> None:
    work = Attempts(*[ConflictError("late")] * 9, seconds=2.0)
    with pytest.raises(ConflictError):
        work.retry(10, first_seconds=1.0, longest_seconds=1.0, total_seconds=7.0)(work, on=ConflictError)
    assert work.seen == [0, 1, 2]
    assert work.now <= 8.0


@given(st.floats(0, 1, exclude_max=True), st.integers(0, 20))
def test_every_pause_is_a_share_of_its_ceiling(chance: float, attempt: int) -> None:
    retry = Retry(chance=lambda: chance)
    ceilings = [Retry(chance=lambda: 1.0).pause_seconds(number) for number in range(21)]
    assert 0 <= retry.pause_seconds(attempt) <= ceilings[attempt] <= retry.longest_seconds
    assert all(early <= late for early, late in pairwise(ceilings))
