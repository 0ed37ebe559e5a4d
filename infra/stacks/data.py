"""What must survive: tables, buckets, the signing key, secrets; kept when the stack goes."""

from aws_cdk import CfnOutput, Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.config import StageConfig
from infra.constructs.bucket import Bucket
from infra.constructs.event_bus import EventBus
from infra.constructs.findings import explain
from infra.constructs.signing_key import SigningKey
from infra.constructs.table import Index, Table
from infra.stacks.stage_stack import StageStack


class DataStack(StageStack):
    """The stateful resources of every context; see docs/architecture.md for their keys."""

    def __init__(self, scope: Construct, *, stage: StageConfig) -> None:
        super().__init__(scope, "data", stage=stage)
        self.auth_table = Table(self, "Auth", stage=stage, outbox="pk")
        self.creators_table = Table(self, "Creators", stage=stage)
        self.documents_table = Table(self, "Documents", stage=stage, outbox="sk")
        by_activity = Index("by_activity", sort_key="activity")
        self.conversations_table = Table(self, "Conversations", stage=stage, index=by_activity, outbox="sk")
        self.connections_table = Table(self, "Connections", stage=stage)
        # Keyed by what was done, not by tenant; see runtime/queue.py.
        self.idempotency_table = Table(self, "Idempotency", stage=stage, sorted_by=None)
        self.bus = EventBus(self, "Facts", stage=stage)
        self.access_logs = self._access_logs_bucket() if stage.has_access_logs else None
        self.uploads = Bucket(
            self,
            "Uploads",
            stage=stage,
            access_logs=self.access_logs,
            sends_events=True,
            upload_origins=stage.upload_origins,
        )
        self.knowledge = Bucket(self, "Knowledge", stage=stage, access_logs=self.access_logs)
        self.signing_key = SigningKey(self, "SigningKey", stage=stage)
        self.model_token = self._model_token() if stage.model_kind != "bedrock" else None
        self._write_outputs()

    @property
    def outboxes(self) -> list[Table]:
        """The tables that hold facts for the bus."""
        return [child for child in self.node.children if isinstance(child, Table) and child.outbox]

    def _access_logs_bucket(self) -> s3.Bucket:
        logs = Bucket(self, "AccessLogs", stage=self.stage_config).bucket
        logs.add_lifecycle_rule(id="forget", expiration=Duration.days(self.stage_config.log_retention_days))
        return logs

    def _model_token(self) -> secretsmanager.Secret:
        token = secretsmanager.Secret(
            self,
            "ModelToken",
            secret_name=self.stage_config.named("model-token"),
            description="Bearer token that the model server asks for",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=48, exclude_punctuation=True
            ),
            removal_policy=RemovalPolicy.RETAIN if self.stage_config.retains_data else RemovalPolicy.DESTROY,
        )
        explain(
            token,
            "AwsSolutions-SMG4",
            "Only reached inside our network; renewed by a deployment, not by a clock.",
        )
        return token

    def _write_outputs(self) -> None:
        CfnOutput(self, "UploadsBucket", value=self.uploads.name)
        CfnOutput(self, "KnowledgeBucket", value=self.knowledge.name)
        CfnOutput(self, "SigningKeyArn", value=self.signing_key.arn)
        tables = {
            "Auth": self.auth_table,
            "Creators": self.creators_table,
            "Documents": self.documents_table,
            "Conversations": self.conversations_table,
            "Connections": self.connections_table,
            "Idempotency": self.idempotency_table,
        }
        for name, table in tables.items():
            CfnOutput(self, f"{name}TableName", value=table.name)
        CfnOutput(self, "EventBusName", value=self.bus.name)
        if self.model_token:
            CfnOutput(self, "ModelTokenSecretName", value=self.stage_config.named("model-token"))
