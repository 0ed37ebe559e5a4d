"""A queue that loses nothing: three tries, then a dead-letter queue that tells people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.alarms import FIVE_MINUTES

if TYPE_CHECKING:
    from infra.constructs.ground import Ground
    from infra.constructs.python_function import PythonFunction

_TRIES = 3


class QueueWithDlq(Construct):
    """Messages stay 4 days in the queue and 14 in the dead-letter queue."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        platform: Ground,
        consumer_timeout_seconds: int,
        fifo: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        self._platform = platform
        self._is_fifo = fifo
        self.dlq = sqs.Queue(
            self,
            "Dlq",
            fifo=fifo or None,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        self._consumer_timeout_seconds = consumer_timeout_seconds
        self.queue = sqs.Queue(
            self,
            "Queue",
            fifo=fifo or None,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(6 * consumer_timeout_seconds),
            retention_period=Duration.days(4),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dlq, max_receive_count=_TRIES),
        )
        parked = self.dlq.metric_approximate_number_of_messages_visible(
            period=FIVE_MINUTES, statistic="Maximum"
        )
        oldest = self.queue.metric_approximate_age_of_oldest_message(period=FIVE_MINUTES, statistic="Maximum")
        alarms = platform.alarms
        alarms.add(
            self,
            "Parked",
            metric=parked,
            threshold=1,
            means=f"{self.node.path}: messages are parked; read, fix, redrive.",
        )
        alarms.add(
            self,
            "Age",
            metric=oldest,
            threshold=300,
            means=f"{self.node.path}: messages wait for five minutes.",
        )

    @property
    def url(self) -> str:
        """The queue's URL, for settings."""
        return self.queue.queue_url

    def consume(
        self, function: PythonFunction, *, batch_size: int, max_concurrency: int | None = None
    ) -> None:
        """Feed ``function``, a ``queue_function``: set ``IDEMPOTENCY_TABLE`` and ``DLQ_URL``, and grant both.

        It reports failed messages one by one and sends to the dead-letter queue what it gives up.
        """
        if function.timeout_seconds > self._consumer_timeout_seconds:
            raise ValueError(f"{function.node.path} may run longer than {self.node.path} was told")
        if self._is_fifo and batch_size != 1:
            raise ValueError(f"{self.node.path}: with batches of one the queue itself keeps a group's order")
        function.function.add_event_source(
            sources.SqsEventSource(
                self.queue,
                batch_size=batch_size,
                report_batch_item_failures=True,
                max_concurrency=max_concurrency,
            )
        )
        function.set("IDEMPOTENCY_TABLE", self._platform.idempotency_table.name)
        function.grant_table(self._platform.idempotency_table, "GetItem", "PutItem", "DeleteItem")
        function.set("DLQ_URL", self.dlq.queue_url)
        function.allow("sqs:SendMessage", on=[self.dlq.queue_arn])

    def grant_send(self, function: PythonFunction) -> None:
        """Let ``function`` send to the queue."""
        function.allow("sqs:SendMessage", on=[self.queue.queue_arn])
