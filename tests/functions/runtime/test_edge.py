"""Requests through our edge, around it, and what each may say about the client's address."""

import pytest
from fastapi import APIRouter

from autosocial.kernel.errors import TransientError
from autosocial.runtime.edge import network_of
from autosocial.runtime.http import SourceAddress, asgi_function, build_app
from autosocial.runtime.settings import Settings
from tests.fakes.events import call, no_secrets

SECRETS = {"arn:a": "first-secret", "arn:b": "second-secret"}
GATEWAY_SAW = "203.0.113.7"  # in tests/data/events/http_v2.json; behind an edge it is the edge's own address


def _app(_: Settings):
    router = APIRouter()

    @router.get("/api/v1/open")
    def open_(address: SourceAddress) -> str:
        return address

    @router.get("/health")
    @router.get("/api/v1/health")
    def health() -> str:
        return "ok"

    return build_app("sample", [router])


@pytest.fixture
def behind_edge(monkeypatch):
    monkeypatch.setenv("EDGE_SECRET_ARNS", "arn:a,arn:b")
    return asgi_function(Settings, _app, open_secrets=lambda: SECRETS.__getitem__)


@pytest.mark.parametrize("secret", SECRETS.values())
@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        (f"198.51.100.4, {GATEWAY_SAW}", "198.51.100.4"),
        (f"6.6.6.6, 198.51.100.4, {GATEWAY_SAW}", "198.51.100.4"),
        ("6.6.6.6, 198.51.100.4", "198.51.100.4"),
        (f"2001:db8:1:2:3::4, {GATEWAY_SAW}", "2001:db8:1:2::/64"),
        (GATEWAY_SAW, GATEWAY_SAW),
        ("", GATEWAY_SAW),
        (f"nonsense, {GATEWAY_SAW}", GATEWAY_SAW),
        (f"198.51.100.4:443, {GATEWAY_SAW}", GATEWAY_SAW),
        (f", {GATEWAY_SAW}", GATEWAY_SAW),
    ],
)
def test_through_the_edge_the_address_is_the_one_the_edge_saw(behind_edge, secret, forwarded, address):
    answer = call(
        behind_edge,
        "GET",
        "/api/v1/open",
        headers={"X-Forwarded-For": forwarded, "X-Origin-Verify": secret},
    )
    assert (answer.status, answer.body) == (200, address)


@pytest.mark.parametrize(
    "shown",
    [
        {},
        {"x-origin-verify": ""},
        {"x-origin-verify": "first"},
        {"x-origin-verify": "first-secret,first-secret"},
    ],
    ids=["none", "empty", "part of it", "twice"],
)
@pytest.mark.parametrize("path", ["/api/v1/open", "/api/v1/nothing"])
def test_around_the_edge_nothing_is_served(behind_edge, shown, path):
    answer = call(behind_edge, "GET", path, headers={"x-forwarded-for": f"6.6.6.6, {GATEWAY_SAW}", **shown})
    assert (answer.status, answer.body["code"]) == (403, "direct_access")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/health", "/api/v1/health"])
def test_the_gateway_itself_may_be_asked_for_its_health(behind_edge, path):
    assert call(behind_edge, "GET", path).status == 200


def test_secrets_that_cannot_be_read_close_the_door_and_say_for_now(monkeypatch):
    def away(_: str) -> str:
        raise TransientError("Secrets cannot be read now.")

    monkeypatch.setenv("EDGE_SECRET_ARNS", "arn:a")
    handler = asgi_function(Settings, _app, open_secrets=lambda: away)
    assert call(handler, "GET", "/api/v1/open", headers={"x-origin-verify": "first-secret"}).status == 503


@pytest.mark.parametrize("forged", ["6.6.6.6", "6.6.6.6, 7.7.7.7", f"6.6.6.6, {GATEWAY_SAW}"])
def test_without_an_edge_the_address_is_who_called_whatever_headers_say(forged):
    handler = asgi_function(Settings, _app, open_secrets=no_secrets)
    headers = {"x-forwarded-for": forged, "x-origin-verify": "first-secret"}
    assert call(handler, "GET", "/api/v1/open", headers=headers).body == GATEWAY_SAW


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.4", "198.51.100.4"),
        ("::ffff:198.51.100.4", "198.51.100.4"),
        ("2001:DB8:0:0:1:2:3:4", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("fe80::1%anything at all", "fe80::/64"),
        ("", ""),
        ("010.1.1.1", ""),
        ("1.2.3", ""),
        ("x" * 5_000, ""),
    ],
)
def test_a_client_is_known_by_the_network_it_has_to_itself(address, network):
    assert network_of(address) == network
