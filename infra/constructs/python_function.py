"""A Lambda function with our defaults: own role, own log group, layers by name, alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import AssetHashType, Duration, Size
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.alarms import FIVE_MINUTES
from infra.constructs.findings import explain
from infra.constructs.log_group import log_group
from infra.constructs.tenant_role import TenantRole
from infra.function_source import stage_function

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infra.constructs.bucket import Bucket
    from infra.constructs.ground import Ground
    from infra.constructs.table import Table

_INTERFACES = [
    "CreateNetworkInterface",
    "DeleteNetworkInterface",
    "DescribeNetworkInterfaces",
    "DescribeSubnets",
]


class PythonFunction(Construct):
    """``functions/<context>/<name>`` as a function; ``set`` its settings, ``allow`` what it may do.

    It has no fixed name, so that a deployment may replace it without a gap.
    """

    def __init__(  # noqa: PLR0913 - the properties of a function, all named
        self,
        scope: Construct,
        construct_id: str,
        *,
        platform: Ground,
        context: str,
        name: str,
        layers: Sequence[str] = ("base",),
        environment: Mapping[str, str] | None = None,
        memory_mb: int = 512,
        timeout_seconds: int = 15,
        in_network: bool = False,
        ephemeral_mb: int = 512,
    ) -> None:
        super().__init__(scope, construct_id)
        self.platform = platform
        self.context = context
        self.name = name
        self.timeout_seconds = timeout_seconds
        self.service_name = f"{context}-{name}".replace("_", "-")
        self._tenant_role: TenantRole | None = None
        stage = platform.stage
        source = stage_function(context, name)
        self.log_group = log_group(self, "Logs", stage=stage)
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.log_group.grant_write(self.role)
        network = platform.network if in_network else None
        subnets = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_12,
            architecture=lambda_.Architecture.ARM_64 if stage.lambda_architecture == "arm64" else None,
            handler=f"functions.{context}.{name}.handler.handler",
            code=lambda_.Code.from_asset(
                str(source.path), asset_hash=source.digest, asset_hash_type=AssetHashType.CUSTOM
            ),
            role=self.role,
            layers=platform.layers.named(layers, scope=self),
            environment={
                "SERVICE_NAME": self.service_name,
                "LOG_LEVEL": stage.log_level,
                **(environment or {}),
            },
            memory_size=memory_mb,
            timeout=Duration.seconds(timeout_seconds),
            ephemeral_storage_size=None if ephemeral_mb == 512 else Size.mebibytes(ephemeral_mb),
            tracing=lambda_.Tracing.ACTIVE if stage.has_tracing else None,
            log_group=self.log_group,
            vpc=network.vpc if network else None,
            vpc_subnets=subnets if network else None,
            security_groups=[network.function_group] if network else None,
        )
        self._explain_defaults(in_network=network is not None)
        self._add_alarms()

    def set(self, name: str, value: str) -> None:
        """Set one environment variable: the field of the function's settings in capitals."""
        self.function.add_environment(name, value)

    def allow(self, *actions: str, on: Sequence[str], because: str = "") -> None:
        """Let the function do ``actions`` on the resources ``on``; a wildcard in them needs a reason."""
        if any("*" in action for action in actions):
            raise ValueError(f"{self.node.path}: name each action instead of {actions}")
        if any(resource == "*" or resource.endswith("*") for resource in on) and not because:
            raise ValueError(f"{self.node.path}: say with because=… why {list(on)} needs a wildcard")
        self.grant(iam.PolicyStatement(actions=list(actions), resources=list(on)), because=because)

    def grant(self, statement: iam.PolicyStatement, *, because: str = "") -> None:
        """Add ``statement`` to the function's own role."""
        self.role.add_to_principal_policy(statement)
        if because:
            explain(self.role, "AwsSolutions-IAM5", because)

    def grant_table(self, table: Table, *actions: str) -> None:
        """Let the function do ``actions`` (``GetItem``, …) on a table that is not keyed by tenant."""
        self.allow(*[f"dynamodb:{action}" for action in actions], on=table.arns)

    def grant_tenant_data(self, table: Table, *actions: str) -> None:
        """Let the function do ``actions`` on items of one tenant at a time, through ``TENANT_ROLE_ARN``."""
        if self._tenant_role is None:
            self._tenant_role = TenantRole(self, "Tenant", function_role=self.role)
            self.set("TENANT_ROLE_ARN", self._tenant_role.arn)
        self._tenant_role.allow(table, actions)

    def grant_objects(self, bucket: Bucket, *actions: str, pattern: str = "*") -> None:
        """Let the function do ``actions`` (``GetObject``, …) on the objects that match ``pattern``."""
        because = f"Objects {pattern} of one bucket: their keys begin with the tenant's id."
        self.allow(*[f"s3:{action}" for action in actions], on=[bucket.objects(pattern)], because=because)

    def grant_listing(self, bucket: Bucket, *, versions: bool = False) -> None:
        """Let the function list the bucket's objects (and old versions)."""
        actions = ["s3:ListBucket", *(["s3:ListBucketVersions"] if versions else [])]
        self.allow(*actions, on=[bucket.bucket.bucket_arn])

    def may_be_called_by_gateway(self, source_arn: str) -> None:
        """Let API Gateway invoke the function on behalf of ``source_arn``."""
        lambda_.CfnPermission(
            self,
            "GatewayPermission",
            action="lambda:InvokeFunction",
            function_name=self.function.function_arn,
            principal="apigateway.amazonaws.com",
            source_arn=source_arn,
        )

    def _explain_defaults(self, *, in_network: bool) -> None:
        explain(
            self.function,
            "AwsSolutions-L1",
            "Python 3.12 is the version that the layers are built for (infra/layers.py).",
        )
        if self.platform.stage.has_tracing:
            explain(self.role, "AwsSolutions-IAM5", "X-Ray's two write actions know no resources.")
        if in_network:
            actions = [f"ec2:{action}" for action in _INTERFACES]
            self.allow(
                *actions,
                on=["*"],
                because="Lambda makes the function's network interfaces; these know no resources.",
            )

    def _add_alarms(self) -> None:
        alarms = self.platform.alarms
        errors = self.function.metric_errors(period=FIVE_MINUTES, statistic="Sum")
        throttles = self.function.metric_throttles(period=FIVE_MINUTES, statistic="Sum")
        who = f"{self.context}/{self.name}"
        alarms.add(self, "Errors", metric=errors, threshold=1, means=f"{who} failed: look at its log.")
        alarms.add(
            self, "Throttles", metric=throttles, threshold=1, means=f"{who} was throttled: raise concurrency."
        )
