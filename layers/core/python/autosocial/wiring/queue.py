"""A queue function in one line: idempotency and dead letters come from two settings."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import msgspec

from autosocial.adapters.dynamodb.idempotency import DynamoIdempotencyStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.adapters.sqs.consuming import SqsDeadLetterQueue, SqsVisibility
from autosocial.kernel.errors import InvalidError
from autosocial.runtime import dead_letters
from autosocial.runtime.dead_letters import DeadLetterReader
from autosocial.runtime.function import LambdaHandler
from autosocial.runtime.queue import LEASE_SECONDS, consumer_function
from autosocial.runtime.queue_ports import Consumer
from autosocial.runtime.settings import Settings

M = TypeVar("M")
_LEASE = timedelta(seconds=LEASE_SECONDS)


class ConsumesQueue(Settings):
    """Settings of every queue function; ``QueueWithDlq.consume`` in infra sets and grants them."""

    idempotency_table: str
    dlq_url: str
    aws_region: str = ""


class ReadsDeadLetters(Settings):
    """Settings of a function that reads dead letters; ``QueueWithDlq.read_dead_letters`` sets them."""

    parked_url: str
    aws_region: str = ""


Q = TypeVar("Q", bound=ConsumesQueue)
D = TypeVar("D", bound=ReadsDeadLetters)


def queue_function(
    settings_type: type[Q],
    build: Callable[[Q], Callable[[M], None]],
    *,
    message: type[M],
    key: Callable[[M], str],
    scope: str,
    read: Callable[[str], M] | None = None,
) -> LambdaHandler:
    """Return the Lambda handler that feeds each message of a queue to what ``build(settings)`` returns.

    ``message`` is the type of the messages, a msgspec struct. ``key`` says when two of them are the same
    work, which is done once in 48 hours; ``scope`` names the consumer, so that two consumers of one message
    both get to do their work. ``read`` makes a message of a body that is not just its JSON (an event in its
    envelope), and raises ``InvalidError`` where it cannot.
    """
    read_body = read or reader(message)

    def consumer(settings: Q) -> Consumer[M]:
        tables = Tables(region=settings.aws_region)
        return Consumer(
            read=read_body,
            key=key,
            handle=build(settings),
            idempotency=DynamoIdempotencyStore(tables, settings.idempotency_table, scope=scope, lease=_LEASE),
            dead_letters=SqsDeadLetterQueue(settings.dlq_url, region=settings.aws_region),
            visibility=SqsVisibility(settings.dlq_url, region=settings.aws_region),
        )

    return consumer_function(settings_type, consumer)


def dead_letter_function(
    settings_type: type[D], build: Callable[[D], Callable[[M], M]], *, message: type[M]
) -> LambdaHandler:
    """Return the Lambda handler that parks the dead letters of a queue.

    Before, what ``build(settings)`` returns tells whoever waits for a message, and returns it as it is to
    be parked.
    """

    def parts(settings: D) -> DeadLetterReader[M]:
        return DeadLetterReader(
            read=reader(message),
            write=written,
            tell=build(settings),
            parked=SqsDeadLetterQueue(settings.parked_url, region=settings.aws_region),
        )

    return dead_letters.dead_letter_function(settings_type, parts)


def reader(message: type[M]) -> Callable[[str], M]:
    """Return what makes a ``message`` of its JSON, or raises ``InvalidError``."""
    decode = msgspec.json.Decoder(message).decode

    def read(body: str) -> M:
        try:
            return decode(body)
        except msgspec.MsgspecError:
            raise InvalidError("This is no such message.", code="message_malformed") from None

    return read


def written(message: Any) -> str:
    """Return the JSON of a message."""
    return msgspec.json.encode(message).decode()
