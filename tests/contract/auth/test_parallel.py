"""What must hold when many do the same at once, on DynamoDB."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from autosocial.adapters.dynamodb.auth import DynamoSessionStore, DynamoTicketStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.auth.facts import registered
from autosocial.auth.model import ACCESS, Account, Ticket
from autosocial.auth.sessions import Sessions
from autosocial.kernel.ids import new_id
from autosocial.kernel.tenancy import Role
from tests.fakes.auth import CountingSecrets, InMemoryAccountStore, InMemoryDenylist, LocalSigningKeys
from tests.fakes.clock import START, FakeClock
from tests.fakes.cloud import create_table, moto_cloud

ANA = Account("01TEST00000000000000000001", "ana@example.com", "Ana", "hash", START)


def test_of_twenty_parallel_spenders_one_gets_the_ticket(monkeypatch):
    with moto_cloud(monkeypatch), ThreadPoolExecutor(20) as pool:
        store = DynamoTicketStore(Tables(), create_table("auth"))
        store.put(Ticket("t", ANA.account_id, "v", Role.VISITOR, "j", "j", "", START + timedelta(minutes=1)))
        spent = list(pool.map(lambda _: store.spend("t"), range(20)))
    assert sum(ticket is not None for ticket in spent) == 1


def test_twenty_parallel_refreshes_get_the_same_successor(monkeypatch):
    from autosocial.adapters.jwt.auth import JwtTokens

    clock, accounts = FakeClock(), InMemoryAccountStore()
    accounts.create(ANA, fact=registered(ANA, language="en"))
    tokens = JwtTokens(LocalSigningKeys(), issuer="https://app.example", clock=clock)
    with moto_cloud(monkeypatch), ThreadPoolExecutor(20) as pool:
        sessions = Sessions(
            accounts=accounts,
            sessions=DynamoSessionStore(Tables(), create_table("auth")),
            denylist=InMemoryDenylist(),
            tokens=tokens,
            clock=clock,
            ids=new_id,
            secrets=CountingSecrets(),
        )
        started = sessions.start(ANA)
        refreshed = list(
            pool.map(lambda _: sessions.refresh(started.refresh_token, arrived_at=START), range(20))
        )
        successor = sessions.refresh(refreshed[0].refresh_token, arrived_at=START)
    assert len({signed_in.refresh_token for signed_in in refreshed}) == 1
    assert refreshed[0].refresh_token not in {started.refresh_token, successor.refresh_token}
    assert len({tokens.decode(signed_in.access_token).token_id for signed_in in refreshed}) == 20
    assert all(tokens.decode(signed_in.access_token).kind == ACCESS for signed_in in refreshed)
