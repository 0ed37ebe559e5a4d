"""Malware scanning of uploads by GuardDuty, which tags every new object with its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_guardduty as guardduty
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.constructs.findings import explain

if TYPE_CHECKING:
    from infra.constructs.bucket import Bucket

_MANAGER = "malware-protection-plan.guardduty.amazonaws.com"
_RULE = "DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*"
_READ = ["GetObject", "GetObjectVersion"]
_TAG = ["GetObjectTagging", "PutObjectTagging", "GetObjectVersionTagging", "PutObjectVersionTagging"]


class MalwareScan(Construct):
    """A protection plan for one bucket; the inspecting step waits for the tag it leaves."""

    def __init__(self, scope: Construct, construct_id: str, *, bucket: Bucket) -> None:
        super().__init__(scope, construct_id)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal(_MANAGER))
        for statement in self._statements(bucket):
            role.add_to_principal_policy(statement)
        because = "GuardDuty reads and tags every object of the one bucket, and names its own rule itself."
        explain(role, "AwsSolutions-IAM5", because)
        plan = guardduty.CfnMalwareProtectionPlan(
            self,
            "Plan",
            role=role.role_arn,
            protected_resource=guardduty.CfnMalwareProtectionPlan.CFNProtectedResourceProperty(
                s3_bucket=guardduty.CfnMalwareProtectionPlan.S3BucketProperty(bucket_name=bucket.name)
            ),
            actions=guardduty.CfnMalwareProtectionPlan.CFNActionsProperty(
                tagging=guardduty.CfnMalwareProtectionPlan.CFNTaggingProperty(status="ENABLED")
            ),
        )
        # The plan checks its rights while it is made.
        plan.node.add_dependency(role)

    def _statements(self, bucket: Bucket) -> list[iam.PolicyStatement]:
        rule = Stack.of(self).format_arn(service="events", resource="rule", resource_name=_RULE)
        managed = {"StringLike": {"events:ManagedBy": _MANAGER}}
        changes = ["PutRule", "DeleteRule", "PutTargets", "RemoveTargets"]
        objects = [f"s3:{action}" for action in (*_READ, *_TAG)]
        settings = ["s3:ListBucket", "s3:GetBucketNotification", "s3:PutBucketNotification"]
        probe = "malware-protection-resource-validation-object"
        return [
            _allow([f"events:{action}" for action in changes], rule, conditions=managed),
            _allow(["events:DescribeRule", "events:ListTargetsByRule"], rule),
            _allow(objects, bucket.objects()),
            _allow(settings, bucket.bucket.bucket_arn),
            _allow(["s3:PutObject"], bucket.objects(probe)),
        ]


def _allow(
    actions: list[str], resource: str, *, conditions: dict[str, dict[str, str]] | None = None
) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=[resource], conditions=conditions)
