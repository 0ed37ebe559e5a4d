"""The stores of channels: one suite on the fakes and on DynamoDB's adapters against moto."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest

from autosocial.adapters.dynamodb.channels import DynamoConnectionStore, DynamoLimitStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.channels.limits import Limiter
from autosocial.channels.model import Connection, LimitLog, LimitRule
from autosocial.channels.ports import ConnectionStore, LimitStore
from autosocial.kernel.errors import RateLimitedError
from tests.fakes.answer_turn import CREATOR, OTHER_CREATOR, VISITOR
from tests.fakes.channels import InMemoryConnectionStore, InMemoryLimitStore
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import create_table, moto_cloud

HOME, PHONE = Connection(CREATOR, VISITOR, "home="), Connection(CREATOR, VISITOR, "phone=")


@dataclass
class Stores:
    connections: ConnectionStore
    limits: LimitStore
    clock: FakeClock


@pytest.fixture(params=["fake", "moto"])
def stores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    clock = FakeClock()
    if request.param == "fake":
        yield Stores(InMemoryConnectionStore(), InMemoryLimitStore(), clock)
        return
    with moto_cloud(monkeypatch):
        tables, name = Tables(), create_table("connections")
        yield Stores(
            DynamoConnectionStore(tables, name, clock=clock),
            DynamoLimitStore(tables, name, clock=clock),
            clock,
        )


def test_an_audience_is_found_on_all_its_connections_and_on_no_other(stores: Stores) -> None:
    longer_id = Connection(CREATOR, VISITOR + "X", "home=")
    others = [Connection(CREATOR, "creator", "desk="), longer_id, Connection(OTHER_CREATOR, VISITOR, "home=")]
    for connection in [HOME, PHONE, *others]:
        stores.connections.add(connection)
    assert set(stores.connections.of_audience(CREATOR, VISITOR)) == {HOME, PHONE}
    assert list(stores.connections.of_audience(CREATOR, "creator")) == others[:1]


def test_a_connection_is_forgotten_once_and_again(stores: Stores) -> None:
    stores.connections.add(HOME)
    stores.connections.add(HOME)
    for _ in range(2):
        stores.connections.remove(HOME)
    assert list(stores.connections.of_audience(CREATOR, VISITOR)) == []


def test_a_log_is_replaced_only_over_the_version_it_follows(stores: Stores) -> None:
    first = LimitLog(1, (("visitor", 1_000),))
    assert stores.limits.swap(CREATOR, VISITOR, expected=0, new=first) is None
    assert stores.limits.swap(CREATOR, VISITOR, expected=0, new=LimitLog(1)) == first
    second = LimitLog(2, (*first.passes, ("visitor", 2_000)))
    assert stores.limits.swap(CREATOR, VISITOR, expected=1, new=second) is None
    assert stores.limits.swap(OTHER_CREATOR, VISITOR, expected=7, new=second) == LimitLog()


def test_at_the_limit_parallel_callers_of_many_processes_are_not_let_through(stores: Stores) -> None:
    rule = LimitRule("visitor", 10, 10)
    processes = [Limiter(stores.limits, clock=stores.clock) for _ in range(8)]

    def passes(number: int) -> bool:
        try:
            processes[number % 8].check(CREATOR, VISITOR, rules=[rule])
        except RateLimitedError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(passes, range(40))) == 10
    stores.clock.now += timedelta(seconds=10)
    assert passes(0)


def test_a_connection_past_its_life_is_not_posted_to(stores: Stores) -> None:
    if isinstance(stores.connections, InMemoryConnectionStore):
        pytest.skip("the fake forgets nothing by itself")
    stores.connections.add(HOME)
    stores.clock.now += timedelta(hours=2, minutes=11)
    assert list(stores.connections.of_audience(CREATOR, VISITOR)) == []
