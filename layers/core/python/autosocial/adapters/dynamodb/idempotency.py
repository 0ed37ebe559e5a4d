"""What was done already: queue messages, for 48 hours. What is being done: by whom, and until when."""

from datetime import timedelta
from math import ceil
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from autosocial.adapters.dynamodb.tables import KeyedItem, Tables, translated
from autosocial.kernel.clock import Clock, epoch_seconds, utc_now
from autosocial.kernel.errors import ConflictError, NotFoundError
from autosocial.kernel.ids import IdSource, new_id
from autosocial.kernel.lease import WORKER_DIED, InProgress, Lease

_DONE_FOR = timedelta(hours=48)
_DONE = 0
# A time that has passed: nobody holds the lease.
_FREE = 1


class _Work(KeyedItem):
    # ``_DONE``, ``_FREE``, or the time (epoch seconds) at which the lease ends.
    locked_until = NumberAttribute()
    token = UnicodeAttribute(null=True)
    tries = NumberAttribute(default=1)
    failure = UnicodeAttribute(null=True)


class DynamoIdempotencyStore:
    """Fills ``runtime.queue.IdempotencyStore``.

    ``scope`` names the consumer, so that two consumers of one message both get to do their work.
    """

    def __init__(
        self,
        tables: Tables,
        table_name: str,
        *,
        scope: str,
        lease: timedelta,
        clock: Clock = utc_now,
        ids: IdSource = new_id,
    ) -> None:
        self._work = tables.model(_Work, table_name)
        self._scope = scope
        self._lease = lease
        self._clock = clock
        self._ids = ids

    def claim(self, key: str) -> Lease | InProgress | None:
        """Return a lease on ``key``, who holds one, or None if it is done."""
        lease = Lease(key, self._ids())
        is_forgotten = _Work.expires_at <= epoch_seconds(self._clock())
        item = self._work(self._pk(key), token=lease.token, tries=lease.tries, **self._held())
        try:
            with translated():
                item.save(_Work.pk.does_not_exist() | is_forgotten)
        except ConflictError:
            return self._claim_known(key)
        return lease

    def _claim_known(self, key: str) -> Lease | InProgress | None:
        now = self._clock().timestamp()
        try:
            with translated():
                known = self._work.get(self._pk(key), consistent_read=True)
        except NotFoundError:
            return InProgress(1)  # forgotten at this very moment
        if known.locked_until == _DONE:
            return None
        if known.locked_until > now:
            return InProgress(ceil(known.locked_until - now))
        failure = known.failure if known.locked_until == _FREE else WORKER_DIED
        lease = Lease(key, self._ids(), int(known.tries) + 1, failure or "")
        is_unchanged = (_Work.locked_until == known.locked_until) & (_Work.tries == known.tries)
        held = {**self._held(), "token": lease.token, "tries": lease.tries, "failure": failure}
        return lease if self._update(key, is_unchanged, **held) else InProgress(self._seconds)

    def renew(self, lease: Lease) -> bool:
        """Hold the lease for its whole time from now on; False if it is lost."""
        return self._update(lease.key, _ours(lease), **self._held())

    def done(self, lease: Lease) -> bool:
        """Mark the work as done; False if the lease is lost."""
        return self._update(lease.key, _ours(lease), locked_until=_DONE, expires_at=self._expiry())

    def release(self, lease: Lease, *, failure: str) -> bool:
        """Let the work be claimed again, after a try that failed; False if the lease is lost."""
        return self._update(lease.key, _ours(lease), locked_until=_FREE, failure=failure)

    def forget(self, lease: Lease) -> bool:
        """Forget the work and its tries; False if the lease is lost."""
        try:
            with translated():
                self._work(self._pk(lease.key)).delete(_ours(lease))
        except ConflictError:
            return False
        return True

    def _update(self, key: str, condition: Any, **values: Any) -> bool:
        actions = [getattr(_Work, name).set(value) for name, value in values.items()]
        try:
            with translated():
                self._work(self._pk(key)).update(actions, condition=condition)
        except ConflictError:
            return False
        return True

    @property
    def _seconds(self) -> int:
        return int(self._lease.total_seconds())

    def _held(self) -> dict[str, Any]:
        return {"locked_until": epoch_seconds(self._clock()) + self._seconds, "expires_at": self._expiry()}

    def _expiry(self) -> int:
        return epoch_seconds(self._clock() + _DONE_FOR)

    def _pk(self, key: str) -> str:
        return f"{self._scope}#{key}"


def _ours(lease: Lease) -> Any:
    return (_Work.token == lease.token) & (_Work.locked_until > _FREE)
