"""The socket while the line to AWS is broken or slow: an error frame that says when to come back."""

import pytest
from botocore.exceptions import ConnectionClosedError, HTTPClientError, ReadTimeoutError

from tests.fakes.aws_faults import faulty_line
from tests.functions.channels import test_socket as sockets
from tests.functions.channels.test_socket import HELLO

cloud = sockets.cloud
# What a person waits at most, and a little for what is measured really.
PATIENCE = 10.5
POSTING = frozenset({"dynamodb", "sqs", "sts"})


@pytest.fixture
def line(monkeypatch, cloud):
    with faulty_line(monkeypatch) as line:
        line.services = POSTING
        yield line


def come_back(cloud) -> int:
    """Return the seconds after which to come back, of the one frame that was posted."""
    (frame,) = cloud.received()
    assert (frame["type"], frame["code"]) == ("error", "temporarily_unavailable")
    assert frame["client_id"] == HELLO["client_id"]
    return frame["retry_after"]


@pytest.mark.parametrize("error", [ReadTimeoutError, ConnectionClosedError, HTTPClientError])
@pytest.mark.parametrize("service", ["dynamodb", "sqs"])
def test_a_message_that_a_lost_connection_stopped_may_be_sent_again(cloud, line, error, service):
    line.error, line.services = lambda: error(endpoint_url="x", error="x"), frozenset({service})
    assert cloud.send(HELLO) == 200
    assert come_back(cloud) > 0
    line.error = None
    assert cloud.send(HELLO) == 200
    assert [frame["type"] for frame in cloud.received()] == ["message.ack"]
    assert len(cloud.queued()) == 1


@pytest.mark.parametrize("latency", [4, 60])
def test_a_message_that_a_slow_cloud_stopped_is_told_so_in_time(cloud, line, latency):
    line.latency = latency
    assert cloud.send(HELLO) == 200
    assert come_back(cloud) > 0
    assert line.passed <= PATIENCE


def test_a_connection_that_cannot_be_kept_now_is_refused_as_such(cloud, line):
    line.error = lambda: ReadTimeoutError(endpoint_url="x")
    assert cloud.send(kind="CONNECT") == 503
