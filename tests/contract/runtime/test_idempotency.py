"""What consumers remember of their work, held by the fake and by DynamoDB alike."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from autosocial.adapters.dynamodb.idempotency import DynamoIdempotencyStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.kernel.lease import WORKER_DIED, InProgress, Lease
from autosocial.runtime.queue_ports import IdempotencyStore
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import create_table, moto_cloud
from tests.fakes.consuming import InMemoryIdempotencyStore

LEASE = timedelta(seconds=60)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["fake", "dynamodb"])
def store(request: Any, monkeypatch: pytest.MonkeyPatch, clock: FakeClock) -> Iterator[IdempotencyStore]:
    if request.param == "fake":
        yield InMemoryIdempotencyStore(clock, lease=LEASE)
        return
    with moto_cloud(monkeypatch):
        table = create_table("idempotency", sort_key=False)
        yield DynamoIdempotencyStore(Tables(), table, scope="answer", lease=LEASE, clock=clock)


def claimed(store: IdempotencyStore, key: str = "a") -> Lease:
    lease = store.claim(key)
    assert isinstance(lease, Lease)
    return lease


def test_what_is_done_is_not_done_again_for_48_hours(store: IdempotencyStore, clock: FakeClock):
    assert store.done(claimed(store))
    clock.pass_(hours=47, minutes=59)
    assert store.claim("a") is None
    assert claimed(store, "b").tries == 1
    clock.pass_(minutes=2)
    assert claimed(store).tries == 1


def test_what_is_being_done_is_neither_done_nor_free(store: IdempotencyStore, clock: FakeClock):
    claimed(store)
    assert store.claim("a") == InProgress(60)
    clock.pass_(seconds=59)
    assert store.claim("a") == InProgress(1)


def test_work_of_a_worker_that_died_is_taken_over_when_its_lease_ends(
    store: IdempotencyStore, clock: FakeClock
):
    first = claimed(store)
    clock.pass_(seconds=60)
    second = claimed(store)
    assert (second.tries, second.last_failure) == (2, WORKER_DIED)
    assert second.token != first.token


def test_a_renewed_lease_holds_its_whole_time(store: IdempotencyStore, clock: FakeClock):
    lease = claimed(store)
    clock.pass_(seconds=50)
    assert store.renew(lease)
    clock.pass_(seconds=50)
    assert store.claim("a") == InProgress(10)


def test_a_lease_that_ended_unseen_may_still_be_renewed(store: IdempotencyStore, clock: FakeClock):
    lease = claimed(store)
    clock.pass_(seconds=70)
    assert store.renew(lease)
    assert store.claim("a") == InProgress(60)


def test_who_lost_the_lease_changes_nothing_any_more(store: IdempotencyStore, clock: FakeClock):
    lost = claimed(store)
    clock.pass_(seconds=60)
    ours = claimed(store)
    refused = (store.renew(lost), store.done(lost), store.release(lost, failure="x"), store.forget(lost))
    assert refused == (False, False, False, False)
    assert store.claim("a") == InProgress(60)
    assert store.done(ours)


def test_a_lease_that_was_given_back_or_used_is_lost(store: IdempotencyStore):
    released, used = claimed(store, "a"), claimed(store, "b")
    assert store.release(released, failure="x") and store.done(used)
    for lease in (released, used):
        assert not store.renew(lease) and not store.done(lease) and not store.forget(lease)
    assert store.claim("b") is None


def test_failed_work_may_be_claimed_at_once_and_counts_its_tries(store: IdempotencyStore):
    for tries, failure in ((1, ""), (2, "away"), (3, "still_away")):
        lease = claimed(store)
        assert (lease.tries, lease.last_failure) == (tries, failure)
        assert store.release(lease, failure="still_away" if tries == 2 else "away")


def test_a_death_after_a_failure_is_what_is_told(store: IdempotencyStore, clock: FakeClock):
    store.release(claimed(store), failure="away")
    claimed(store)
    clock.pass_(seconds=60)
    assert claimed(store).last_failure == WORKER_DIED


def test_forgotten_work_begins_with_its_first_try(store: IdempotencyStore):
    store.release(claimed(store), failure="away")
    assert store.forget(claimed(store))
    again = claimed(store)
    assert (again.tries, again.last_failure) == (1, "")


def test_two_consumers_of_one_message_both_do_their_work(monkeypatch: pytest.MonkeyPatch, clock: FakeClock):
    with moto_cloud(monkeypatch):
        tables, table = Tables(), create_table("idempotency", sort_key=False)
        for scope in ("answer", "insights"):
            store = DynamoIdempotencyStore(tables, table, scope=scope, lease=LEASE, clock=clock)
            assert claimed(store)


@pytest.mark.parametrize("is_abandoned", [False, True])
def test_of_twenty_parallel_claims_one_wins(
    monkeypatch: pytest.MonkeyPatch, clock: FakeClock, is_abandoned: bool
):
    with moto_cloud(monkeypatch), ThreadPoolExecutor(20) as pool:
        table = create_table("idempotency", sort_key=False)
        shared = DynamoIdempotencyStore(Tables(), table, scope="x", lease=LEASE, clock=clock)
        if is_abandoned:
            claimed(shared)
            clock.pass_(seconds=60)
        answers = list(pool.map(lambda _: shared.claim("a"), range(20)))
    assert sum(isinstance(answer, Lease) for answer in answers) == 1
    assert sum(isinstance(answer, InProgress) for answer in answers) == 19
