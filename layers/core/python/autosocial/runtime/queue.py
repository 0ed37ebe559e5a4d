"""Entry point of queue consumers: partial batch failures, idempotency, parking of what cannot succeed.

A message is a model of ``autosocial.contracts``. ``TransientError`` and unknown errors give the message
back (three tries, then the dead-letter queue); ``PermanentError`` and bad messages go to the dead-letter
queue at once, with the reason.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    SqsFifoPartialProcessor,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from pydantic import BaseModel, ValidationError

from autosocial.kernel.errors import DomainError, PermanentError, TransientError
from autosocial.runtime.function import LambdaHandler, Parts, S, bind

M = TypeVar("M", bound=BaseModel)
# Before the second and the third try. Without it a message stays hidden for the whole visibility time,
# and in a FIFO queue all of its group behind it.
_GIVE_BACK_SECONDS = {1: 15, 2: 120}


class ParkingLot(Protocol):
    """Where a message goes that was not done: to a person, or back to its queue for a while."""

    def park(self, body: str, *, reason: str, request_id: str) -> None:
        """Keep the message for a person, with the reason."""

    def give_back(self, queue_arn: str, receipt_handle: str, *, seconds: int) -> None:
        """Let the queue hand the message out again after ``seconds``."""


class Once(Protocol):
    """Remembers for 48 hours what was done."""

    def claim(self, key: str) -> bool:
        """Return False if ``key`` is done. Raises ``TransientError`` while it is being done elsewhere."""

    def done(self, key: str) -> None:
        """Mark ``key`` as done."""

    def release(self, key: str) -> None:
        """Give ``key`` back after a failure, so that a retry may claim it."""


class Consumer(Protocol[M]):
    """What ``build(settings)`` of a queue function returns."""

    message_type: type[M]
    once: Once
    parking_lot: ParkingLot

    def key(self, message: M) -> str:
        """Return the idempotency key of a message."""

    def handle(self, message: M) -> None:
        """Do the work of one message."""


def queue_function(
    settings_type: type[S], build: Callable[[S], Consumer[Any]], *, fifo: bool = False
) -> LambdaHandler:
    """Return the Lambda handler for an SQS event source with ``ReportBatchItemFailures``."""
    parts = Parts(settings_type, build)

    def handler(event: dict[str, Any], context: Any) -> Any:
        _, logger, consumer = parts.get()

        if not event.get("Records"):
            return {"batchItemFailures": []}
        processor = SqsFifoPartialProcessor() if fifo else BatchProcessor(event_type=EventType.SQS)
        # A batch that fails whole is reported like any other: raising would cost a cold start.
        processor.raise_on_entire_batch_failure = False
        return process_partial_response(
            event=event,
            record_handler=_Work(consumer, logger, context).consume,
            processor=processor,
            context=context,
        )

    return handler


@dataclass(frozen=True, slots=True)
class _Work:
    """One batch's consumer with the logger and ids of its invocation."""

    consumer: Consumer[Any]
    logger: Any
    context: Any

    def consume(self, record: SQSRecord) -> None:
        """Do, skip, park or give back one message."""
        try:
            self._consume(record)
        except Exception:
            self._give_back(record)
            raise

    def _give_back(self, record: SQSRecord) -> None:
        tries = int(record.attributes.approximate_receive_count or 1)
        seconds = _GIVE_BACK_SECONDS.get(tries)
        if seconds is None:
            return
        lot = self.consumer.parking_lot
        try:
            lot.give_back(record.event_source_arn, record.receipt_handle, seconds=seconds)
        except TransientError:
            self.logger.warning("message stays hidden until its visibility ends")

    def _consume(self, record: SQSRecord) -> None:
        try:
            message = self.consumer.message_type.model_validate_json(record.body)
        except ValidationError:
            self._park(record.body, reason="message_malformed", request_id="")
            return
        request_id = str(getattr(message, "request_id", ""))
        creator_id = str(getattr(message, "creator_id", ""))
        bind(self.logger, self.context, {"request_id": request_id, "creator_id": creator_id})
        key = self.consumer.key(message)
        if not self.consumer.once.claim(key):
            self.logger.info("message skipped", reason="duplicate")
            return
        try:
            is_done = self._handle(message, record.body, request_id=request_id)
        except Exception as error:
            self.logger.exception("message given back", error_name=type(error).__name__)
            self.consumer.once.release(key)
            raise
        if is_done:
            self.consumer.once.done(key)
        else:
            # Parked is not done: when a person sends it again, it must be worked on.
            self.consumer.once.release(key)

    def _handle(self, message: Any, body: str, *, request_id: str) -> bool:
        """Return whether the work is done; otherwise the message is parked."""
        try:
            self.consumer.handle(message)
        except (PermanentError, DomainError) as error:
            self._park(body, reason=error.code, request_id=request_id)
            return False
        self.logger.info("message handled")
        return True

    def _park(self, body: str, *, reason: str, request_id: str) -> None:
        self.consumer.parking_lot.park(body, reason=reason, request_id=request_id)
        self.logger.error("message parked", reason=reason)
