"""The role a function assumes to touch one tenant's items: IAM refuses every other tenant's keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.constructs.table import Table

# Leading keys are only known to the requests that name keys: with these the condition would hold for nothing.
_WITHOUT_KEYS = {"Scan", "PartiQLSelect", "PartiQLInsert", "PartiQLUpdate", "PartiQLDelete", "DescribeTable"}


class TenantRole(Construct):
    """Sessions carry the tag ``creator_id``; the tables' partition keys are exactly that, of fixed length."""

    def __init__(self, scope: Construct, construct_id: str, *, function_role: iam.IRole) -> None:
        super().__init__(scope, construct_id)
        tagged = {
            "StringLike": {"aws:RequestTag/creator_id": "?" * 26},
            "ForAllValues:StringEquals": {"aws:TagKeys": ["creator_id"]},
        }
        principal = iam.ArnPrincipal(function_role.role_arn).with_conditions(tagged).with_session_tags()
        self.role = iam.Role(self, "Role", assumed_by=principal)
        statement = iam.PolicyStatement(
            actions=["sts:AssumeRole", "sts:TagSession"], resources=[self.role.role_arn]
        )
        function_role.add_to_principal_policy(statement)

    @property
    def arn(self) -> str:
        """The role's ARN, for settings."""
        return self.role.role_arn

    def allow(self, table: Table, actions: Sequence[str]) -> None:
        """Let sessions do ``actions`` on items whose partition key is their tag."""
        refused = [action for action in actions if action in _WITHOUT_KEYS or "*" in action]
        if refused:
            raise ValueError(f"{self.node.path}: {refused} would reach other tenants' items")
        self.role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=[f"dynamodb:{action}" for action in actions],
                resources=table.arns,
                conditions={
                    "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:PrincipalTag/creator_id}"]},
                    "Null": {"dynamodb:LeadingKeys": "false"},
                },
            )
        )
