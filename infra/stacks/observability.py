"""What people look at and are woken by: one dashboard, the service levels, the month's spending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from infra.constructs.alarms import FIVE_MINUTES, Alarms
from infra.stacks.stage_stack import StageStack

if TYPE_CHECKING:
    from constructs import Construct, IConstruct

    from infra.config import StageConfig
    from infra.stacks.app import AppStack
    from infra.stacks.contexts import Contexts

# Service levels of the main path over an hour.
_API_FAULTS_PERCENT = 1
_API_P95_MS = 1500
_ANSWER_P95_MS = 60_000
_WIDTH = 12


class ObservabilityStack(StageStack):
    """Reads metrics of the other stacks and changes nothing in them."""

    def __init__(self, scope: Construct, *, stage: StageConfig, shared: AppStack, contexts: Contexts) -> None:
        super().__init__(scope, "observability", stage=stage)
        self._shared = shared
        self._contexts = contexts
        self.alarms = Alarms(self, "Alarms", stage=stage)
        self._service_levels()
        self._main_path()
        self._dashboard(stage)
        if stage.monthly_budget_usd:
            self._budget(stage)

    def _service_levels(self) -> None:
        self.alarms.add(
            self,
            "ApiFaults",
            metric=self._fault_percent(),
            threshold=_API_FAULTS_PERCENT,
            means="More than one request in a hundred fails: look at the API's access log by status.",
            periods=2,
        )
        self.alarms.add(
            self,
            "ApiLatency",
            metric=self._api_metric("Latency", "p95"),
            threshold=_API_P95_MS,
            means="The API is slow at the 95th percentile: compare the functions' durations.",
            periods=3,
        )
        self.alarms.add(
            self,
            "AnswerDuration",
            metric=self._contexts.conversations.answer.function.metric_duration(
                period=FIVE_MINUTES, statistic="p95"
            ),
            threshold=_ANSWER_P95_MS,
            means="Answers take a minute: look at the model's health and its queue.",
            periods=3,
        )

    def _main_path(self) -> None:
        every = [*self._shared.alarms.all, *self.alarms.all]
        rule = cloudwatch.AlarmRule.any_of(
            *[cloudwatch.AlarmRule.from_alarm(alarm, cloudwatch.AlarmState.ALARM) for alarm in every]
        )
        trouble = cloudwatch.CompositeAlarm(
            self, "Trouble", alarm_rule=rule, alarm_description="Something on the main path needs a person."
        )
        if self.alarms.topic:
            trouble.add_alarm_action(actions.SnsAction(self.alarms.topic))

    def _dashboard(self, stage: StageConfig) -> None:
        board = cloudwatch.Dashboard(self, "Dashboard", dashboard_name=stage.named("main"))
        functions = self._functions()
        queues = self._queues()
        board.add_widgets(
            self._graph("Requests", [self._api_metric("Count", "Sum")]),
            self._graph(
                "Latency of the API", [self._api_metric("Latency", level) for level in ("p50", "p95", "p99")]
            ),
        )
        board.add_widgets(
            self._graph(
                "Errors of functions", [each.metric_errors(period=FIVE_MINUTES) for each in functions]
            ),
            self._graph(
                "Duration p95",
                [each.metric_duration(period=FIVE_MINUTES, statistic="p95") for each in functions],
            ),
        )
        board.add_widgets(
            self._graph(
                "Waiting",
                [each.metric_approximate_age_of_oldest_message(period=FIVE_MINUTES) for each in queues],
            ),
            self._graph(
                "In queues",
                [each.metric_approximate_number_of_messages_visible(period=FIVE_MINUTES) for each in queues],
            ),
        )
        every = [*self._shared.alarms.all, *self.alarms.all]
        board.add_widgets(cloudwatch.AlarmStatusWidget(alarms=every, width=2 * _WIDTH))

    def _functions(self) -> list[lambda_.Function]:
        return [each for each in self._everything() if isinstance(each, lambda_.Function)]

    def _queues(self) -> list[sqs.Queue]:
        return [each for each in self._everything() if isinstance(each, sqs.Queue)]

    def _everything(self) -> list[IConstruct]:
        return [each for stack in (self._shared, *self._contexts.stacks) for each in stack.node.find_all()]

    def _graph(self, title: str, metrics: list[cloudwatch.Metric]) -> cloudwatch.GraphWidget:
        return cloudwatch.GraphWidget(title=title, left=[*metrics], width=_WIDTH)

    def _api_metric(self, name: str, statistic: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/ApiGateway",
            metric_name=name,
            dimensions_map={"ApiId": self._shared.platform.http.api_id},
            statistic=statistic,
            period=FIVE_MINUTES,
        )

    def _fault_percent(self) -> cloudwatch.MathExpression:
        return cloudwatch.MathExpression(
            expression="100 * faults / MAX([requests, 100])",
            using_metrics={
                "faults": self._api_metric("5xx", "Sum"),
                "requests": self._api_metric("Count", "Sum"),
            },
            period=Duration.hours(1),
            label="faults in 100 requests",
        )

    def _budget(self, stage: StageConfig) -> None:
        if self.alarms.topic is None:
            raise ValueError(f"stage {stage.name} has a budget but nobody to tell")
        budget_service = iam.ServicePrincipal("budgets.amazonaws.com")
        self.alarms.topic.grant_publish(budget_service)
        told = budgets.CfnBudget.SubscriberProperty(
            subscription_type="SNS", address=self.alarms.topic.topic_arn
        )
        forecast = budgets.CfnBudget.NotificationProperty(
            comparison_operator="GREATER_THAN",
            notification_type="FORECASTED",
            threshold=100,
            threshold_type="PERCENTAGE",
        )
        budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_name=stage.named("month"),
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=stage.monthly_budget_usd, unit="USD"),
                cost_filters={"TagKeyValue": [f"user:stage${stage.name}"]},
            ),
            notifications_with_subscribers=[
                budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=forecast, subscribers=[told]
                )
            ],
        )
