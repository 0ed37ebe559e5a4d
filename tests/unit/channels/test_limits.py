"""Rate limits: exact in every window, honest about when to come back, open when the store is away."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autosocial.channels.limits import Limiter
from autosocial.channels.model import LimitLog, LimitRule, admit
from autosocial.kernel.errors import RateLimitedError
from tests.fakes.answer_turn import CREATOR
from tests.fakes.channels import InMemoryLimitStore
from tests.fakes.clock import FakeClock

RULES = (LimitRule("connection", 10, 10), LimitRule("visitor", 60, 60))


@given(st.lists(st.integers(0, 4_000), min_size=30, max_size=150))
def test_no_window_wherever_it_starts_holds_more_than_the_limit(gaps: list[int]) -> None:
    log, now, passed = LimitLog(), 0, []
    for gap in gaps:
        now += gap
        admission = admit(log, RULES, now_ms=now)
        if admission.log is not None:
            log = admission.log
            passed.append(now)
    for start in passed:
        assert sum(start <= at < start + 10_000 for at in passed) <= 10
        assert sum(start <= at < start + 60_000 for at in passed) <= 60


@given(st.lists(st.integers(0, 900), min_size=11, max_size=40))
def test_who_comes_back_when_told_is_let_through_and_not_before(gaps: list[int]) -> None:
    log, now = LimitLog(), 0
    for gap in gaps:
        now += gap
        admission = admit(log, RULES, now_ms=now)
        if admission.log is None:
            assert admit(log, RULES, now_ms=now + admission.wait_ms - 1).log is None
            assert admit(log, RULES, now_ms=now + admission.wait_ms).log is not None
            return
        log = admission.log


def test_the_refusal_says_in_whole_seconds_when_to_come_back() -> None:
    clock = FakeClock()
    limiter = Limiter(InMemoryLimitStore(), clock=clock)
    for _ in range(10):
        limiter.check(CREATOR, "v", rules=RULES)
    clock.now += timedelta(seconds=3.2)
    with pytest.raises(RateLimitedError) as caught:
        limiter.check(CREATOR, "v", rules=RULES)
    assert caught.value.retry_after == 7
    clock.now += timedelta(seconds=7)
    limiter.check(CREATOR, "v", rules=RULES)


def test_a_process_that_was_overtaken_counts_from_what_is_stored() -> None:
    clock, store = FakeClock(), InMemoryLimitStore()
    here, there = Limiter(store, clock=clock), Limiter(store, clock=clock)
    here.check(CREATOR, "v", rules=RULES)
    for _ in range(9):
        there.check(CREATOR, "v", rules=RULES)
    with pytest.raises(RateLimitedError):
        here.check(CREATOR, "v", rules=RULES)


def test_one_pass_costs_one_write_when_nobody_interferes() -> None:
    store = InMemoryLimitStore()
    limiter = Limiter(store, clock=FakeClock())
    for _ in range(5):
        limiter.check(CREATOR, "v", rules=RULES)
    assert store.writes == 5


def test_everybody_passes_while_the_store_is_away() -> None:
    limiter = Limiter(InMemoryLimitStore(fail=True), clock=FakeClock())
    for _ in range(100):
        limiter.check(CREATOR, "v", rules=RULES)


def test_one_visitor_does_not_use_up_another_ones_limit() -> None:
    limiter = Limiter(InMemoryLimitStore(), clock=FakeClock())
    for _ in range(10):
        limiter.check(CREATOR, "loud", rules=RULES)
    limiter.check(CREATOR, "quiet", rules=RULES)
