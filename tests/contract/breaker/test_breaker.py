"""A breaker that many processes share, on its fake and on DynamoDB."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from autosocial.adapters.dynamodb.breaker import DynamoBreakerStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.kernel.breaker import Breaker, BreakerState, BreakerStore
from autosocial.kernel.errors import PermanentError
from tests.fakes.breaker import InMemoryBreakerStore
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import create_table, moto_cloud


@dataclass
class World:
    store: BreakerStore
    clock: FakeClock

    def process(self, name: str = "chat") -> Breaker:
        return Breaker(name, self.store, clock=self.clock)

    def opened(self, name: str = "chat") -> Breaker:
        """Return the breaker of a process that has just seen the part fail three times."""
        breaker = self.process(name)
        for _ in range(3):
            assert breaker.allows()
            breaker.failed()
        return breaker


@pytest.fixture(params=["fake", "dynamodb"])
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    clock = FakeClock()
    if request.param == "fake":
        yield World(InMemoryBreakerStore(), clock)
        return
    with moto_cloud(monkeypatch):
        table = create_table("idempotency", sort_key=False)
        yield World(DynamoBreakerStore(Tables(), table, clock=clock), clock)


def test_one_process_sees_at_once_what_another_went_through(world: World) -> None:
    world.opened()
    assert not world.process().allows()


def test_failures_of_different_processes_add_up(world: World) -> None:
    here, there = world.process(), world.process()
    for breaker in (here, there, here):
        assert breaker.allows()
        breaker.failed()
    world.clock.pass_(seconds=3)
    assert not here.allows() and not there.allows()


def test_a_process_that_just_looked_hears_of_it_within_the_time_of_its_look(world: World) -> None:
    other = world.process()
    assert other.allows()
    world.opened()
    assert other.allows()
    world.clock.pass_(seconds=3)
    assert not other.allows()


def test_exactly_one_of_twenty_parallel_processes_tries_the_part_again(world: World) -> None:
    world.opened()
    for _ in range(2):
        world.clock.pass_(seconds=15)
        processes = [world.process() for _ in range(20)]
        with ThreadPoolExecutor(20) as pool:
            assert sum(pool.map(lambda breaker: breaker.allows(), processes)) == 1
        # The one that tried it dies without a word: the next one may after its time.


def test_the_part_is_back_for_all_when_the_one_that_tried_it_has_an_answer(world: World) -> None:
    opened, other = world.opened(), world.process()
    world.clock.pass_(seconds=15)
    assert other.allows() and not opened.allows()
    other.succeeded()
    world.clock.pass_(seconds=3)
    assert opened.allows() and world.process().allows()


def test_a_try_that_fails_keeps_it_closed_for_all(world: World) -> None:
    opened = world.opened()
    world.clock.pass_(seconds=15)
    assert opened.allows()
    opened.failed()
    world.clock.pass_(seconds=14)
    assert not opened.allows() and not world.process().allows()


def test_breakers_of_other_parts_stay_closed(world: World) -> None:
    world.opened("chat")
    assert world.process("embedding").allows()


def test_a_swap_over_a_state_that_was_changed_returns_the_one_that_holds(world: World) -> None:
    first, second = BreakerState(1, 10, 20), BreakerState(2, 30, 40)
    assert world.store.read("x") == BreakerState()
    assert world.store.swap("x", seen=BreakerState(), new=first) == (True, first)
    assert world.store.swap("x", seen=BreakerState(), new=second) == (False, first)
    assert world.store.swap("x", seen=first, new=BreakerState()) == (True, BreakerState())
    assert world.store.swap("x", seen=BreakerState(), new=second) == (True, second)
    assert world.store.read("x") == second


def test_a_table_that_is_missing_is_a_fault_and_not_a_store_that_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with moto_cloud(monkeypatch), pytest.raises(PermanentError):
        DynamoBreakerStore(Tables(), "nowhere", clock=FakeClock()).read("chat")
