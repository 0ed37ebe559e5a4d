import json
import zipfile
from io import BytesIO

import pytest

from infra.local.assembly import read_plans
from infra.local.corrections import apply_corrections
from infra.local.deployment import zip_folder
from infra.local.shim import CORRECTIONS, ChangedUpstreamError, corrected


def assembly(folder, stacks):
    """Write an assembly whose stacks depend on one another as given."""
    artifacts = {}
    for name, dependencies in stacks.items():
        (folder / f"{name}.template.json").write_text('{"Resources": {}}')
        source = {"path": f"{name}.template.json", "packaging": "file"}
        place = {"bucketName": "cdk-${AWS::AccountId}-${AWS::Region}", "objectKey": f"{name}-hash.json"}
        manifest = {"files": {"hash": {"source": source, "destinations": {"here": place}}}}
        (folder / f"{name}.assets.json").write_text(json.dumps(manifest))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "properties": {"templateFile": f"{name}.template.json", "stackName": f"autosocial-{name}"},
            "dependencies": [*dependencies, f"{name}.assets"],
        }
        artifacts[f"{name}.assets"] = {
            "type": "cdk:asset-manifest",
            "properties": {"file": f"{name}.assets.json"},
        }
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))


def test_stacks_come_after_those_they_depend_on(tmp_path):
    assembly(tmp_path, {"web": ["app"], "app": ["data"], "data": []})

    plans = read_plans(tmp_path, "000000000000", "us-east-1")

    assert [plan.name for plan in plans] == ["autosocial-data", "autosocial-app", "autosocial-web"]
    assert plans[0].template_key == "cdk-000000000000-us-east-1/data-hash.json"
    assert plans[0].assets[0].source == tmp_path / "data.template.json"


def test_a_folder_zips_to_the_same_bytes_whenever_it_is_zipped(tmp_path):
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "a.py").write_text("a")
    first = zip_folder(tmp_path)
    (tmp_path / "python" / "a.py").touch()

    assert zip_folder(tmp_path) == first
    assert zipfile.ZipFile(BytesIO(first)).namelist() == ["python/a.py"]


@pytest.mark.parametrize("module", CORRECTIONS)
def test_a_correction_whose_text_is_gone_stops_the_start(module):
    with pytest.raises(ChangedUpstreamError, match=module):
        corrected(module, "some other release")


class RecordingTables:
    """The two calls of DynamoDB that corrections make, with a table that has no TTL yet."""

    def __init__(self, status):
        self.status, self.calls = status, []

    def describe_time_to_live(self, TableName):
        return {"TimeToLiveDescription": {"TimeToLiveStatus": self.status}}

    def update_time_to_live(self, **request):
        self.calls.append(("ttl", request["TableName"], request["TimeToLiveSpecification"]["AttributeName"]))

    def update_continuous_backups(self, **request):
        self.calls.append(("pitr", request["TableName"]))


@pytest.mark.parametrize(
    ("status", "calls"),
    [
        ("DISABLED", [("ttl", "real-name", "expires_at"), ("pitr", "real-name")]),
        ("ENABLED", [("pitr", "real-name")]),
    ],
)
def test_ttl_and_recovery_of_a_template_are_set_by_api(tmp_path, status, calls):
    assembly(tmp_path, {"data": []})
    recovery = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    ttl = {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "expires_at"}}
    resources = {
        "Table": {"Type": "AWS::DynamoDB::GlobalTable", "Properties": {**ttl, "Replicas": [recovery]}}
    }
    (tmp_path / "data.template.json").write_text(json.dumps({"Resources": resources}))
    (plan,) = read_plans(tmp_path, "000000000000", "us-east-1")
    tables = RecordingTables(status)
    cloud = type("Cloud", (), {"client": lambda self, name: tables})()
    deployment = type("Deployment", (), {"physical_ids": lambda self, plan: {"Table": "real-name"}})()

    apply_corrections(cloud, deployment, plan)

    assert tables.calls == calls
