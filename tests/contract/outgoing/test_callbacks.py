"""Posting to addresses that others chose, against real servers on this machine."""

import socket
from collections.abc import Iterator

import pytest

from autosocial.adapters.outgoing.callbacks import Callbacks
from autosocial.kernel.errors import PermanentError, TransientError
from tests.fakes.counterpart import Counterpart


@pytest.fixture
def counterpart() -> Iterator[Counterpart]:
    with Counterpart.running() as server:
        yield server


def test_a_body_arrives_as_it_is_with_its_headers(counterpart: Counterpart) -> None:
    body = '{ "text" : "¿Qué?" }'.encode()
    headers = {"webhook-id": "a-1", "content-type": "application/json"}
    assert Callbacks(allows_private=True).post(f"{counterpart.url}/in?x=1", headers=headers, body=body) == 204
    ((path, got, received),) = counterpart.got
    assert (path, received) == ("/in?x=1", body)
    assert got["webhook-id"] == "a-1" and got["host"] == counterpart.url.removeprefix("http://")


@pytest.mark.parametrize("status", [200, 302, 410, 500])
def test_the_status_comes_back_whatever_it_is_and_nothing_is_followed(
    counterpart: Counterpart, status: int
) -> None:
    counterpart.status = status
    assert Callbacks(allows_private=True).post(counterpart.url, headers={}, body=b"x") == status
    assert len(counterpart.got) == 1


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:169.254.169.254]",
        "[fe80::1]",
        "[fd00:ec2::254]",
    ],
)
def test_no_address_of_our_own_network_is_called(counterpart: Counterpart, host: str) -> None:
    with pytest.raises((PermanentError, TransientError)) as refused:
        Callbacks().post(f"http://{host}:{counterpart.server_port}/", headers={}, body=b"x")
    assert refused.value.code in {"callback_address_refused", "callback_unresolved"}
    assert not counterpart.got


def test_a_name_with_one_private_address_among_its_addresses_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(PermanentError):
        Callbacks().post("http://mixed.example/", headers={}, body=b"x")


def test_nobody_there_is_tried_again_later() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(TransientError):
            Callbacks(allows_private=True).post(
                f"http://127.0.0.1:{taken.getsockname()[1]}/", headers={}, body=b"x"
            )
