"""Entry point of what reads a dead-letter queue: whoever waits is told, then the message is parked.

Parked messages wait for a person, with the reason. A message that cannot be told of stays in the
dead-letter queue, which parks it by itself after some more tries.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from autosocial.kernel.errors import DomainError, InvalidError
from autosocial.runtime.function import LambdaHandler, Parts, S, bind, in_time
from autosocial.runtime.queue_ports import DeadLetterQueue

M = TypeVar("M")
# The queue itself gave the message up: no worker ever came far enough to say why.
NO_WORKER = "no_worker_ran"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterReader(Generic[M]):
    """``tell`` returns the message as a person may send it again; ``write`` is the opposite of ``read``."""

    read: Callable[[str], M]
    write: Callable[[M], str]
    tell: Callable[[M], M]
    parked: DeadLetterQueue


def dead_letter_function(
    settings_type: type[S], build: Callable[[S], DeadLetterReader[Any]]
) -> LambdaHandler:
    """Return the Lambda handler for a dead-letter queue with ``ReportBatchItemFailures``."""
    parts = Parts(settings_type, build)

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        _, logger, reader = parts.get()
        failed = []
        for record in event.get("Records") or []:
            try:
                _park(record, reader, logger=logger, context=context)
            except Exception as error:
                logger.exception("dead letter kept for later", error_name=type(error).__name__)
                failed.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": failed}

    return in_time(handler)


def _park(record: dict[str, Any], reader: DeadLetterReader[Any], *, logger: Any, context: Any) -> None:
    body = record["body"]
    told = {name: value.get("stringValue", "") for name, value in record["messageAttributes"].items()}
    reason, request_id = told.get("reason", NO_WORKER), told.get("request_id", "")
    try:
        message = reader.read(body)
    except InvalidError:
        message = None
    if message is not None:
        request_id = request_id or str(getattr(message, "request_id", ""))
        ids = {"request_id": request_id, "creator_id": str(getattr(message, "creator_id", ""))}
        bind(logger, context, ids)
        try:
            body = reader.write(reader.tell(message))
        except DomainError as error:
            # What it is about is gone: nobody waits.
            logger.info("nobody to tell", code=error.code)
    reader.parked.send(body, reason=reason, request_id=request_id)
    logger.error("message parked", reason=reason)
