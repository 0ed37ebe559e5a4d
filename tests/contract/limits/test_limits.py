"""The one limiter on its fake and on DynamoDB, for a tenant and for nobody's: exact, honest, all or none."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest

from autosocial.adapters.dynamodb.limits import DynamoLimitStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.kernel.errors import PermanentError, RateLimitedError
from autosocial.kernel.limits import Limit, Limiter, LimitStore
from tests.fakes.answer_turn import CREATOR, OTHER_CREATOR
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import create_table, moto_cloud
from tests.fakes.limits import InMemoryLimitStore

BURST, SUSTAINED = Limit("burst", 10, seconds=10), Limit("sustained", 30, seconds=60)


@dataclass
class Process:
    """One of many processes: a limiter of its own on the shared store."""

    limiter: Limiter
    creator_id: str

    def passes(self, *limits: Limit, key: str = "key", cost: int = 1) -> bool:
        return self.wait(*limits, key=key, cost=cost) == 0

    def wait(self, *limits: Limit, key: str = "key", cost: int = 1) -> int:
        """Return 0 for a pass, else the seconds to wait."""
        try:
            self.limiter.take(key, limits, creator_id=self.creator_id, away="closed", cost=cost)
        except RateLimitedError as error:
            return error.retry_after
        return 0


@dataclass
class World:
    store: LimitStore
    creator_id: str
    clock: FakeClock

    def process(self, creator_id: str | None = None) -> Process:
        owner = self.creator_id if creator_id is None else creator_id
        return Process(Limiter(self.store, clock=self.clock), owner)


@pytest.fixture(params=["fake", "of a tenant", "of nobody"])
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    clock = FakeClock()
    creator_id = "" if request.param == "of nobody" else CREATOR
    if request.param == "fake":
        yield World(InMemoryLimitStore(), creator_id, clock)
        return
    with moto_cloud(monkeypatch):
        yield World(DynamoLimitStore(Tables(), create_table("limits")), creator_id, clock)


def test_a_burst_passes_and_the_next_one_is_told_honestly_when_to_come_back(world: World) -> None:
    process, limit = world.process(), Limit("x", 3, seconds=30)
    assert [process.wait(limit) for _ in range(4)] == [0, 0, 0, 10]
    world.clock.pass_(seconds=9)
    assert process.wait(limit) == 1
    world.clock.pass_(seconds=1)
    assert [process.wait(limit) for _ in range(2)] == [0, 10]


def test_a_limit_that_was_idle_has_its_whole_burst_again(world: World) -> None:
    process, limit = world.process(), Limit("x", 2, seconds=20)
    assert [process.passes(limit) for _ in range(3)] == [True, True, False]
    world.clock.pass_(minutes=10)
    assert [process.passes(limit) for _ in range(3)] == [True, True, False]


def test_limits_keys_and_tenants_do_not_touch_each_other(world: World) -> None:
    process, once = world.process(), Limit("once", 1, seconds=3600)
    assert process.passes(once, key="a")
    assert process.passes(once, key="b")
    assert process.passes(replace(once, name="other"), key="a")
    assert world.process(OTHER_CREATOR).passes(once, key="a")
    assert not process.passes(once, key="a")


def test_of_several_limits_all_are_counted_or_none(world: World) -> None:
    process = world.process()
    for _ in range(2):
        assert all(process.passes(BURST, SUSTAINED) for _ in range(10))
        assert not process.passes(BURST, SUSTAINED)
        world.clock.pass_(seconds=10)
    # Of the sustained limit's 30 the 20 passes took 20 and 20 s gave 10 back: the refused ones cost nothing.
    assert [world.process().passes(SUSTAINED) for _ in range(21)] == [True] * 20 + [False]


def test_what_costs_more_uses_up_more_at_once_or_nothing(world: World) -> None:
    process = world.process()
    assert process.passes(BURST, cost=7)
    assert process.wait(BURST, cost=7) == 4
    assert process.passes(BURST, cost=3)
    assert process.wait(BURST) == 1


def test_a_process_that_was_overtaken_counts_from_what_is_stored(world: World) -> None:
    here, there = world.process(), world.process()
    assert here.passes(BURST)
    assert all(there.passes(BURST) for _ in range(9))
    assert not here.passes(BURST)


def test_parallel_callers_of_many_processes_are_never_let_through_above_a_limit(world: World) -> None:
    processes = [world.process() for _ in range(8)]
    with ThreadPoolExecutor(25) as pool:
        passed = pool.map(lambda number: processes[number % 8].passes(BURST, SUSTAINED), range(50))
        assert sum(passed) == 10
        world.clock.pass_(seconds=3)
        assert sum(pool.map(lambda number: processes[number % 8].passes(BURST, SUSTAINED), range(50))) == 3


def test_one_limiter_shared_by_threads_is_as_exact(world: World) -> None:
    process = world.process()
    with ThreadPoolExecutor(25) as pool:
        assert sum(pool.map(lambda _: process.passes(BURST), range(50))) == 10


def test_who_comes_back_when_told_is_let_through(world: World) -> None:
    process = world.process()
    for _ in range(80):
        wait = process.wait(BURST, SUSTAINED)
        if wait:
            world.clock.pass_(seconds=wait)
            assert process.passes(BURST, SUSTAINED)


def test_a_table_that_is_missing_is_a_fault_and_not_an_open_door(monkeypatch: pytest.MonkeyPatch) -> None:
    with moto_cloud(monkeypatch):
        limiter = Limiter(DynamoLimitStore(Tables(), "nowhere"), clock=FakeClock())
        with pytest.raises(PermanentError):
            limiter.take("key", [BURST], away="open")


def test_addresses_are_not_kept_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    import boto3

    with moto_cloud(monkeypatch):
        table = create_table("limits")
        Limiter(DynamoLimitStore(Tables(), table), clock=FakeClock()).take("1.2.3.4", [BURST], away="closed")
        assert "1.2.3.4" not in str(boto3.client("dynamodb").scan(TableName=table)["Items"])
