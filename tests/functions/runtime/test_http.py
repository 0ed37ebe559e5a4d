"""The HTTP wrapper: every error a problem document, ids in and out, callers from the authorizer only."""

import json
import time

import pytest
from fastapi import APIRouter
from pydantic import BaseModel, Field

from autosocial.kernel.errors import (
    ConflictError,
    PermanentError,
    RateLimitedError,
    TransientError,
    UnauthenticatedError,
)
from autosocial.kernel.ids import checked_id
from autosocial.runtime.http import (
    AnyCaller,
    ArrivedAt,
    CreatorCaller,
    SourceAddress,
    VisitorCaller,
    asgi_function,
    build_app,
)
from autosocial.runtime.settings import Settings, SettingsError
from tests.fakes.events import LambdaContext, as_creator, as_visitor, call, event, no_secrets

ANA = "01TEST000000000000000000AA"
SECRET = "hunter2"
ERRORS = {
    "conflict": ConflictError("There is one already.", code="thing_exists"),
    "rate": RateLimitedError("Too fast.", retry_after=9),
    "transient": TransientError("Come back."),
    "permanent": PermanentError(SECRET),
    "unauthenticated": UnauthenticatedError("Sign in."),
    "unknown": ValueError(SECRET),
    "group": ExceptionGroup("x", [ValueError(SECRET)]),
}


class ThingBody(BaseModel):
    name: str = Field(max_length=5)


def _routes() -> APIRouter:
    router = APIRouter(prefix="/api/v1")

    @router.get("/raise/{kind}")
    def fail(kind: str) -> None:
        raise ERRORS[kind]

    @router.get("/raise-async/{kind}")
    async def fail_async(kind: str) -> None:
        raise ERRORS[kind]

    @router.post("/things")
    def make(body: ThingBody) -> ThingBody:
        return body

    @router.put("/things")
    def replace(body: ThingBody) -> ThingBody:
        return body

    @router.get("/any")
    def any_(caller: AnyCaller) -> str:
        return caller.subject

    @router.get("/creator")
    def creator(caller: CreatorCaller) -> str:
        return caller.creator_id

    @router.get("/visitor")
    def visitor(caller: VisitorCaller) -> str:
        return f"{caller.subject} {caller.origin}"

    @router.get("/arrived")
    def arrived(arrived_at: ArrivedAt) -> float:
        return arrived_at.timestamp()

    @router.get("/open")
    def open_(address: SourceAddress) -> str:
        return address

    return router


handler = asgi_function(Settings, lambda _: build_app("sample", [_routes()]), open_secrets=no_secrets)


@pytest.mark.parametrize("how", ["raise", "raise-async"])
@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("conflict", 409, "thing_exists"),
        ("rate", 429, "rate_limited"),
        ("transient", 503, "temporarily_unavailable"),
        ("permanent", 500, "internal_error"),
        ("unauthenticated", 401, "unauthenticated"),
        ("unknown", 500, "internal_error"),
        ("group", 500, "internal_error"),
    ],
)
def test_whatever_a_route_raises_is_a_problem_document(how, kind, status, code):
    answer = call(handler, "GET", f"/api/v1/{how}/{kind}", headers={"x-request-id": "request-1234"})
    assert answer.status == status == answer.body["status"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.body["code"] == code and answer.body["instance"] == f"/api/v1/{how}/{kind}"
    assert answer.body["request_id"] == answer.headers["x-request-id"] == "request-1234"
    assert SECRET not in json.dumps(answer.body)


def test_a_rate_limit_says_in_its_headers_when_to_come_back():
    answer = call(handler, "GET", "/api/v1/raise/rate")
    assert answer.headers["retry-after"] == "9" and answer.body["retry_after"] == 9
    assert answer.headers["ratelimit"] == '"rate_limited";r=0;t=9'


def test_what_is_away_says_when_to_come_back_and_counts_nothing():
    answer = call(handler, "GET", "/api/v1/raise/transient")
    assert answer.headers["retry-after"] == "3" and answer.body["retry_after"] == 3
    assert "ratelimit" not in answer.headers


def test_who_cannot_be_checked_now_is_told_so_and_reaches_no_route():
    caller = {"refused": "temporarily_unavailable", "retry_after": "7"}
    answer = call(handler, "GET", "/api/v1/open", caller=caller)
    assert (answer.status, answer.body["code"]) == (503, "temporarily_unavailable")
    assert answer.headers["retry-after"] == "7" and answer.body["retry_after"] == 7


def test_a_401_names_its_scheme():
    assert call(handler, "GET", "/api/v1/raise/unauthenticated").headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/api/v1/nothing", 404, "not_found"), ("PUT", "/api/v1/any", 405, "method_not_allowed")],
)
def test_what_the_framework_refuses_is_a_problem_document_too(method, path, status, code):
    answer = call(handler, method, path)
    assert (answer.status, answer.body["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.body["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/things", "OPTIONS, POST, PUT"),
        ("TRACE", "/api/v1/any", "GET, HEAD, OPTIONS"),
        ("HEAD", "/api/v1/things", "OPTIONS, POST, PUT"),
    ],
)
def test_a_method_that_a_path_does_not_know_is_told_those_it_knows(method, path, allowed):
    answer = call(handler, method, path)
    assert (answer.status, answer.headers["allow"]) == (405, allowed)


def test_head_is_get_without_a_body():
    get, head = call(handler, "GET", "/api/v1/open"), call(handler, "HEAD", "/api/v1/open")
    assert (get.body, head.body) == ("203.0.113.7", "null")
    assert (head.status, head.headers["content-type"]) == (200, get.headers["content-type"])
    assert call(handler, "HEAD", "/api/v1/creator").status == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [({"name": SECRET}, "name"), ({}, "name"), ("{broken", "1"), ([], ""), ("", "")],
    ids=["too long", "missing", "no JSON", "no object", "empty"],
)
def test_invalid_bodies_name_the_field_and_show_no_input(body, field):
    answer = call(handler, "POST", "/api/v1/things", body=body)
    assert answer.status == 422 and answer.body["code"] == "invalid_input"
    assert [problem["field"] for problem in answer.body["errors"]] == [field]
    assert SECRET not in json.dumps(answer.body)


def test_every_answer_has_safe_headers_and_an_id():
    answer = call(handler, "GET", "/api/v1/open")
    assert answer.status == 200 and answer.body == "203.0.113.7"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "max-age" in answer.headers["strict-transport-security"]
    assert checked_id(answer.headers["x-request-id"])


@pytest.mark.parametrize(
    "sent", ["short", "x" * 65, "with space in it", "line\nbreak", "ünïcödé-id", "a'; DROP"]
)
def test_request_ids_that_could_do_harm_are_replaced(sent):
    answer = call(handler, "GET", "/api/v1/open", headers={"X-Request-ID": sent})
    assert checked_id(answer.headers["x-request-id"])


def test_an_address_is_the_gateways_word_not_a_headers():
    answer = call(handler, "GET", "/api/v1/open", headers={"x-forwarded-for": "6.6.6.6"})
    assert answer.body == "203.0.113.7"


@pytest.mark.parametrize(
    ("route", "caller", "status"),
    [
        ("any", None, 401),
        ("any", as_creator(ANA), 200),
        ("any", as_visitor(ANA, "v", origin="o"), 200),
        ("creator", as_creator(ANA), 200),
        ("creator", as_visitor(ANA, "v", origin="o"), 403),
        ("visitor", as_visitor(ANA, "v", origin="o"), 200),
        ("visitor", as_creator(ANA), 403),
        ("creator", None, 401),
    ],
)
def test_a_route_serves_the_callers_it_is_for(route, caller, status):
    assert call(handler, "GET", f"/api/v1/{route}", caller=caller).status == status


@pytest.mark.parametrize("route", ["any", "creator", "open"])
def test_who_was_refused_reaches_no_route_not_even_one_that_asks_for_nobody(route):
    answer = call(handler, "GET", f"/api/v1/{route}", caller={"refused": "token_expired"})
    assert (answer.status, answer.body["code"]) == (401, "token_expired")


def test_headers_and_bodies_do_not_make_a_caller():
    headers = {"creator_id": ANA, "x-creator-id": ANA, "authorization": "Bearer x"}
    assert call(handler, "GET", "/api/v1/any", headers=headers).status == 401


@pytest.mark.parametrize(
    ("ago", "counted"), [(0, 0), (13, 13), (59, 59), (61, 0), (10**9, 0), (-30, 0), (None, 0)]
)
def test_a_request_is_as_old_as_the_gateway_says_within_reason(ago, counted):
    request = event("http_v2")
    request["requestContext"]["http"] = {"method": "GET", "path": "/api/v1/arrived", "sourceIp": "1.1.1.1"}
    request["rawPath"], request["body"] = "/api/v1/arrived", ""
    before = time.time()
    if ago is None:
        del request["requestContext"]["timeEpoch"]
    else:
        request["requestContext"]["timeEpoch"] = int(1_000 * (before - ago))
    arrived = json.loads(handler(request, LambdaContext())["body"])
    assert before - counted - 0.001 <= arrived <= time.time() - counted


def test_a_body_in_base64_is_read():
    request = event("http_v2")
    request.update(body="eyJuYW1lIjogIkFuYSJ9", isBase64Encoded=True)
    answer = handler(request, LambdaContext())
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"name": "Ana"})
    assert answer["isBase64Encoded"] is False


def test_an_event_without_headers_is_served():
    request = event("http_v2")
    request["headers"] = None
    assert handler(request, LambdaContext())["statusCode"] == 422


def test_a_wrong_deployment_fails_at_the_first_request_not_at_import(monkeypatch):
    class Needs(Settings):
        things_table: str

    broken = asgi_function(Needs, lambda _: build_app("sample", []), open_secrets=no_secrets)
    with pytest.raises(SettingsError):
        call(broken, "GET", "/x")
    monkeypatch.setenv("THINGS_TABLE", "things")
    assert call(broken, "GET", "/x").status == 404
