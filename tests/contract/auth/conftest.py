"""Each port of auth as its fake and as its real adapter on moto."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from autosocial.adapters.dynamodb.auth import DynamoAccountStore, DynamoSessionStore, DynamoTicketStore
from autosocial.adapters.dynamodb.denylist import DynamoDenylist
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.contracts.events import Envelope
from tests.fakes import auth as fakes
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import create_table, moto_cloud
from tests.fakes.outbox import facts_in


@dataclass
class Stores:
    accounts: Any
    sessions: Any
    tickets: Any
    denylist: Any
    clock: FakeClock
    facts: Callable[[], list[Envelope]]


@pytest.fixture(params=["fake", "dynamodb"])
def stores(request, monkeypatch):
    clock = FakeClock()
    if request.param == "fake":
        accounts = fakes.InMemoryAccountStore()
        yield Stores(
            accounts,
            fakes.InMemorySessionStore(),
            fakes.InMemoryTicketStore(),
            fakes.InMemoryDenylist(),
            clock,
            lambda: accounts.facts,
        )
        return
    with moto_cloud(monkeypatch):
        tables, name = Tables(), create_table("auth")
        yield Stores(
            DynamoAccountStore(tables, name),
            DynamoSessionStore(tables, name),
            DynamoTicketStore(tables, name),
            DynamoDenylist(tables, name),
            clock,
            lambda: facts_in(name),
        )
