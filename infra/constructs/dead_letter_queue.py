"""Where waits for a person what has no queue to go back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.alarms import FIVE_MINUTES
from infra.constructs.findings import explain

if TYPE_CHECKING:
    from infra.constructs.ground import Ground
    from infra.constructs.python_function import PythonFunction


class DeadLetterQueue(Construct):
    """Keeps dead letters for 14 days and tells people of the first."""

    def __init__(self, scope: Construct, construct_id: str, *, platform: Ground) -> None:
        super().__init__(scope, construct_id)
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        explain(self.queue, "AwsSolutions-SQS3", "This is the dead-letter queue of what has no queue.")
        parked = self.queue.metric_approximate_number_of_messages_visible(
            period=FIVE_MINUTES, statistic="Maximum"
        )
        platform.alarms.add(
            self,
            "Parked",
            metric=parked,
            threshold=1,
            means=f"{self.node.path}: messages are parked; read, fix, redrive.",
        )

    def serve(self, function: PythonFunction) -> None:
        """Set ``DLQ_URL`` and let ``function`` send to the queue."""
        function.set("DLQ_URL", self.queue.queue_url)
        function.allow("sqs:SendMessage", on=[self.queue.queue_arn])
