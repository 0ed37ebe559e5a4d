"""A DynamoDB table with our defaults: on demand, expiry, recovery, encryption, kept when its stack goes."""

from dataclasses import dataclass
from typing import Literal

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.config import StageConfig


@dataclass(frozen=True, slots=True)
class Index:
    """A secondary index; its partition key is the table's own, so that leading keys hold there too."""

    name: str
    sort_key: str


class Table(Construct):
    """``pk``/``sk`` strings, TTL attribute ``expires_at``, point-in-time recovery.

    ``outbox``: the key that begins with ``EVENT#`` in items that are facts for the bus. The table then has a
    stream, which a table may get and lose without being replaced.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: StageConfig,
        index: Index | None = None,
        sorted_by: str | None = "sk",
        outbox: Literal["pk", "sk"] | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.index = index
        self.outbox = outbox
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=_string("pk"),
            sort_key=_string(sorted_by) if sorted_by else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_attribute="expires_at",
            stream=dynamodb.StreamViewType.NEW_IMAGE if outbox else None,
            deletion_protection=stage.retains_data,
            removal_policy=RemovalPolicy.RETAIN if stage.retains_data else RemovalPolicy.DESTROY,
        )
        if index:
            self.table.add_global_secondary_index(
                index_name=index.name,
                partition_key=_string("pk"),
                sort_key=_string(index.sort_key),
                projection_type=dynamodb.ProjectionType.ALL,
            )

    @property
    def name(self) -> str:
        """The table's name, for settings."""
        return self.table.table_name

    @property
    def stream_arn(self) -> str:
        """The ARN of the stream of a table with an outbox."""
        if self.table.table_stream_arn is None:
            raise ValueError(f"{self.node.path} has no outbox")
        return self.table.table_stream_arn

    @property
    def arns(self) -> list[str]:
        """The table's and its index's ARNs, for grants; no wildcard."""
        indexes = [f"{self.table.table_arn}/index/{self.index.name}"] if self.index else []
        return [self.table.table_arn, *indexes]


def _string(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
