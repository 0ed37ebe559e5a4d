"""Puts the assembly into the local cloud by CloudFormation itself: no CDK toolkit, no bootstrap stack."""

import io
import time
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.local.assembly import Asset, StackPlan
from infra.local.cloud import LocalCloud
from infra.local.console import LocalStackError

_BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version"
_CAPABILITIES = ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_BROKEN = frozenset(
    {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED", "REVIEW_IN_PROGRESS"}
)
_GOOD = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})
_STACK_SECONDS = 180
_UPLOADS_AT_ONCE = 2
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Deployment:
    """Creates and updates stacks; reads what they give out."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self._formation = cloud.client("cloudformation")
        self._objects = cloud.client("s3")
        self._buckets: set[str] = set()

    def deploy(self, plans: Sequence[StackPlan]) -> dict[str, str]:
        """Deploy the stacks in order; return what happened to each (created, updated, unchanged)."""
        self._cloud.client("ssm").put_parameter(
            Name=_BOOTSTRAP_PARAMETER, Value="30", Type="String", Overwrite=True
        )
        results: dict[str, str] = {}
        for plan in plans:
            self._upload_all(plan.assets)
            results[plan.name] = self._apply(plan)
        return results

    def outputs(self, plans: Sequence[StackPlan]) -> dict[str, str]:
        """Return the outputs of all stacks together."""
        result: dict[str, str] = {}
        for plan in plans:
            for output in self._describe(plan.name).get("Outputs", []):
                result[output["OutputKey"]] = output["OutputValue"]
        return result

    def physical_ids(self, plan: StackPlan) -> dict[str, str]:
        """Return the physical id of each logical id of a stack."""
        resources = self._formation.describe_stack_resources(StackName=plan.name)["StackResources"]
        return {item["LogicalResourceId"]: item.get("PhysicalResourceId", "") for item in resources}

    def _upload_all(self, assets: Sequence[Asset]) -> None:
        """Upload what is not there yet, side by side: zipping layers is what takes long the first time."""
        for bucket in {asset.bucket for asset in assets} - self._buckets:
            self._ensure_bucket(bucket)
        with ThreadPoolExecutor(max_workers=_UPLOADS_AT_ONCE, thread_name_prefix="upload") as pool:
            list(pool.map(self._upload, assets))

    def _upload(self, asset: Asset) -> None:
        try:
            self._objects.head_object(Bucket=asset.bucket, Key=asset.key)
        except ClientError:
            body = zip_folder(asset.source) if asset.packaging == "zip" else asset.source.read_bytes()
            self._objects.put_object(Bucket=asset.bucket, Key=asset.key, Body=body)

    def _ensure_bucket(self, bucket: str) -> None:
        try:
            self._objects.head_bucket(Bucket=bucket)
        except ClientError:
            self._objects.create_bucket(Bucket=bucket)
        self._buckets.add(bucket)

    def _apply(self, plan: StackPlan) -> str:
        status = self._describe(plan.name).get("StackStatus", "")
        if status in _BROKEN:
            self._formation.delete_stack(StackName=plan.name)
            self._wait(plan)
            status = ""
        request: dict[str, Any] = {
            "StackName": plan.name,
            "TemplateURL": f"{self._cloud.url}/{plan.template_key}",
            "Capabilities": _CAPABILITIES,
        }
        started = time.time()
        try:
            if status in {"", "DELETE_COMPLETE"}:
                self._formation.create_stack(**request)
                done = "created"
            else:
                self._formation.update_stack(**request)
                done = "updated"
        except ClientError as error:
            if "No updates" in str(error):
                return "unchanged"
            raise self._failure(plan, str(error), started) from error
        final = self._wait(plan)
        if final not in _GOOD:
            raise self._failure(plan, final, started)
        return done

    def _wait(self, plan: StackPlan) -> str:
        end = time.monotonic() + _STACK_SECONDS
        while time.monotonic() < end:
            status = self._describe(plan.name).get("StackStatus", "DELETE_COMPLETE")
            if not str(status).endswith("_IN_PROGRESS"):
                return str(status)
            time.sleep(0.05)
        return f"not finished after {_STACK_SECONDS} s"

    def _describe(self, stack: str) -> Mapping[str, Any]:
        try:
            found = self._formation.describe_stacks(StackName=stack)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return {}
            raise
        return dict(found[0]) if found else {}

    def _failure(self, plan: StackPlan, status: str, started: float) -> LocalStackError:
        return LocalStackError(
            f"Stack {plan.name} could not be deployed ({status}).\n{self._reasons(plan.name, started)}",
            "Fix the resource named above, or 'make reset' when the kept state is to blame.",
        )

    def _reasons(self, stack: str, started: float) -> str:
        try:
            events = self._formation.describe_stack_events(StackName=stack)["StackEvents"]
        except ClientError:
            return "    (the emulator kept no events)"
        failed = [
            _reason(event)
            for event in events
            if str(event.get("ResourceStatus", "")).endswith("_FAILED")
            and event.get("ResourceStatusReason")
            and event["Timestamp"].timestamp() >= started - 1
        ]
        return "\n".join(reversed(failed[-8:])) or "    (no resource gave a reason)"


def _reason(event: Mapping[str, Any]) -> str:
    kind = event.get("ResourceType", "?")
    return f"    {event['LogicalResourceId']} ({kind}): {event['ResourceStatusReason']}"


def zip_folder(folder: Path) -> bytes:
    """Return the folder as a zip whose bytes depend on its content only."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if file.stat().st_mode & 0o100 else 0o644) << 16
            archive.writestr(entry, file.read_bytes())
    return buffer.getvalue()
