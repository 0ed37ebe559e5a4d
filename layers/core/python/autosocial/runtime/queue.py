"""Entry point of queue consumers: partial batch failures, idempotency, parking of what cannot succeed.

A message is a model of ``autosocial.contracts``. ``TransientError`` and unknown errors give the message
back (three tries, then the dead-letter queue); ``PermanentError`` and bad messages go to the dead-letter
queue at once, with the reason.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, SqsFifoPartialProcessor, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from pydantic import BaseModel, ValidationError

from autosocial.kernel.errors import DomainError, PermanentError
from autosocial.runtime.function import LambdaHandler, Parts, S, bind

M = TypeVar("M", bound=BaseModel)


class ParkingLot(Protocol):
    """Where a message goes that must not be tried again."""

    def park(self, body: str, *, reason: str, request_id: str) -> None:
        """Keep the message for a person, with the reason."""


class Once(Protocol):
    """Remembers for 48 hours what was done."""

    def claim(self, key: str) -> bool:
        """Return False if ``key`` is done or being done elsewhere right now."""

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


def queue_function(settings_type: type[S], build: Callable[[S], Consumer[Any]], *, fifo: bool = False) -> LambdaHandler:
    """Return the Lambda handler for an SQS event source with ``ReportBatchItemFailures``."""
    parts = Parts(settings_type, build)
    processor_type = SqsFifoPartialProcessor if fifo else lambda: BatchProcessor(event_type=EventType.SQS)

    def handler(event: dict[str, Any], context: Any) -> Any:
        _, logger, consumer = parts.get()

        def one(record: SQSRecord) -> None:
            _consume(consumer, record, lambda ids: bind(logger, context, ids), logger)

        if not event.get("Records"):
            return {"batchItemFailures": []}
        processor = processor_type()
        processor.raise_on_entire_batch_failure = False
        return process_partial_response(event=event, record_handler=one, processor=processor, context=context)

    return handler


def _consume(consumer: Consumer[Any], record: SQSRecord, bind_ids: Callable[[dict[str, str]], None], logger: Any) -> None:
    try:
        message = consumer.message_type.model_validate_json(record.body)
    except ValidationError:
        logger.error("message parked", reason="message_malformed")
        consumer.parking_lot.park(record.body, reason="message_malformed", request_id="")
        return
    request_id = str(getattr(message, "request_id", ""))
    bind_ids({"request_id": request_id, "creator_id": str(getattr(message, "creator_id", ""))})
    key = consumer.key(message)
    if not consumer.once.claim(key):
        logger.info("message skipped", reason="duplicate")
        return
    try:
        consumer.handle(message)
    except (PermanentError, DomainError) as error:
        logger.error("message parked", reason=error.code)
        consumer.parking_lot.park(record.body, reason=error.code, request_id=request_id)
    except Exception as error:
        logger.exception("message given back", error_name=type(error).__name__)
        consumer.once.release(key)
        raise
    consumer.once.done(key)
    logger.info("message handled")
