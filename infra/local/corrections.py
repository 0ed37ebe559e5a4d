"""Settings of templates that the emulator drops without a word, applied by API after a deploy."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from infra.local.assembly import StackPlan
from infra.local.cloud import LocalCloud
from infra.local.deployment import Deployment

_TABLES = frozenset({"AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"})


def apply_corrections(cloud: LocalCloud, deployment: Deployment, plan: StackPlan) -> list[str]:
    """Set TTL and point-in-time recovery where the template asks for them; return what was set."""
    wanted = {
        logical: resource["Properties"]
        for logical, resource in plan.template.get("Resources", {}).items()
        if resource["Type"] in _TABLES
    }
    if not wanted:
        return []
    physical = deployment.physical_ids(plan)
    tables = cloud.client("dynamodb")
    done: list[str] = []
    for logical, properties in wanted.items():
        done += _correct_table(tables, physical[logical], properties)
    return done


def _correct_table(tables: Any, name: str, properties: Mapping[str, Any]) -> list[str]:
    done: list[str] = []
    ttl = properties.get("TimeToLiveSpecification") or {}
    if ttl.get("Enabled") and not _has_ttl(tables, name):
        tables.update_time_to_live(
            TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": ttl["AttributeName"]}
        )
        done.append(f"{name} TTL")
    if _wants_recovery(properties):
        try:
            tables.update_continuous_backups(
                TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
            )
        except ClientError:
            return done
        done.append(f"{name} PITR")
    return done


def _has_ttl(tables: Any, name: str) -> bool:
    status = tables.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"]
    return status in {"ENABLED", "ENABLING"}


def _wants_recovery(properties: Mapping[str, Any]) -> bool:
    specifications = [properties, *properties.get("Replicas", [])]
    return any(
        (part.get("PointInTimeRecoverySpecification") or {}).get("PointInTimeRecoveryEnabled")
        for part in specifications
    )
