"""No call to AWS lasts longer than the request it is made for, on a real line and over all attempts."""

import socket
import time
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from autosocial.adapters.aws.errors import translated
from autosocial.adapters.aws.session import client
from autosocial.kernel import budget
from autosocial.kernel.errors import TransientError
from tests.fakes.aws_faults import faulty_line, throttled
from tests.fakes.cloud import moto_cloud


@pytest.fixture
def silent_server(monkeypatch) -> Iterator[str]:
    """A server that accepts connections and never says a word."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_silent_server_is_given_up_on_when_the_requests_time_ends(silent_server):
    # Without the budget it would take a minute, three times.
    sqs = client("sqs", endpoint_url=silent_server, read_timeout=60)
    began = time.monotonic()
    with budget.granted(0.3), pytest.raises(TransientError), translated("away"):
        sqs.list_queues()
    assert time.monotonic() - began < 30


def test_without_a_budget_a_clients_own_times_hold(silent_server):
    sqs = client("sqs", endpoint_url=silent_server, read_timeout=0.1, total_max_attempts=1)
    with pytest.raises(ReadTimeoutError):
        sqs.list_queues()


@pytest.fixture
def line(monkeypatch):
    with moto_cloud(monkeypatch), faulty_line(monkeypatch) as line:
        yield line


def test_a_lost_connection_is_tried_again_while_there_is_time(line):
    line.error = lambda: ReadTimeoutError(endpoint_url="x")
    with pytest.raises(TransientError), translated("away"), budget.granted(20):
        client("sqs").list_queues()
    assert len(line.calls) == 3


def test_no_attempt_begins_that_would_come_too_late(line):
    line.latency = 60
    with pytest.raises(TransientError), translated("away"), budget.granted(7):
        client("sqs").list_queues()
    assert 1 <= len(line.calls) <= 2
    assert line.passed <= 7.1


def test_no_call_begins_without_time_for_it(silent_server):
    sqs, sent = client("sqs", endpoint_url=silent_server), []
    sqs.meta.events.register("before-send", lambda request, **_: sent.append(request))
    with budget.granted(0), pytest.raises(TransientError), translated("away"):
        sqs.list_queues()
    assert sent == []


def test_a_service_that_throttles_is_not_waited_for_longer_than_there_is_time(silent_server, monkeypatch):
    with faulty_line(monkeypatch) as line:
        line.answer = throttled
        with budget.granted(0.9), pytest.raises(TransientError), translated("away"):
            client("sqs").list_queues()
        assert len(line.calls) == 1
        with budget.granted(30), pytest.raises(TransientError), translated("away"):
            client("sqs").list_queues()
        assert len(line.calls) == 4


def test_a_refusal_stays_one_however_little_time_is_left(line):
    sqs = client("sqs")
    with budget.granted(0.9), pytest.raises(ClientError) as refused:
        sqs.get_queue_url(QueueName="absent")
    assert "NonExistentQueue" in refused.value.response["Error"]["Code"]
