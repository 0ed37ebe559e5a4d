"""A log group that forgets after the stage's time."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.config import StageConfig

_RETENTION = {
    1: logs.RetentionDays.ONE_DAY,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
}


def log_group(
    scope: Construct, construct_id: str, *, stage: StageConfig, name: str | None = None
) -> logs.LogGroup:
    """Return a log group; logs are no state, so it goes with its stack."""
    return logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        retention=_RETENTION[stage.log_retention_days],
        removal_policy=RemovalPolicy.DESTROY,
    )
