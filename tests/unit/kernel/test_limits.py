"""The arithmetic of rate limits, what one pass costs, and what holds while the store is away."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autosocial.kernel.errors import RateLimitedError, TransientError
from autosocial.kernel.limits import Limit, Limiter
from tests.fakes.clock import FakeClock
from tests.fakes.limits import InMemoryLimitStore

LIMITS = (Limit("burst", 10, seconds=10), Limit("sustained", 30, seconds=60))


def let_through(gaps: list[int]) -> list[int]:
    """Return when (in milliseconds) callers pass who come with these gaps between them."""
    clock = FakeClock()
    limiter = Limiter(InMemoryLimitStore(), clock=clock)
    start, passed = clock.now, []
    for gap in gaps:
        clock.pass_(milliseconds=gap)
        try:
            limiter.take("v", LIMITS, away="closed")
        except RateLimitedError:
            continue
        passed.append((clock.now - start) // timedelta(milliseconds=1))
    return passed


@given(st.lists(st.integers(0, 4_000), min_size=30, max_size=150))
def test_no_window_wherever_it_starts_holds_more_than_the_limits_allow(gaps: list[int]) -> None:
    passed = let_through(gaps)
    for start in passed:
        assert sum(start <= at < start + 10_000 for at in passed) < 20
        assert sum(start <= at < start + 60_000 for at in passed) <= 60


@given(st.lists(st.integers(0, 900), min_size=11, max_size=40))
def test_who_comes_back_when_told_is_let_through_and_not_before(gaps: list[int]) -> None:
    limit, due, now = LIMITS[0], 0, 1_000_000
    for gap in gaps:
        now += gap
        wait = limit.wait_ms(due, now)
        if wait:
            assert limit.wait_ms(due, now + wait - 1) == 1
            assert limit.wait_ms(due, now + wait) == 0
            return
        due = max(due, now) + limit.interval_ms


def test_the_refusal_says_in_whole_seconds_when_to_come_back() -> None:
    clock = FakeClock()
    limiter = Limiter(InMemoryLimitStore(), clock=clock)
    limit = Limit("x", 2, seconds=20)
    for _ in range(2):
        limiter.take("v", [limit], away="closed")
    clock.pass_(seconds=3.2)
    with pytest.raises(RateLimitedError) as caught:
        limiter.take("v", [limit], away="closed")
    assert caught.value.retry_after == 7


def test_one_pass_costs_one_write_and_a_refusal_of_what_was_seen_none() -> None:
    store = InMemoryLimitStore()
    limiter = Limiter(store, clock=FakeClock())
    for _ in range(10):
        limiter.take("v", LIMITS, away="open")
    assert store.writes == 10
    for _ in range(100):
        with pytest.raises(RateLimitedError):
            limiter.take("v", LIMITS, away="open")
    assert store.writes == 10


def test_a_process_that_knows_nothing_needs_one_write_more() -> None:
    store, clock = InMemoryLimitStore(), FakeClock()
    Limiter(store, clock=clock).take("v", LIMITS, away="open")
    Limiter(store, clock=clock).take("v", LIMITS, away="open")
    assert store.writes == 3


def test_while_the_store_is_away_the_call_says_who_passes() -> None:
    limiter = Limiter(InMemoryLimitStore(fail=True), clock=FakeClock())
    for _ in range(100):
        limiter.take("v", LIMITS, away="open")
    with pytest.raises(TransientError):
        limiter.take("v", LIMITS, away="closed")


def test_of_very_many_keys_the_oldest_are_forgotten_here_and_not_in_the_store() -> None:
    store = InMemoryLimitStore()
    limiter = Limiter(store, clock=FakeClock())
    once = Limit("once", 1, seconds=60)
    for number in range(1_500):
        limiter.take(f"v{number}", [once], away="closed")
    with pytest.raises(RateLimitedError):
        limiter.take("v0", [once], away="closed")
    assert len(store.dues) == 1_500
