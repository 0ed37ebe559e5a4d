"""The time of a request: granted once, less in every part of it, and known in its threads."""

import math
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from autosocial.kernel import budget
from autosocial.kernel.errors import TransientError
from autosocial.kernel.retry import Retry


@pytest.fixture
def clock(monkeypatch):
    hands = SimpleNamespace(now=100.0)
    monkeypatch.setattr(budget, "time", SimpleNamespace(monotonic=lambda: hands.now))
    return hands


def test_where_nobody_granted_any_there_is_no_end():
    assert budget.remaining() is None
    assert budget.at_most(5) == 5
    with budget.keeping(3):
        assert budget.remaining() is None


def test_every_call_gets_its_own_time_or_what_is_left(clock):
    with budget.granted(8):
        assert budget.at_most(5) == 5
        clock.now += 4
        assert budget.at_most(5) == 4
        assert budget.at_most(math.inf) == 4
    assert budget.remaining() is None


def test_who_has_no_time_left_is_told_to_come_back(clock):
    with budget.granted(8), pytest.raises(TransientError) as late:
        clock.now += 8
        budget.at_most(5)
    assert late.value.retry_after > 0
    assert late.value.code == "temporarily_unavailable"


def test_an_inner_grant_never_lasts_longer_than_the_outer(clock):
    with budget.granted(3):
        with budget.granted(60):
            assert budget.remaining() == 3
        with budget.granted(1):
            assert budget.remaining() == 1
        assert budget.remaining() == 3


def test_what_is_kept_back_is_there_afterwards(clock):
    with budget.granted(10):
        with budget.keeping(2):
            assert budget.remaining() == 8
            clock.now += 8
            with pytest.raises(budget.OutOfTimeError):
                budget.at_most(1)
        assert budget.at_most(5) == 2


def test_a_thread_has_the_time_of_who_started_it(clock):
    with budget.granted(7), ThreadPoolExecutor(2) as threads:
        carried = [threads.submit(budget.carried(budget.remaining)) for _ in range(2)]
        assert [one.result() for one in carried] == [7, 7]
        assert threads.submit(budget.remaining).result() is None


def test_no_pause_before_another_try_outlasts_the_request(clock):
    tried = []

    def collide(attempt: int) -> None:
        tried.append(attempt)
        raise TransientError("busy")

    retry = Retry(first_seconds=1, chance=lambda: 1.0, sleep=lambda _: None, monotonic=lambda: 0.0)
    with budget.granted(0.4), pytest.raises(TransientError):
        retry(collide, on=TransientError)
    assert tried == [0]
