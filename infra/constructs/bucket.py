"""An S3 bucket with our defaults: private, TLS only, versioned, encrypted, kept when its stack goes."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.config import StageConfig
from infra.constructs.findings import explain


class Bucket(Construct):
    """Objects that were replaced or deleted go for good after ``forget_after_days``."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: StageConfig,
        access_logs: s3.IBucket | None = None,
        sends_events: bool = False,
        upload_origins: tuple[str, ...] = (),
        forget_after_days: int = 1,
    ) -> None:
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            encryption=s3.BucketEncryption.S3_MANAGED,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=RemovalPolicy.RETAIN if stage.retains_data else RemovalPolicy.DESTROY,
            lifecycle_rules=[_rule(forget_after_days)],
            cors=[_form_uploads(upload_origins)] if upload_origins else None,
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix=f"{construct_id.lower()}/" if access_logs else None,
        )
        if sends_events:
            self._send_events()
        if access_logs is None:
            explain(self.bucket, "AwsSolutions-S1", "The stage keeps no access logs of this bucket.")

    def _send_events(self) -> None:
        # The bucket's own property; the library's switch would add a custom resource that runs Node.
        bucket = self.bucket.node.default_child
        if not isinstance(bucket, s3.CfnBucket):
            raise TypeError("a bucket without a bucket resource")
        bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                event_bridge_enabled=True
            )
        )

    @property
    def name(self) -> str:
        """The bucket's name, for settings."""
        return self.bucket.bucket_name

    def objects(self, pattern: str = "*") -> str:
        """Return the ARN of the objects that match ``pattern``, for grants."""
        return self.bucket.arn_for_objects(pattern)


def _rule(forget_after_days: int) -> s3.LifecycleRule:
    return s3.LifecycleRule(
        abort_incomplete_multipart_upload_after=Duration.days(1),
        noncurrent_version_expiration=Duration.days(forget_after_days),
        expired_object_delete_marker=True,
    )


def _form_uploads(origins: tuple[str, ...]) -> s3.CorsRule:
    return s3.CorsRule(
        allowed_methods=[s3.HttpMethods.POST],
        allowed_origins=list(origins),
        allowed_headers=["*"],
        max_age=3600,
    )
