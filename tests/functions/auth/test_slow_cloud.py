"""Auth while the line to AWS is broken or slow: a typed answer in time, never the gateway's own."""

import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from tests.fakes.aws_faults import faulty_line
from tests.fakes.events import call
from tests.functions.auth import test_auth_functions as auth_functions
from tests.functions.auth.test_auth_functions import ANA

deployed = auth_functions.deployed
# What a person waits at most, and a little for what is measured really.
PATIENCE = 10.5


@pytest.fixture
def line(monkeypatch, deployed):
    with faulty_line(monkeypatch) as line:
        yield line


def is_come_back_later(answer) -> bool:
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) == answer.body["retry_after"] > 0
    return (answer.status, answer.body["code"]) == (503, "temporarily_unavailable")


@pytest.mark.parametrize("error", [ReadTimeoutError, ConnectionClosedError])
@pytest.mark.parametrize("service", ["dynamodb", "kms"])
def test_a_lost_connection_is_come_back_later(deployed, line, error, service):
    line.error, line.services = lambda: error(endpoint_url="x"), frozenset({service})
    assert is_come_back_later(deployed.post("register", ANA))
    line.error = None
    assert deployed.post("register", ANA | {"email": "other@example.com"}).status == 201


@pytest.mark.parametrize("latency", [4, 60])
def test_a_slow_cloud_is_come_back_later_before_the_gateway_gives_up(deployed, line, latency):
    line.latency = latency
    assert is_come_back_later(deployed.post("register", ANA))
    assert line.passed <= PATIENCE


def test_a_token_that_cannot_be_checked_now_is_come_back_later(deployed, line):
    token = deployed.post("register", ANA).body["access_token"]
    line.latency = 60
    verdict = deployed.authorize(token)
    assert line.passed <= PATIENCE
    assert is_come_back_later(call(deployed.api, "GET", "/api/v1/auth/profile", caller=verdict["context"]))
    line.latency = 0
    assert deployed.authorize(token)["context"]["role"] == "creator"


def test_a_ticket_that_cannot_be_checked_now_opens_nothing(deployed, line):
    line.error = lambda: ReadTimeoutError(endpoint_url="x")
    _, context = deployed.connect("a" * 64)
    assert context == {"refused": "temporarily_unavailable", "retry_after": "3"}
