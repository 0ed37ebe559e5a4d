"""Events: the relay, from the outboxes of the tables to the bus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from constructs import Construct

from infra.constructs.dead_letter_queue import DeadLetterQueue
from infra.constructs.python_function import PythonFunction

if TYPE_CHECKING:
    from infra.constructs.table import Table
    from infra.platform import Platform

_BATCH = 100
# A bus that is away is waited for; what makes the relay itself fail is halved, tried and put aside.
_PATIENCE_HOURS, _TRIES = 6, 50
_READ = ("DescribeStream", "GetRecords", "GetShardIterator")


class EventsService(Construct):
    """Follows every table that has an outbox."""

    def __init__(self, scope: Construct, construct_id: str, *, platform: Platform) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = DeadLetterQueue(self, "DeadLetters", platform=platform)
        self.relay = PythonFunction(
            self, "Relay", platform=platform, context="events", name="relay", timeout_seconds=60
        )
        self.dead_letters.serve(self.relay)
        platform.bus.grant_publish(self.relay)
        because = "DynamoDB lists streams without naming any."
        self.relay.allow("dynamodb:ListStreams", on=["*"], because=because)
        for table in platform.data.outboxes:
            self._follow(table)

    def _follow(self, table: Table) -> None:
        """Feed the relay with the new facts of a table and with nothing else of it."""
        self.relay.allow(*[f"dynamodb:{action}" for action in _READ], on=[table.stream_arn])
        facts = {
            "eventName": lambda_.FilterRule.is_equal("INSERT"),
            "dynamodb": {"Keys": {table.outbox: {"S": lambda_.FilterRule.begins_with("EVENT#")}}},
        }
        lambda_.EventSourceMapping(
            self,
            f"{table.node.id}Outbox",
            target=self.relay.function,
            event_source_arn=table.stream_arn,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=_BATCH,
            bisect_batch_on_error=True,
            retry_attempts=_TRIES,
            max_record_age=Duration.hours(_PATIENCE_HOURS),
            report_batch_item_failures=True,
            on_failure=sources.SqsDlq(self.dead_letters.queue),
            filters=[lambda_.FilterCriteria.filter(facts)],
        )
