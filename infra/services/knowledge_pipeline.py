"""The ingestion state machine, what starts it, and who is told when it fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from infra.constructs.alarms import FIVE_MINUTES
from infra.constructs.findings import explain
from infra.constructs.log_group import log_group

if TYPE_CHECKING:
    from infra.constructs.python_function import PythonFunction
    from infra.platform import Platform

# The name of our error class that says "later"; the others are Lambda's own.
_PASSING = [
    "TransientError",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.ClientExecutionTimeoutException",
]
_EMBEDDED_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class IngestionSteps:
    """The function of each state."""

    inspect: PythonFunction
    extract: PythonFunction
    embed: PythonFunction
    index: PythonFunction
    verify: PythonFunction
    fail: PythonFunction


class IngestionPipeline(Construct):
    """Input: ``key`` of the upload and ``attempt``. A bad document ends well: it is refused, not failed."""

    def __init__(
        self, scope: Construct, construct_id: str, *, platform: Platform, steps: IngestionSteps
    ) -> None:
        super().__init__(scope, construct_id)
        self._platform = platform
        stage = platform.stage
        logs = None
        if stage.has_tracing:
            logs = sfn.LogOptions(
                destination=log_group(
                    self, "Logs", stage=stage, name=f"/aws/vendedlogs/states/{stage.named('ingestion')}"
                ),
                level=sfn.LogLevel.ALL,
                include_execution_data=False,
            )
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            state_machine_name=stage.named("ingestion"),
            definition_body=sfn.DefinitionBody.from_chainable(self._definition(steps)),
            timeout=Duration.hours(3),
            logs=logs,
            tracing_enabled=stage.has_tracing,
        )
        because = "Invoking its functions includes their versions; log delivery and X-Ray know no resources."
        explain(self.machine, "AwsSolutions-IAM5", because)
        if not stage.has_tracing:
            explain(
                self.machine,
                "AwsSolutions-SF1",
                "The stage has no traces; each step's function logs its outcome.",
            )
            explain(
                self.machine,
                "AwsSolutions-SF2",
                "The stage has no traces; each step's function logs its outcome.",
            )
        self._start_on_upload()
        self._alarm()

    @property
    def arn(self) -> str:
        """The state machine's ARN, for settings and grants."""
        return self.machine.state_machine_arn

    def _definition(self, steps: IngestionSteps) -> sfn.Chain:
        failed = self._task("Fail", steps.fail, result_path=sfn.JsonPath.DISCARD)
        failed.next(sfn.Fail(self, "Failed", error="ProcessingFailed", cause="A step gave up; see its log."))
        settled = sfn.Succeed(self, "Settled", comment="The document was refused, deleted or taken over.")
        inspect = self._task("Inspect", steps.inspect, result_path="$.inspected")
        extract = self._task("Extract", steps.extract, result_path="$.extracted")
        embed = self._embed_all(steps.embed)
        index = self._task("Index", steps.index, result_path="$.indexed")
        verify = self._task("Verify", steps.verify, result_path=sfn.JsonPath.DISCARD)
        for state in (inspect, extract, embed, index, verify):
            state.add_catch(failed, errors=["States.ALL"], result_path="$.error")
        verify.next(sfn.Succeed(self, "Done"))
        indexed = sfn.Choice(self, "Indexed?")
        indexed.when(sfn.Condition.string_equals("$.indexed.outcome", "ok"), verify).otherwise(settled)
        embed.next(index).next(indexed)
        readable = sfn.Choice(self, "Readable?")
        readable.when(sfn.Condition.string_equals("$.extracted.outcome", "ok"), embed).otherwise(settled)
        extract.next(readable)
        safe = sfn.Choice(self, "Safe?")
        safe.when(sfn.Condition.string_equals("$.inspected.outcome", "ok"), extract).otherwise(settled)
        return inspect.next(safe)

    def _embed_all(self, function: PythonFunction) -> sfn.Map:
        every = sfn.Map(
            self,
            "EmbedAll",
            items_path="$.extracted.batches",
            max_concurrency=_EMBEDDED_AT_ONCE,
            item_selector={
                **_run_input(),
                "batch": sfn.JsonPath.number_at("$$.Map.Item.Value"),
                "batch_count": sfn.JsonPath.number_at("$.extracted.batch_count"),
            },
            result_path=sfn.JsonPath.DISCARD,
        )
        embed = self._task("Embed", function, result_path=sfn.JsonPath.DISCARD, takes_input_as_is=True)
        every.item_processor(embed)
        return every

    def _task(
        self, name: str, function: PythonFunction, *, result_path: str, takes_input_as_is: bool = False
    ) -> tasks.LambdaInvoke:
        task = tasks.LambdaInvoke(
            self,
            name,
            lambda_function=function.function,
            payload=None if takes_input_as_is else sfn.TaskInput.from_object(_run_input()),
            payload_response_only=True,
            result_path=result_path,
            retry_on_service_exceptions=False,
            task_timeout=sfn.Timeout.duration(Duration.seconds(function.timeout_seconds + 15)),
        )
        task.add_retry(
            errors=["ScanPendingError"],
            interval=Duration.seconds(15),
            max_attempts=40,
            backoff_rate=1,
        )
        task.add_retry(
            errors=_PASSING,
            interval=Duration.seconds(1),
            max_attempts=9,
            backoff_rate=2,
            max_delay=Duration.seconds(60),
            jitter_strategy=sfn.JitterType.FULL,
        )
        task.add_retry(
            errors=["States.ALL"],
            interval=Duration.seconds(2),
            max_attempts=2,
            backoff_rate=2,
            jitter_strategy=sfn.JitterType.FULL,
        )
        return task

    def _start_on_upload(self) -> None:
        unstarted = sqs.Queue(
            self,
            "Unstarted",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        explain(unstarted, "AwsSolutions-SQS3", "This is the dead-letter queue of the rule.")
        uploaded = events.RuleTargetInput.from_object(
            {"key": events.EventField.from_path("$.detail.object.key"), "attempt": 1}
        )
        target = targets.SfnStateMachine(
            self.machine,
            input=uploaded,
            dead_letter_queue=unstarted,
            retry_attempts=20,
            max_event_age=Duration.hours(6),
        )
        bucket = {"name": [self._platform.data.uploads.name]}
        pattern = events.EventPattern(
            source=["aws.s3"],
            detail_type=["Object Created"],
            detail={"bucket": bucket, "object": {"key": [{"suffix": "/original"}]}},
        )
        events.Rule(self, "Uploaded", event_pattern=pattern, targets=[target])
        waiting = unstarted.metric_approximate_number_of_messages_visible(
            period=FIVE_MINUTES, statistic="Maximum"
        )
        self._platform.alarms.add(
            self, "Unstarted", metric=waiting, threshold=1, means="Uploads did not start their pipeline."
        )

    def _alarm(self) -> None:
        failed = self.machine.metric_failed(period=FIVE_MINUTES, statistic="Sum")
        means = "Documents failed by a fault of ours: look at the execution, fix, and retry them."
        self._platform.alarms.add(self, "Failed", metric=failed, threshold=1, means=means)


def _run_input() -> dict[str, Any]:
    return {
        "key": sfn.JsonPath.string_at("$.key"),
        "attempt": sfn.JsonPath.number_at("$.attempt"),
        "run_id": sfn.JsonPath.string_at("$$.Execution.Name"),
    }
