"""What was done already: queue messages, for 48 hours."""

from datetime import timedelta

from pynamodb.attributes import NumberAttribute

from autosocial.adapters.dynamodb.tables import KeyedItem, Tables, translated
from autosocial.kernel.clock import Clock, epoch_seconds, utc_now
from autosocial.kernel.errors import ConflictError, NotFoundError, TransientError

_DONE_FOR = timedelta(hours=48)


class _Work(KeyedItem):
    # 0 once the work is done; until then the time (epoch seconds) at which another may take it over.
    locked_until = NumberAttribute()


class DynamoIdempotencyStore:
    """Fills ``runtime.queue.IdempotencyStore``.

    ``lock``: longer than the function may run, or two would work at once.
    ``scope`` names the consumer, so that two consumers of one message both get to do their work.
    """

    def __init__(
        self, tables: Tables, table_name: str, *, scope: str, lock: timedelta, clock: Clock = utc_now
    ) -> None:
        self._work = tables.model(_Work, table_name)
        self._scope = scope
        self._lock = lock
        self._clock = clock

    def claim(self, key: str) -> bool:
        """Return False if ``key`` is done. Raises ``TransientError`` while it is being done elsewhere."""
        now = epoch_seconds(self._clock())
        is_abandoned = (_Work.locked_until != 0) & (_Work.locked_until <= now)
        is_forgotten = _Work.expires_at <= now
        item = self._item(key, locked_until=now + int(self._lock.total_seconds()))
        try:
            with translated():
                item.save(_Work.pk.does_not_exist() | is_abandoned | is_forgotten)
        except ConflictError:
            if self._is_done(key):
                return False
            raise TransientError("The message is being worked on.", code="message_in_progress") from None
        return True

    def done(self, key: str) -> None:
        """Mark ``key`` as done."""
        with translated():
            self._item(key, locked_until=0).save()

    def release(self, key: str) -> None:
        """Give ``key`` back after a failure, so that a retry may claim it."""
        with translated():
            self._item(key, locked_until=0).delete()

    def _is_done(self, key: str) -> bool:
        try:
            with translated():
                return int(self._work.get(self._pk(key), consistent_read=True).locked_until) == 0
        except NotFoundError:
            return False

    def _pk(self, key: str) -> str:
        return f"{self._scope}#{key}"

    def _item(self, key: str, *, locked_until: int) -> _Work:
        expires_at = epoch_seconds(self._clock() + _DONE_FOR)
        return self._work(self._pk(key), locked_until=locked_until, expires_at=expires_at)
