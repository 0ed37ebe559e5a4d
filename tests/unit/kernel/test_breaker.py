"""When a breaker opens and closes, what it costs, and what holds while its store is away."""

from threading import Event

from autosocial.kernel.breaker import Breaker, BreakerState, look_aside
from autosocial.kernel.errors import TransientError
from tests.fakes.breaker import InMemoryBreakerStore
from tests.fakes.clock import FakeClock


class House:
    def __init__(self) -> None:
        self.store, self.clock = InMemoryBreakerStore(), FakeClock()

    def breaker(self) -> Breaker:
        return Breaker("chat", self.store, clock=self.clock)

    def failing(self, times: int = 3) -> Breaker:
        breaker = self.breaker()
        for _ in range(times):
            breaker.failed()
        return breaker


def test_a_part_that_is_well_costs_one_look_every_few_seconds_and_no_write() -> None:
    house = House()
    breaker = house.breaker()
    for _ in range(60):
        assert breaker.allows()
        breaker.succeeded()
        house.clock.pass_(seconds=0.1)
    assert house.store.calls == ["read", "read"]


def test_it_opens_at_the_third_failure_in_a_row() -> None:
    house = House()
    breaker = house.failing(2)
    assert breaker.allows()
    breaker.failed()
    assert breaker.is_open and not breaker.allows()


def test_the_failure_that_opens_it_is_told_once() -> None:
    house, told = House(), []
    for _ in range(2):
        breaker = Breaker("chat", house.store, clock=house.clock, opened=lambda: told.append("opened"))
        for _ in range(4):
            breaker.allows()
            breaker.failed()
    assert told == ["opened"]


def test_a_success_in_between_starts_the_count_anew() -> None:
    house = House()
    breaker = house.failing(2)
    breaker.succeeded()
    breaker.failed()
    assert breaker.allows()


def test_a_success_elsewhere_counts_as_well() -> None:
    house = House()
    house.failing(2)
    other = house.breaker()
    assert other.allows()
    other.succeeded()
    assert house.store.states["chat"] == BreakerState()


def test_failures_far_apart_are_not_in_a_row() -> None:
    house = House()
    breaker = house.breaker()
    for _ in range(10):
        breaker.failed()
        house.clock.pass_(seconds=61)
    assert not breaker.is_open


def test_while_open_the_part_is_left_alone_until_it_is_time_to_try() -> None:
    house = House()
    breaker = house.failing()
    house.clock.pass_(seconds=14.9)
    assert not breaker.allows()
    house.clock.pass_(seconds=0.1)
    assert breaker.allows()
    assert not breaker.allows()


def test_the_first_sign_of_an_answer_to_the_try_is_enough() -> None:
    house = House()
    breaker = house.failing()
    house.clock.pass_(seconds=15)
    assert breaker.allows()
    breaker.answers()
    assert not breaker.is_open and house.store.states["chat"] == BreakerState()
    breaker.answers()
    breaker.failed()
    assert not breaker.is_open


def test_an_answer_that_began_before_the_part_went_away_does_not_bring_it_back() -> None:
    house = House()
    slow = house.breaker()
    assert slow.allows()
    house.failing()
    house.clock.pass_(seconds=3)
    slow.refresh()
    slow.succeeded()
    assert not house.breaker().allows()


def test_while_the_store_is_away_each_process_has_a_breaker_of_its_own() -> None:
    house = House()
    house.store.fail = True
    here, there = house.failing(), house.breaker()
    assert not here.allows() and there.allows()
    house.clock.pass_(seconds=15)
    assert here.allows() and not here.allows()
    here.succeeded()
    assert here.allows()


def test_a_store_that_is_away_is_not_asked_at_every_question() -> None:
    house = House()
    house.store.fail = True
    asked: list[str] = []

    def read(name: str) -> BreakerState:
        asked.append(name)
        raise TransientError("away")

    house.store.read = read  # type: ignore[method-assign]
    breaker = house.breaker()
    assert all(breaker.allows() for _ in range(5))
    assert asked == ["chat"]


def test_who_needs_the_state_waits_for_the_look_that_is_under_way() -> None:
    house = House()
    house.failing()
    looking, go_on = Event(), Event()
    read = house.store.read

    def slow_read(name: str) -> BreakerState:
        looking.set()
        go_on.wait(10)
        return read(name)

    house.store.read = slow_read  # type: ignore[method-assign]
    breaker = house.breaker()
    look_aside([breaker])
    assert looking.wait(10)
    go_on.set()
    assert not breaker.allows()
    assert house.store.calls.count("read") == 1
