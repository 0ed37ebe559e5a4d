"""What was done already: queue messages for 48 hours, answers to requests with a key for 24 hours."""

from datetime import timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from autosocial.adapters.dynamodb.tables import KeyedItem, Tables, translated
from autosocial.kernel.clock import Clock, epoch_seconds, utc_now
from autosocial.kernel.errors import ConflictError, NotFoundError, TransientError

_DONE_FOR = timedelta(hours=48)
_ANSWERS_FOR = timedelta(hours=24)
_ANSWER_LOCK = timedelta(seconds=60)


class _Work(KeyedItem):
    # 0 once the work is done; until then the time (epoch seconds) at which another may take it over.
    locked_until = NumberAttribute()


class _Answer(KeyedItem):
    fingerprint = UnicodeAttribute()
    locked_until = NumberAttribute()
    content = UnicodeAttribute(null=True)


class DynamoOnce:
    """Fills ``runtime.queue.Once``. ``lock``: longer than the function may run, or two would work at once.

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


class DynamoAnswers:
    """Fills ``runtime.idempotency.Answers``."""

    def __init__(self, tables: Tables, table_name: str, *, clock: Clock = utc_now) -> None:
        self._answer = tables.model(_Answer, table_name)
        self._clock = clock

    def claim(self, key: str, *, fingerprint: str) -> bool:
        """Return whether the request is new (or was abandoned) and now the caller's to answer."""
        now = epoch_seconds(self._clock())
        is_abandoned = _Answer.content.does_not_exist() & (_Answer.locked_until <= now)
        item = self._answer(
            f"answer#{key}",
            fingerprint=fingerprint,
            locked_until=now + int(_ANSWER_LOCK.total_seconds()),
            expires_at=now + int(_ANSWERS_FOR.total_seconds()),
        )
        try:
            with translated():
                item.save(_Answer.pk.does_not_exist() | is_abandoned | (_Answer.expires_at <= now))
        except ConflictError:
            return False
        return True

    def find(self, key: str) -> tuple[str, str | None] | None:
        """Return (fingerprint, content or None while it is being made), or None."""
        try:
            with translated():
                item = self._answer.get(f"answer#{key}", consistent_read=True)
        except NotFoundError:
            return None
        return item.fingerprint, item.content

    def keep(self, key: str, content: str) -> None:
        """Keep the answer."""
        with translated():
            self._answer(f"answer#{key}").update([_Answer.content.set(content)])

    def release(self, key: str) -> None:
        """Forget the claim after a failure."""
        with translated():
            self._answer(f"answer#{key}").delete()
