"""What every ``UploadStore`` and ``ChunkStore`` promises."""

import base64
import json
from datetime import datetime
from typing import Any

import boto3
import pytest

from autosocial.adapters.s3.knowledge import S3TagMalwareScan, S3UploadStore
from autosocial.kernel.errors import NotFoundError, PermanentError
from autosocial.knowledge.chunking import Chunk
from autosocial.knowledge.file_types import FileKind
from autosocial.knowledge.model import Document, Run
from autosocial.knowledge.ports import ScanPendingError, Verdict
from tests.contract.knowledge.conftest import KNOWLEDGE, UPLOADS
from tests.fakes.clock import START

A, D, E = "01CREATR000000000000000001", "01DCMENT000000000000000001", "01DCMENT000000000000000002"
RUN = Run(A, D, 1, "run-1")
NEXT = Run(A, D, 2, "run-2")
CHUNKS = [Chunk(f"{D}-0000{n}", n, f"Texto é {n}", n, n + 9, n or None, "A > B") for n in range(3)]
VECTORS = [[0.5, -0.25, 1.0], [0.0, 0.125, -1.0]]


def s3_client() -> Any:
    return boto3.client("s3")


def test_an_upload_is_read_and_measured(stores):
    assert stores.uploads.size(A, D) is None
    with pytest.raises(NotFoundError):
        stores.uploads.read(A, D)
    stores.put_upload(A, D, b"data")
    assert stores.uploads.size(A, D) == 4
    assert stores.uploads.read(A, D) == b"data"


def test_removing_an_upload_takes_all_its_versions_and_no_other(stores):
    for data in (b"one", b"two"):
        stores.put_upload(A, D, data)
    stores.put_upload(A, E, b"other")
    stores.uploads.remove(A, D)
    stores.uploads.remove(A, D)
    assert stores.uploads.size(A, D) is None
    assert stores.uploads.read(A, E) == b"other"
    if stores.is_real:
        left = s3_client().list_object_versions(Bucket=UPLOADS)
        keys = [item["Key"] for kind in ("Versions", "DeleteMarkers") for item in left.get(kind, [])]
        assert keys == [f"{A}/{E}/original"]


def test_the_form_lets_one_file_of_limited_size_in_for_a_limited_time(stores):
    document = Document(A, D, "a.pdf", FileKind.PDF, 4, START, START)
    form = stores.uploads.form(document, max_bytes=1000, expires_seconds=900)
    assert form.fields["key"] == f"{A}/{D}/original"
    if not stores.is_real:
        return
    policy = json.loads(base64.b64decode(form.fields["policy"]))
    assert ["content-length-range", 1, 1000] in policy["conditions"]
    assert {"bucket": UPLOADS} in policy["conditions"]
    assert {"Content-Type": "application/pdf"} in policy["conditions"]
    left = datetime.fromisoformat(policy["expiration"]) - datetime.now().astimezone()
    assert 0 < left.total_seconds() <= 900


@pytest.mark.parametrize(
    ("region", "endpoint", "address"),
    [
        ("us-east-1", "", f"https://{UPLOADS}.s3.amazonaws.com/"),
        ("eu-west-1", "", f"https://{UPLOADS}.s3.eu-west-1.amazonaws.com/"),
        ("cn-north-1", "", f"https://{UPLOADS}.s3.cn-north-1.amazonaws.com.cn/"),
        ("eu-west-1", "http://localhost:4566", f"http://localhost:4566/{UPLOADS}"),
    ],
)
def test_the_form_goes_where_no_redirect_awaits_the_browser(monkeypatch, region, endpoint, address):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    document = Document(A, D, "a.pdf", FileKind.PDF, 4, START, START)
    store = S3UploadStore(UPLOADS, public_endpoint_url=endpoint)
    form = store.form(document, max_bytes=1000, expires_seconds=900)
    assert form.url == address
    assert f"/{region}/s3/" in form.fields["x-amz-credential"]


def test_chunks_and_vectors_come_back_as_they_were_put(stores):
    stores.chunks.put_text(RUN, "Texto é")
    stores.chunks.put_chunks(RUN, 0, CHUNKS)
    stores.chunks.put_vectors(RUN, 0, VECTORS)
    assert stores.chunks.chunks(RUN, 0) == CHUNKS
    assert stores.chunks.vectors(RUN, 0) == VECTORS


def test_what_was_never_put_is_not_found(stores):
    with pytest.raises(NotFoundError):
        stores.chunks.chunks(RUN, 7)
    with pytest.raises(NotFoundError):
        stores.chunks.vectors(RUN, 0)


def test_attempts_are_kept_apart_and_cleared_apart(stores):
    stores.chunks.put_chunks(RUN, 0, CHUNKS[:1])
    stores.chunks.put_chunks(NEXT, 0, CHUNKS[:2])
    assert len(stores.chunks.chunks(RUN, 0)) == 1
    stores.chunks.keep_only(NEXT)
    with pytest.raises(NotFoundError):
        stores.chunks.chunks(RUN, 0)
    assert len(stores.chunks.chunks(NEXT, 0)) == 2
    stores.chunks.remove_run(NEXT)
    with pytest.raises(NotFoundError):
        stores.chunks.chunks(NEXT, 0)


def test_attempt_1_is_not_taken_for_attempt_10(stores):
    tenth = Run(A, D, 10, "run-10")
    stores.chunks.put_chunks(tenth, 0, CHUNKS)
    stores.chunks.remove_run(RUN)
    assert stores.chunks.chunks(tenth, 0) == CHUNKS


def test_removing_a_document_leaves_nothing_of_it_and_all_of_the_others(stores):
    other = Run(A, E, 1, "run-1")
    for run in (RUN, NEXT, other):
        stores.chunks.put_text(run, "text")
        stores.chunks.put_chunks(run, 0, CHUNKS)
        stores.chunks.put_chunks(run, 0, CHUNKS)
        stores.chunks.put_vectors(run, 0, VECTORS)
    stores.chunks.remove(A, D)
    assert stores.chunks.chunks(other, 0) == CHUNKS
    if stores.is_real:
        left = s3_client().list_object_versions(Bucket=KNOWLEDGE)
        keys = [item["Key"] for kind in ("Versions", "DeleteMarkers") for item in left.get(kind, [])]
        assert all(found.startswith(f"{A}/documents/{E}/") for found in keys)


def test_a_quarantined_upload_carries_the_reason_beside_other_tags(stores):
    stores.put_upload(A, D, b"data")
    if not stores.is_real:
        stores.uploads.quarantine(A, D, reason="document_unsafe")
        assert stores.uploads.quarantined == {(A, D): "document_unsafe"}
        return
    s3, where = s3_client(), {"Bucket": UPLOADS, "Key": f"{A}/{D}/original"}
    s3.put_object_tagging(**where, Tagging={"TagSet": [{"Key": "scan", "Value": "done"}]})
    stores.uploads.quarantine(A, D, reason="document_unsafe")
    tags = {tag["Key"]: tag["Value"] for tag in s3.get_object_tagging(**where)["TagSet"]}
    assert tags == {"scan": "done", "quarantine": "document_unsafe"}


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("NO_THREATS_FOUND", Verdict.CLEAN),
        ("THREATS_FOUND", Verdict.THREAT),
        ("UNSUPPORTED", Verdict.NOT_SCANNED),
    ],
)
@pytest.mark.parametrize("stores", ["aws"], indirect=True)
def test_the_scanners_tag_is_believed_only_when_it_says_clean(stores, status, verdict):
    stores.put_upload(A, D, b"data")
    scan = S3TagMalwareScan(UPLOADS)
    with pytest.raises(ScanPendingError):
        scan.verdict(A, D)
    tag = {"Key": "GuardDutyMalwareScanStatus", "Value": status}
    s3_client().put_object_tagging(Bucket=UPLOADS, Key=f"{A}/{D}/original", Tagging={"TagSet": [tag]})
    assert scan.verdict(A, D) is verdict


@pytest.mark.parametrize("status", ["FAILED", "ACCESS_DENIED", "something new"])
@pytest.mark.parametrize("stores", ["aws"], indirect=True)
def test_a_scan_that_failed_is_our_fault_and_no_verdict_on_the_file(stores, status):
    stores.put_upload(A, D, b"data")
    tag = {"Key": "GuardDutyMalwareScanStatus", "Value": status}
    s3_client().put_object_tagging(Bucket=UPLOADS, Key=f"{A}/{D}/original", Tagging={"TagSet": [tag]})
    with pytest.raises(PermanentError):
        S3TagMalwareScan(UPLOADS).verdict(A, D)
