"""Entry point of queue consumers: partial batch failures, idempotency, dead letters.

``TransientError`` and unknown errors let the message be tried again later (three tries, then the
dead-letter queue); ``PermanentError``, ``DomainError`` and bodies that are no message go to the
dead-letter queue at once, with the reason.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from autosocial.kernel.errors import (
    AutoSocialError,
    DomainError,
    InvalidError,
    PermanentError,
)
from autosocial.runtime.function import LambdaHandler, Parts, S, bind

M = TypeVar("M")
# Before the second and the third try. Without it a message stays hidden for the whole visibility time,
# and in a FIFO queue all of its group behind it.
_RETRY_AFTER_SECONDS = {1: 15, 2: 120}
_MALFORMED = "message_malformed"


class IdempotencyStore(Protocol):
    """Remembers for 48 hours what was done."""

    def claim(self, key: str) -> bool:
        """Return False if ``key`` is done. Raises ``TransientError`` while it is being done elsewhere."""

    def done(self, key: str) -> None:
        """Mark ``key`` as done."""

    def release(self, key: str) -> None:
        """Give ``key`` back after a failure, so that a retry may claim it."""


class DeadLetterQueue(Protocol):
    """Where a message waits for a person. Raises ``TransientError`` when it is away."""

    def send(self, body: str, *, reason: str, request_id: str) -> None:
        """Keep the message, with the reason."""


class Visibility(Protocol):
    """When a received message is handed out again. Raises ``TransientError`` when the queue is away."""

    def hide(self, queue_arn: str, receipt_handle: str, *, seconds: int) -> None:
        """Let the queue hand the message out again after ``seconds``, unless it is deleted before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer(Generic[M]):
    """What a queue function is made of. ``read`` raises ``InvalidError`` for what is no message."""

    read: Callable[[str], M]
    key: Callable[[M], str]
    handle: Callable[[M], None]
    idempotency: IdempotencyStore
    dead_letters: DeadLetterQueue
    visibility: Visibility


def consumer_function(settings_type: type[S], build: Callable[[S], Consumer[Any]]) -> LambdaHandler:
    """Return the Lambda handler for an SQS event source with ``ReportBatchItemFailures``.

    Of a FIFO queue it takes batches of one: the queue then keeps each group's order by itself.
    """
    parts = Parts(settings_type, build)

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        _, logger, consumer = parts.get()
        work = _Work(consumer, logger, context)
        failed = [record["messageId"] for record in event.get("Records", []) if not work.consume(record)]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handler


@dataclass(frozen=True, slots=True)
class _Work:
    """One batch's consumer with the logger and ids of its invocation."""

    consumer: Consumer[Any]
    logger: Any
    context: Any

    def consume(self, record: dict[str, Any]) -> bool:
        """Return whether the message is through with: done, skipped or a dead letter."""
        try:
            self._consume(record)
        except Exception as error:
            self.logger.exception("message failed", error_name=type(error).__name__)
            self._retry_later(record)
            return False
        return True

    def _retry_later(self, record: dict[str, Any]) -> None:
        seconds = _RETRY_AFTER_SECONDS.get(int(record["attributes"].get("ApproximateReceiveCount", 1)))
        if seconds is None:
            return
        try:
            self.consumer.visibility.hide(record["eventSourceARN"], record["receiptHandle"], seconds=seconds)
        except AutoSocialError:
            self.logger.warning("message stays hidden until its visibility ends")

    def _consume(self, record: dict[str, Any]) -> None:
        body = record["body"]
        try:
            message = self.consumer.read(body)
        except InvalidError:
            self._give_up(body, reason=_MALFORMED, request_id="")
            return
        request_id = str(getattr(message, "request_id", ""))
        creator_id = str(getattr(message, "creator_id", ""))
        bind(self.logger, self.context, {"request_id": request_id, "creator_id": creator_id})
        key = self.consumer.key(message)
        if not self.consumer.idempotency.claim(key):
            self.logger.info("message skipped", reason="duplicate")
            return
        try:
            is_done = self._handle(message, body, request_id=request_id)
        except Exception:
            self.consumer.idempotency.release(key)
            raise
        if is_done:
            self.consumer.idempotency.done(key)
        else:
            # A dead letter is not done: when a person sends it again, it must be worked on.
            self.consumer.idempotency.release(key)

    def _handle(self, message: Any, body: str, *, request_id: str) -> bool:
        """Return whether the work is done; otherwise the message is a dead letter."""
        try:
            self.consumer.handle(message)
        except (PermanentError, DomainError) as error:
            self._give_up(body, reason=error.code, request_id=request_id)
            return False
        self.logger.info("message handled")
        return True

    def _give_up(self, body: str, *, reason: str, request_id: str) -> None:
        self.consumer.dead_letters.send(body, reason=reason, request_id=request_id)
        self.logger.error("message parked", reason=reason)
