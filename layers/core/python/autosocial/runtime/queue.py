"""Entry point of queue consumers: leases, tries, dead letters, partial batch failures.

A message is worked on under a lease that a heartbeat renews, together with the time for which the queue
hides the message. So a worker that dies costs its message half a minute, whatever the queue's own
visibility is. Only what a worker began counts as a try: three, then the dead-letter queue.

``TransientError`` and unknown errors let the message be tried again later; ``PermanentError``,
``DomainError`` and bodies that are no message go to the dead-letter queue at once, with the reason.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any

from autosocial.kernel import budget
from autosocial.kernel.errors import AutoSocialError, DomainError, InvalidError, PermanentError
from autosocial.kernel.lease import InProgress, Lease
from autosocial.runtime.function import LambdaHandler, Parts, S, bind, in_time
from autosocial.runtime.heartbeat import Heartbeat
from autosocial.runtime.queue_ports import Consumer

MAX_TRIES = 3
# A worker has died when it was not heard of for so long; the queue shows the message just after that.
LEASE_SECONDS, HIDDEN_SECONDS = 25, 30
BEAT_SECONDS = 6.0
# Before the second and the third try; in a FIFO queue the rest of the group waits as well.
_RETRY_AFTER_SECONDS = {1: 15, 2: 120}
# Until a message comes again that could not be worked on, because a store was away.
_AWAY_SECONDS = 15
_MALFORMED = "message_malformed"
# For what comes after the work: remembering that it is done, or handing the message back.
_SETTLING_SECONDS = 5.0


def consumer_function(
    settings_type: type[S], build: Callable[[S], Consumer[Any]], *, beat_seconds: float = BEAT_SECONDS
) -> LambdaHandler:
    """Return the Lambda handler for an SQS event source with ``ReportBatchItemFailures``.

    Of a FIFO queue it takes batches of one: the queue then keeps each group's order by itself.
    """
    parts = Parts(settings_type, build)

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        _, logger, consumer = parts.get()
        records = event.get("Records") or []
        batch = _Batch(consumer, logger, context, records=records)
        with Heartbeat(batch.beat, seconds=beat_seconds):
            failed = [record["messageId"] for record in records if not batch.consume(record)]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return in_time(handler)


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a try did not succeed; ``is_final``: another one cannot."""

    reason: str
    is_final: bool = False


class _Batch:
    """The messages of one invocation. Methods that work on one return the seconds until it comes again."""

    def __init__(
        self, consumer: Consumer[Any], logger: Any, context: Any, *, records: Sequence[dict[str, Any]]
    ) -> None:
        self._consumer = consumer
        self._logger = logger
        self._context = context
        self._ours = {record["messageId"]: record for record in records}
        self._lease: Lease | None = None
        # A beat must not hide for long again what was just told to come back soon.
        self._visibility = Lock()

    def beat(self) -> None:
        """Keep what is not through yet hidden, and ours."""
        try:
            with self._visibility:
                self._hide(list(self._ours.values()), seconds=HIDDEN_SECONDS)
            lease = self._lease
            if lease and not self._consumer.idempotency.renew(lease) and self._lease is lease:
                self._logger.warning("lease lost")
        except Exception as error:
            self._logger.exception("heartbeat missed", error_name=type(error).__name__)

    def consume(self, record: dict[str, Any]) -> bool:
        """Return whether the message is through with: done, skipped or a dead letter."""
        try:
            seconds = self._consumed(record)
        except AutoSocialError as error:
            self._logger.exception("message kept for later", error_name=type(error).__name__, code=error.code)
            seconds = _AWAY_SECONDS
        finally:
            self._lease = None
        with self._visibility:
            del self._ours[record["messageId"]]
            if seconds is not None:
                self._retry_later(record, seconds=seconds)
        return seconds is None

    def _consumed(self, record: dict[str, Any]) -> int | None:
        body = record["body"]
        try:
            message = self._consumer.read(body)
        except InvalidError:
            self._malformed(body)
            return None
        ids = {name: str(getattr(message, name, "")) for name in ("request_id", "creator_id")}
        bind(self._logger, self._context, ids)
        claimed = self._consumer.idempotency.claim(self._consumer.key(message))
        if claimed is None:
            self._logger.info("message skipped", reason="duplicate")
            return None
        if isinstance(claimed, InProgress):
            self._logger.info("message in progress elsewhere")
            return claimed.seconds + 1
        self._lease = claimed
        return self._tried(message, claimed, body=body)

    def _malformed(self, body: str) -> None:
        self._consumer.dead_letters.send(body, reason=_MALFORMED, request_id="")
        self._logger.error("message given up", reason=_MALFORMED)

    def _tried(self, message: Any, lease: Lease, *, body: str) -> int | None:
        failure: _Failure | None = _Failure(lease.last_failure, is_final=True)
        if lease.tries <= MAX_TRIES:
            failure = self._failure_of(message)
        if failure is None:
            return self._done(lease)
        if failure.is_final or lease.tries >= MAX_TRIES:
            return self._given_up(message, lease, body=body, reason=failure.reason)
        self._consumer.idempotency.release(lease, failure=failure.reason)
        return _RETRY_AFTER_SECONDS[lease.tries]

    def _failure_of(self, message: Any) -> _Failure | None:
        try:
            with budget.keeping(_SETTLING_SECONDS):
                self._consumer.handle(message)
        except (PermanentError, DomainError) as error:
            return _Failure(error.code, is_final=True)
        except Exception as error:
            reason = str(getattr(error, "code", "internal_error"))
            self._logger.exception("message failed", error_name=type(error).__name__, code=reason)
            return _Failure(reason)
        return None

    def _done(self, lease: Lease) -> int | None:
        if not self._consumer.idempotency.done(lease):
            self._logger.warning("message left to another worker")
            return HIDDEN_SECONDS
        self._logger.info("message handled")
        return None

    def _given_up(self, message: Any, lease: Lease, *, body: str, reason: str) -> int | None:
        store = self._consumer.idempotency
        if not store.renew(lease):
            self._logger.warning("message left to another worker")
            return HIDDEN_SECONDS
        request_id = str(getattr(message, "request_id", ""))
        try:
            self._consumer.dead_letters.send(body, reason=reason, request_id=request_id)
        except AutoSocialError:
            store.release(lease, failure=reason)
            raise
        self._logger.error("message given up", reason=reason)
        with suppress(AutoSocialError):
            # Not done: when a person sends it again, it is worked on like a new one.
            store.forget(lease)
        return None

    def _retry_later(self, record: dict[str, Any], *, seconds: int) -> None:
        try:
            self._hide([record], seconds=seconds)
        except AutoSocialError:
            self._logger.warning("message stays hidden until its visibility ends")

    def _hide(self, records: Sequence[dict[str, Any]], *, seconds: int) -> None:
        if records:
            handles = [record["receiptHandle"] for record in records]
            self._consumer.visibility.hide(records[0]["eventSourceARN"], handles, seconds=seconds)
