"""The pipeline's functions on real adapters: files in, the index filled, nothing left after deletion."""

import json

import boto3
import pytest

from autosocial.kernel.errors import PermanentError, TransientError
from autosocial.runtime.settings import SettingsError
from tests.data.documents import office_files, pdf_files
from tests.fakes.events import event
from tests.functions.knowledge.conftest import CREATOR


def status(cloud, document_id, language="en"):
    return cloud.api("GET", f"/documents/{document_id}/status", headers={"accept-language": language}).body


def test_a_document_goes_from_upload_to_ready(cloud):
    document_id = cloud.upload("handbook.docx", office_files.docx())
    assert cloud.ingest(document_id) == ["ok"] * 5
    document = cloud.api("GET", f"/documents/{document_id}").body
    assert (document["state"], document["progress_pct"], document["passages"]) == ("ready", 100, 3)
    assert document["malware_scanned"] is False


def test_a_refused_document_ends_after_the_step_that_refused_it(cloud):
    document_id = cloud.upload("locked.pdf", pdf_files.locked_pdf(user_password="secret"))
    assert cloud.ingest(document_id) == ["ok", "refused"]
    told = status(cloud, document_id, "es-ES")
    assert (told["state"], told["code"]) == ("refused", "document_encrypted")
    assert "contraseña" in told["message"]
    tags = cloud.s3.get_object_tagging(Bucket="uploads", Key=f"{CREATOR}/{document_id}/original")["TagSet"]
    assert tags == [{"Key": "quarantine", "Value": "document_encrypted"}]


def test_a_step_that_gave_up_marks_the_document_as_failed_and_a_retry_heals_it(cloud, monkeypatch):
    document_id = cloud.upload("a.txt", b"Some words about yoga and calm.")
    step = {"key": f"{CREATOR}/{document_id}/original", "attempt": 1, "run_id": "run-1"}
    cloud.invoke("inspect", step)
    cloud.invoke("extract", step)
    monkeypatch.setenv("MODEL_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(TransientError):
        cloud.invoke("embed", {**step, "batch": 0, "batch_count": 1})
    cloud.invoke("fail", step)
    failed = status(cloud, document_id)
    assert (failed["state"], failed["code"], failed["retryable"]) == ("failed", "processing_failed", True)


def test_a_retry_starts_one_execution_of_the_next_attempt(cloud):
    document_id = cloud.upload("a.txt", b"Some words about yoga and calm.")
    step = {"key": f"{CREATOR}/{document_id}/original", "attempt": 1, "run_id": "run-1"}
    cloud.invoke("inspect", step)
    cloud.invoke("fail", step)
    retried = cloud.api("POST", f"/documents/{document_id}/retry")
    assert (retried.status, retried.body["attempt"], retried.body["state"]) == (202, 2, "inspecting")
    assert cloud.api("POST", f"/documents/{document_id}/retry").status == 409
    machine = boto3.client("stepfunctions")
    executions = machine.list_executions(stateMachineArn=cloud.machine_arn)["executions"]
    assert [execution["name"] for execution in executions] == [f"{document_id}-2"]
    started = machine.describe_execution(executionArn=executions[0]["executionArn"])
    assert json.loads(started["input"]) == {"key": f"{CREATOR}/{document_id}/original", "attempt": 2}
    assert cloud.ingest(document_id, attempt=2) == ["ok"] * 5


def test_deleting_leaves_nothing_anywhere(cloud):
    gone = cloud.upload("gone.txt", b"Words that must vanish without a trace.", key="key-of-gone")
    kept = cloud.upload("kept.txt", b"Words that stay for everybody to find.", key="key-of-kept")
    assert cloud.ingest(gone)[-1] == cloud.ingest(kept)[-1] == "ok"
    deleted = cloud.api("DELETE", f"/documents/{gone}")
    assert (deleted.status, deleted.body["state"]) == (202, "deleting")
    assert cloud.erase() == {"batchItemFailures": []}
    assert cloud.api("GET", f"/documents/{gone}").status == 404
    assert {key for key in cloud.objects() if gone in key} == set()
    assert {key for key in cloud.objects() if kept in key} != set()
    items = boto3.client("dynamodb").scan(TableName="documents")["Items"]
    # The facts name ids, and vanish by themselves.
    rows = [item for item in items if not item["sk"]["S"].startswith("EVENT#")]
    assert all(gone not in json.dumps(row) for row in rows)
    assert len(rows) == 2
    index = cloud.s3.get_object(Bucket="knowledge", Key=f"{CREATOR}/index.sqlite")["Body"].read()
    assert b"everybody to find" in index
    assert b"vanish without" not in index


def test_deleting_again_and_a_redelivered_message_do_no_harm(cloud):
    document_id = cloud.upload("a.txt", b"Some words about yoga and calm.")
    for _ in range(2):
        assert cloud.api("DELETE", f"/documents/{document_id}").status == 202
    assert cloud.erase() == {"batchItemFailures": []}
    assert cloud.objects() == []
    assert cloud.api("DELETE", f"/documents/{document_id}").status == 404


def test_a_malformed_message_is_parked_with_its_reason(cloud):
    bad = event("knowledge/erasure_queue")
    bad["Records"][0]["body"] = '{"creator_id": 1}'
    assert cloud.invoke("erase", bad) == {"batchItemFailures": []}
    sqs = boto3.client("sqs")
    parked = sqs.receive_message(QueueUrl=cloud.dlq_url, MessageAttributeNames=["All"])["Messages"]
    assert parked[0]["MessageAttributes"]["reason"]["StringValue"] == "message_malformed"


@pytest.mark.parametrize("key", ["x", "../../y/original", f"{CREATOR}/nope/original", ""])
def test_a_key_that_is_not_ours_reaches_no_store(cloud, key):
    with pytest.raises(PermanentError) as refused:
        cloud.invoke("inspect", {"key": key, "attempt": 1, "run_id": "r"})
    assert refused.value.code == "step_input_invalid"


@pytest.mark.parametrize(
    "function", ["inspect", "extract", "embed", "index", "verify", "fail", "erase", "api"]
)
def test_a_function_without_its_settings_names_them(cloud, monkeypatch, function):
    monkeypatch.delenv("DOCUMENTS_TABLE")
    with pytest.raises(SettingsError, match="DOCUMENTS_TABLE"):
        cloud.invoke(function, {})
