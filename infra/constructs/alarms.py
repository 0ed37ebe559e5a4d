"""The topic that tells people, and the alarms that write to it."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.config import StageConfig


class Alarms(Construct):
    """One topic per stack and every alarm of it; makes nothing where the stage has no alarms."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: StageConfig) -> None:
        super().__init__(scope, construct_id)
        self.all: list[cloudwatch.Alarm] = []
        self.topic: sns.Topic | None = None
        if stage.has_alarms:
            self.topic = sns.Topic(self, "Topic", enforce_ssl=True, display_name=Stack.of(self).stack_name)
            self._action = actions.SnsAction(self.topic)

    def add(
        self,
        owner: Construct,
        name: str,
        *,
        metric: cloudwatch.IMetric,
        threshold: float,
        means: str,
        periods: int = 1,
    ) -> None:
        """Tell people when ``metric`` reaches ``threshold``; ``means`` says what that means to them."""
        if self.topic is None:
            return
        alarm = cloudwatch.Alarm(
            owner,
            f"{name}Alarm",
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=means,
        )
        alarm.add_alarm_action(self._action)
        alarm.add_ok_action(self._action)
        self.all.append(alarm)


FIVE_MINUTES = Duration.minutes(5)
