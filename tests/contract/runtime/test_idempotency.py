"""What the runtime remembers of work and answers, held by the fakes and by DynamoDB alike."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from autosocial.adapters.dynamodb.idempotency import DynamoIdempotencyStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.kernel.errors import TransientError
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import create_table, moto_cloud
from tests.fakes.consuming import InMemoryIdempotencyStore

LOCK = timedelta(seconds=60)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture(params=["fake", "dynamodb"])
def store(request, monkeypatch, clock):
    if request.param == "fake":
        yield InMemoryIdempotencyStore(clock, lock=LOCK)
        return
    with moto_cloud(monkeypatch):
        table = create_table("idempotency", sort_key=False)
        yield DynamoIdempotencyStore(Tables(), table, scope="answer", lock=LOCK, clock=clock)


def test_what_is_done_is_not_done_again_for_48_hours(store, clock):
    assert store.claim("a")
    store.done("a")
    clock.pass_(hours=47, minutes=59)
    assert not store.claim("a")
    assert store.claim("b")
    clock.pass_(minutes=2)
    assert store.claim("a")


def test_what_is_being_done_is_neither_done_nor_free(store, clock):
    assert store.claim("a")
    with pytest.raises(TransientError):
        store.claim("a")
    clock.pass_(seconds=59)
    with pytest.raises(TransientError):
        store.claim("a")


def test_work_of_a_process_that_died_is_taken_over_when_its_lock_ends(store, clock):
    assert store.claim("a")
    clock.pass_(seconds=60)
    assert store.claim("a")


def test_released_work_may_be_claimed_at_once(store):
    assert store.claim("a")
    store.release("a")
    assert store.claim("a")


def test_two_consumers_of_one_message_both_do_their_work(monkeypatch, clock):
    with moto_cloud(monkeypatch):
        tables, table = Tables(), create_table("idempotency", sort_key=False)
        for scope in ("answer", "insights"):
            assert DynamoIdempotencyStore(tables, table, scope=scope, lock=LOCK, clock=clock).claim("a")


def test_of_twenty_parallel_claims_one_wins(monkeypatch, clock):
    def is_won(_: int) -> bool:
        try:
            return shared.claim("a")
        except TransientError:
            return False

    with moto_cloud(monkeypatch), ThreadPoolExecutor(20) as pool:
        table = create_table("idempotency", sort_key=False)
        shared = DynamoIdempotencyStore(Tables(), table, scope="x", lock=LOCK, clock=clock)
        assert sum(pool.map(is_won, range(20))) == 1
