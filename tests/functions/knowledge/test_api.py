"""The knowledge API in process: announce, list, read, refuse."""

import pytest

from tests.fakes.events import as_creator, as_visitor
from tests.functions.knowledge.conftest import CREATOR

OTHER = "01CREATR000000000000000002"
MISSING = "01DCMENT000000000000000009"


def test_an_announced_upload_answers_with_the_document_and_its_form(cloud):
    answer = cloud.announce("Preise 2026.pdf", 1000)
    assert answer.status == 201
    document, form = answer.body["document"], answer.body["upload"]
    assert (document["state"], document["name"], document["kind"]) == (
        "awaiting_upload",
        "Preise 2026.pdf",
        "pdf",
    )
    assert form["fields"]["key"] == f"{CREATOR}/{document['document_id']}/original"
    assert {"policy", "x-amz-signature", "Content-Type"} <= set(form["fields"])
    assert form["url"].startswith("http")


def test_announcing_twice_with_one_key_makes_one_document(cloud):
    first, second = cloud.announce("a.pdf", 10), cloud.announce("a.pdf", 10)
    assert first.body["document"] == second.body["document"]
    assert cloud.announce("b.pdf", 10).body["code"] == "idempotency_key_reused"
    assert len(cloud.api("GET", "/documents").body["items"]) == 1


@pytest.mark.parametrize(
    ("name", "size", "status", "code"),
    [
        ("a.exe", 10, 422, "type_not_allowed"),
        ("a.pdf", 0, 422, "document_empty"),
        ("a.pdf", 26_214_401, 413, "document_too_large"),
        ("", 10, 422, "invalid_input"),
        ("a.pdf", -1, 422, "invalid_input"),
    ],
)
def test_what_cannot_be_taken_is_a_problem_document(cloud, name, size, status, code):
    answer = cloud.announce(name, size)
    assert (answer.status, answer.body["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_upload_needs_an_idempotency_key(cloud):
    answer = cloud.api("POST", "/upload", body={"name": "a.pdf", "size": 1})
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "header.Idempotency-Key")


def test_documents_come_in_pages(cloud):
    for number in range(3):
        cloud.announce(f"{number}.txt", 5, key=f"key-number-{number}")
    first = cloud.api("GET", "/documents?limit=2").body
    assert [item["name"] for item in first["items"]] == ["2.txt", "1.txt"]
    rest = cloud.api("GET", f"/documents?limit=2&cursor={first['next_cursor']}").body
    assert [item["name"] for item in rest["items"]] == ["0.txt"]
    assert rest["next_cursor"] is None
    assert cloud.api("GET", "/documents?cursor=nonsense").status == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/documents/{id}"),
        ("GET", "/documents/{id}/status"),
        ("POST", "/documents/{id}/retry"),
        ("DELETE", "/documents/{id}"),
    ],
)
def test_another_creators_document_looks_like_none(cloud, method, path):
    document_id = cloud.announce("mine.pdf", 10).body["document"]["document_id"]
    foreign = cloud.api(method, path.format(id=document_id), caller=as_creator(OTHER))
    absent = cloud.api(method, path.format(id=MISSING), caller=as_creator(OTHER))
    assert foreign.status == absent.status == 404
    assert foreign.body["code"] == absent.body["code"] == "not_found"
    assert foreign.body["detail"] == absent.body["detail"]
    assert cloud.api("GET", f"/documents/{document_id}").body["state"] == "awaiting_upload"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_visitors_and_strangers_stay_outside(cloud, method):
    path = "/documents" if method == "GET" else "/upload"
    visitor = as_visitor(CREATOR, MISSING, origin="https://a.example")
    assert cloud.api(method, path, caller=visitor).status == 403
    assert cloud.api(method, path, caller={}).status == 401


def test_an_id_that_is_none_is_refused(cloud):
    assert cloud.api("GET", "/documents/..%2F..").status in {404, 422}
    assert cloud.api("GET", "/documents/nonsense").status == 422


def test_a_waiting_document_cannot_be_retried(cloud):
    document_id = cloud.announce("a.pdf", 10).body["document"]["document_id"]
    answer = cloud.api("POST", f"/documents/{document_id}/retry")
    assert (answer.status, answer.body["code"]) == (409, "document_not_retryable")
