"""Answers to findings of the security checks: on the resource, with the reason."""

from aws_cdk import IResource
from cdk_nag import NagPackSuppression, NagSuppressions
from constructs import IConstruct


def explain(resource: IConstruct | IResource, rule: str, reason: str) -> None:
    """Say why ``rule`` does not apply to ``resource`` and what is below it."""
    NagSuppressions.add_resource_suppressions(
        resource, [NagPackSuppression(id=rule, reason=reason)], apply_to_children=True
    )
