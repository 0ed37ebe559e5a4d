"""The stores of channels: one suite on the fakes and on DynamoDB's adapters against moto."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest

from autosocial.adapters.dynamodb.channels import DynamoConnectionStore
from autosocial.adapters.dynamodb.identities import DynamoIdentityStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.channels.model import Connection, Identity
from autosocial.channels.ports import ConnectionStore, IdentityStore
from tests.fakes.answer_turn import CREATOR, OTHER_CREATOR, VISITOR
from tests.fakes.channels import InMemoryConnectionStore, InMemoryIdentityStore
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import create_table, moto_cloud

HOME, PHONE = Connection(CREATOR, VISITOR, "home="), Connection(CREATOR, VISITOR, "phone=")


@dataclass
class Stores:
    connections: ConnectionStore
    clock: FakeClock


@pytest.fixture(params=["fake", "moto"])
def stores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    clock = FakeClock()
    if request.param == "fake":
        yield Stores(InMemoryConnectionStore(), clock)
        return
    with moto_cloud(monkeypatch):
        tables, name = Tables(), create_table("connections")
        yield Stores(
            DynamoConnectionStore(tables, name, clock=clock),
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


def test_a_connection_past_its_life_is_not_posted_to(stores: Stores) -> None:
    if isinstance(stores.connections, InMemoryConnectionStore):
        pytest.skip("the fake forgets nothing by itself")
    stores.connections.add(HOME)
    stores.clock.now += timedelta(hours=2, minutes=11)
    assert list(stores.connections.of_audience(CREATOR, VISITOR)) == []


@pytest.fixture(params=["fake", "moto"])
def identities(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityStore]:
    if request.param == "fake":
        yield InMemoryIdentityStore()
        return
    with moto_cloud(monkeypatch):
        yield DynamoIdentityStore(Tables(), create_table("connections"))


def identity(external_id: str, visitor_id: str, *, channel: str = "webhook", origin: str = "") -> Identity:
    return Identity(CREATOR, channel, external_id, visitor_id, "2026-11-22T12:00:00.000Z", origin)


def test_an_id_belongs_to_the_visitor_who_had_it_first(identities: IdentityStore) -> None:
    assert identities.visitor_of(CREATOR, "webhook", "customer #7") is None
    assert identities.claim(identity("customer #7", "v1")) == "v1"
    assert identities.claim(identity("customer #7", "v2")) == "v1"
    assert identities.visitor_of(CREATOR, "webhook", "customer #7") == "v1"


def test_the_same_id_is_somebody_else_on_another_channel_and_with_another_creator(
    identities: IdentityStore,
) -> None:
    identities.claim(identity("7", "v1"))
    assert identities.claim(identity("7", "v2", channel="telegram")) == "v2"
    assert identities.visitor_of(OTHER_CREATOR, "webhook", "7") is None


def test_eight_claims_at_once_agree_on_one_visitor(identities: IdentityStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        owners = set(pool.map(lambda n: identities.claim(identity("7", f"v{n}")), range(8)))
    assert len(owners) == 1
