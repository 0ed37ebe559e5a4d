"""The bus of facts, and the one way to listen to it: rule, queue with its dead letters, function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.constructs.queue_with_dlq import QueueWithDlq

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.config import StageConfig
    from infra.constructs.python_function import PythonFunction

_SOURCE = "autosocial"
# How long EventBridge tries to reach a queue; then the fact waits among the queue's dead letters.
_HOURS, _TRIES = 24, 185


class EventBus(Construct):
    """Has a fixed name, so that whoever listens needs nothing of its stack."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: StageConfig) -> None:
        super().__init__(scope, construct_id)
        self.name = stage.named("facts")
        self.bus = events.EventBus(self, "Bus", event_bus_name=self.name)
        if stage.retains_data:
            # What a consumer of tomorrow, or one that was wrong, can be told again.
            archive = events.Archive(
                self,
                "Archive",
                source_event_bus=self.bus,
                archive_name=self.name,
                event_pattern=events.EventPattern(source=[_SOURCE]),
                retention=Duration.days(stage.log_retention_days),
            )
            archive.apply_removal_policy(RemovalPolicy.RETAIN)

    def grant_publish(self, function: PythonFunction) -> None:
        """Set ``EVENT_BUS_NAME`` and let ``function`` put facts on the bus."""
        function.set("EVENT_BUS_NAME", self.name)
        function.allow("events:PutEvents", on=[self._arn(function)])

    def subscribe(
        self,
        scope: Construct,
        function: PythonFunction,
        *,
        events: Sequence[str],
        queue: QueueWithDlq | None = None,
        batch_size: int = 10,
        max_concurrency: int | None = None,
    ) -> QueueWithDlq:
        """Feed ``function``, a ``queue_function`` of ``Envelope``, with the facts of these names.

        A queue stands in between, in every stage: what a rule gives to a function itself is lost when the
        function fails often enough. ``queue`` is one that others send to as well.
        """
        fed = queue or QueueWithDlq(
            scope,
            f"{function.node.id}Facts",
            platform=function.platform,
            consumer_timeout_seconds=function.timeout_seconds,
        )
        self._send(fed, events)
        fed.consume(function, batch_size=batch_size, max_concurrency=max_concurrency)
        return fed

    def _send(self, queue: QueueWithDlq, names: Sequence[str]) -> None:
        # Beside the queue: its policy names the rule, and no two stacks may need each other.
        bus = events.EventBus.from_event_bus_arn(queue, "Bus", self._arn(queue))
        target = targets.SqsQueue(
            queue.queue,
            message=events.RuleTargetInput.from_event_path("$.detail"),
            dead_letter_queue=queue.parked,
            max_event_age=Duration.hours(_HOURS),
            retry_attempts=_TRIES,
        )
        pattern = events.EventPattern(source=[_SOURCE], detail_type=list(names))
        events.Rule(queue, "Facts", event_bus=bus, event_pattern=pattern, targets=[target])

    def _arn(self, scope: Construct) -> str:
        return Stack.of(scope).format_arn(service="events", resource="event-bus", resource_name=self.name)
