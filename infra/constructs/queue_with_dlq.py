"""A queue that loses nothing: what cannot be done waits in a dead-letter queue that tells people."""

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

# Consumers count their tries themselves and give up after three (runtime/queue.py). SQS counts every time
# it hands a message out, also while another worker has it and when no worker could be started at all: its
# own limit is only the last net, below which a message comes every ``consumer_timeout_seconds``.
_RECEIVES = 20
_READER_SECONDS = 60
_WORK_DAYS, _DEAD_LETTER_DAYS = 4, 14


class QueueWithDlq(Construct):
    """Messages stay 4 days in the queue and 14 in the dead-letter queue.

    The queue hides a message as long as its consumer may run, the least that Lambda allows. The consumer
    shortens that to half a minute at once, and renews it while it lives.

    ``is_told``: a function reads the dead letters first (``read_dead_letters``), to tell whoever waits, and
    parks them in a queue of their own; otherwise the dead-letter queue is where they are ``parked``.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        platform: Ground,
        consumer_timeout_seconds: int,
        fifo: bool = False,
        is_told: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        self._platform = platform
        self._is_fifo = fifo
        self._consumer_timeout_seconds = consumer_timeout_seconds
        if is_told:
            self.parked = self._queue("Parked", keeps_days=_DEAD_LETTER_DAYS)
            self.dlq = self._queue(
                "Dlq", keeps_days=_DEAD_LETTER_DAYS, hides_seconds=_READER_SECONDS, gives_up_to=self.parked
            )
        else:
            self.parked = self.dlq = self._queue("Dlq", keeps_days=_DEAD_LETTER_DAYS)
        self.queue = self._queue(
            "Queue", keeps_days=_WORK_DAYS, hides_seconds=consumer_timeout_seconds, gives_up_to=self.dlq
        )
        self._add_alarms()

    def _queue(
        self,
        construct_id: str,
        *,
        keeps_days: int,
        hides_seconds: int | None = None,
        gives_up_to: sqs.Queue | None = None,
    ) -> sqs.Queue:
        net = sqs.DeadLetterQueue(queue=gives_up_to, max_receive_count=_RECEIVES) if gives_up_to else None
        return sqs.Queue(
            self,
            construct_id,
            fifo=self._is_fifo or None,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(hides_seconds) if hides_seconds else None,
            retention_period=Duration.days(keeps_days),
            dead_letter_queue=net,
        )

    def _add_alarms(self) -> None:
        parked = self.parked.metric_approximate_number_of_messages_visible(
            period=FIVE_MINUTES, statistic="Maximum"
        )
        self._platform.alarms.add(
            self,
            "Parked",
            metric=parked,
            threshold=1,
            means=f"{self.node.path}: messages are parked; read, fix, redrive.",
        )
        self._tell_of_waiting("Age", self.queue)
        if self.dlq is not self.parked:
            self._tell_of_waiting("Untold", self.dlq)

    def _tell_of_waiting(self, name: str, queue: sqs.Queue) -> None:
        oldest = queue.metric_approximate_age_of_oldest_message(period=FIVE_MINUTES, statistic="Maximum")
        self._platform.alarms.add(
            self,
            name,
            metric=oldest,
            threshold=300,
            means=f"{queue.node.path}: messages wait for five minutes.",
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
        table = self._platform.idempotency_table
        function.set("IDEMPOTENCY_TABLE", table.name)
        function.grant_table(table, "GetItem", "PutItem", "UpdateItem", "DeleteItem")
        function.set("DLQ_URL", self.dlq.queue_url)
        function.allow("sqs:SendMessage", on=[self.dlq.queue_arn])

    def read_dead_letters(self, function: PythonFunction) -> None:
        """Feed ``function``, a ``dead_letter_function``, with dead letters: set and grant ``PARKED_URL``."""
        if self.parked is self.dlq:
            raise ValueError(f"{self.node.path}: with is_told=True it has a queue for what was told")
        if function.timeout_seconds > _READER_SECONDS:
            raise ValueError(f"{function.node.path} may run longer than {_READER_SECONDS} s")
        function.function.add_event_source(
            sources.SqsEventSource(self.dlq, batch_size=1, report_batch_item_failures=True)
        )
        function.set("PARKED_URL", self.parked.queue_url)
        function.allow("sqs:SendMessage", on=[self.parked.queue_arn])

    def grant_send(self, function: PythonFunction) -> None:
        """Let ``function`` send to the queue."""
        function.allow("sqs:SendMessage", on=[self.queue.queue_arn])
