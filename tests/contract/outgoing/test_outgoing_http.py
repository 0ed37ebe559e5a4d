"""Calls to addresses that others chose, against real servers that behave as badly as they can."""

import socket
from collections.abc import Callable, Sequence
from threading import Event
from typing import Any

import pytest

from autosocial.adapters.outgoing.http import OutgoingHttp, OutgoingResponse, OutgoingRule
from autosocial.kernel.breaker import Breaker
from autosocial.kernel.errors import ForbiddenError, PermanentError, TransientError
from tests.fakes.breaker import InMemoryBreakerStore
from tests.fakes.clock import FakeClock
from tests.fakes.counterparts import Authority, answering, counterpart, dripping, flooding, silent

LOCAL = OutgoingRule(allows_private=True)
HASTY = OutgoingRule(allows_private=True, connect_seconds=5.0, read_seconds=0.3, total_seconds=0.6)


def client(
    rule: OutgoingRule = LOCAL,
    *,
    addresses: Sequence[str] | None = None,
    resolve: Callable[[str], Sequence[str]] | None = None,
    **more: Any,
) -> OutgoingHttp:
    """Return a client; with ``addresses`` every name has these."""
    store, clock = InMemoryBreakerStore(), FakeClock()
    if addresses is not None:
        more["resolve"] = lambda _: addresses
    elif resolve is not None:
        more["resolve"] = resolve
    return OutgoingHttp(rule, breaker=lambda host: Breaker(host, store, clock=clock), **more)


def post(outgoing: OutgoingHttp, url: str) -> OutgoingResponse:
    return outgoing.post(url, headers={"content-type": "application/json"}, body=b'{"a":1}')


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Where connections were opened to; none of them is."""
    tried: list[tuple[str, int]] = []

    def refuse(address: tuple[str, int], **_: Any) -> None:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    return tried


def test_a_post_arrives_whole_and_its_answer_comes_back() -> None:
    with counterpart(answering("201 Created", "X-Kind: good", body=b"thanks")) as served:
        answer = post(client(), f"http://127.0.0.1:{served.port}/hook?x=1")
    assert answer == OutgoingResponse(201, {"content-length": "6", "x-kind": "good"}, b"thanks")
    (request,) = served.requests
    assert request.startswith(b"POST /hook?x=1 HTTP/1.1\r\n")
    assert f"host: 127.0.0.1:{served.port}\r\n".encode() in request
    assert request.endswith(b'\r\n\r\n{"a":1}')


@pytest.mark.parametrize("status", ["200 OK", "410 Gone", "429 Too Many", "500 Oops"])
def test_every_status_is_an_answer(status: str) -> None:
    with counterpart(answering(status)) as served:
        assert post(client(), f"http://127.0.0.1:{served.port}/").status == int(status[:3])


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_not_followed(status: str) -> None:
    with counterpart(answering()) as inside:
        away = answering(status, f"location: http://127.0.0.1:{inside.port}/")
        with counterpart(away) as served:
            assert post(client(), f"http://127.0.0.1:{served.port}/").status == int(status[:3])
    assert inside.requests == []


FORBIDDEN = {
    "this network": "0.0.0.0",
    "loopback": "127.0.0.1",
    "more of loopback": "127.255.0.1",
    "private a": "10.1.2.3",
    "private b": "172.16.0.1",
    "private c": "192.168.1.1",
    "metadata": "169.254.169.254",
    "link-local": "169.254.0.9",
    "task metadata": "169.254.170.2",
    "carrier-grade nat": "100.64.0.1",
    "end of carrier-grade nat": "100.127.255.254",
    "protocol assignments": "192.0.0.8",
    "documentation": "192.0.2.1",
    "6to4 relays": "192.88.99.1",
    "benchmarks": "198.18.0.1",
    "multicast": "224.0.0.1",
    "public multicast": "233.252.0.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "unspecified 6": "::",
    "loopback 6": "::1",
    "mapped loopback": "::ffff:127.0.0.1",
    "mapped metadata": "::ffff:169.254.169.254",
    "mapped in hex": "::ffff:a9fe:a9fe",
    "mapped private": "::ffff:10.0.0.1",
    "compatible loopback": "::127.0.0.1",
    "nat64 metadata": "64:ff9b::169.254.169.254",
    "nat64 private": "64:ff9b::10.0.0.1",
    "nat64 inside a network": "64:ff9b:1::1",
    "6to4 of private": "2002:a00:1::1",
    "6to4 of public": "2002:808:808::1",
    "teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "isatap of private": "2600::5efe:10.0.0.1",
    "discard": "100::1",
    "documentation 6": "2001:db8::1",
    "new documentation 6": "3fff::1",
    "unique local": "fd00::1",
    "metadata 6": "fd00:ec2::254",
    "link-local 6": "fe80::1",
    "link-local 6 with its zone": "fe80::1%eth0",
    "site-local": "fec0::1",
    "multicast 6": "ff02::1",
    "no address at all": "somewhere",
}


@pytest.mark.parametrize("address", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_an_address_that_is_not_public_is_never_connected_to(
    address: str, connections: list[tuple[str, int]]
) -> None:
    outgoing = client(OutgoingRule(), addresses=[address])
    with pytest.raises(ForbiddenError) as caught:
        post(outgoing, "https://hooks.example/")
    assert caught.value.code == "address_forbidden"
    # One of them among public ones is as bad: which one is taken must not matter.
    with pytest.raises(ForbiddenError):
        post(client(OutgoingRule(), addresses=["8.8.8.8", address]), "https://hooks.example/")
    assert connections == []


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "100.128.0.1"]
)
def test_a_public_address_is_connected_to(address: str, connections: list[tuple[str, int]]) -> None:
    with pytest.raises(TransientError):
        post(client(OutgoingRule(), addresses=[address]), "https://hooks.example/")
    assert connections == [(address, 443)]


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "[::1]", "[::ffff:7f00:1]", "localhost"],
)
def test_no_spelling_of_this_machine_gets_through_the_real_resolver(
    host: str, connections: list[tuple[str, int]]
) -> None:
    with pytest.raises((ForbiddenError, TransientError)):
        post(client(OutgoingRule()), f"https://{host}/")
    assert connections == []


def test_a_name_that_turns_into_another_machine_is_asked_for_once(connections: list[tuple[str, int]]) -> None:
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    with pytest.raises(TransientError):
        post(client(OutgoingRule(), resolve=lambda _: next(answers)), "https://hooks.example/")
    assert connections == [("8.8.8.8", 443)]
    assert next(answers) == ["127.0.0.1"]


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "https://hooks.example:22/",
        "https://hooks.example:6379/",
        "https://user:secret@hooks.example/",
        "https://hooks.example@evil.example/",
    ],
)
def test_only_tls_on_usual_ports_and_without_credentials(
    url: str, connections: list[tuple[str, int]]
) -> None:
    with pytest.raises(ForbiddenError):
        post(client(OutgoingRule(), addresses=["8.8.8.8"]), url)
    assert connections == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example",
        "//hooks.example/",
        "https://",
        "https:///path",
        "https://hooks.example:0x50/",
        "https://hooks.example:99999/",
        "https://[::1/",
        "https://hooks.example/\r\nX-Evil: 1",
        "https://hooks.exa\tmple/",
        "https://hooks.example/a b",
        "https://hööks.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_SET",
        "ftp://hooks.example/",
        "https://hooks.example/" + "x" * 3_000,
    ],
)
def test_what_is_no_address_is_refused_for_good(url: str, connections: list[tuple[str, int]]) -> None:
    with pytest.raises(PermanentError) as caught:
        post(client(), url)
    assert caught.value.code == "address_invalid"
    assert connections == []


DRIPS = {
    "silence": b"",
    "a head that never ends": b"HTTP/1.1 200 OK\r\nX-Long: ",
    "a body that never ends": b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
    "chunks that never end": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFF\r\n",
}


@pytest.mark.parametrize("said", DRIPS.values(), ids=DRIPS.keys())
def test_byte_by_byte_nobody_holds_us_longer_than_the_whole_may_take(said: bytes) -> None:
    with counterpart(dripping(said)) as served, pytest.raises(TransientError) as caught:
        post(client(HASTY), f"http://127.0.0.1:{served.port}/")
    assert caught.value.code == "address_slow"


def test_a_server_that_says_nothing_is_left() -> None:
    with counterpart(silent) as served, pytest.raises(TransientError) as caught:
        post(client(HASTY), f"http://127.0.0.1:{served.port}/")
    assert caught.value.code == "address_slow"


@pytest.mark.parametrize("head", ["Content-Length: 999999999999", "Connection: close"])
def test_of_an_endless_body_only_the_beginning_is_read(head: str) -> None:
    prefix = f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode()
    with counterpart(flooding(prefix)) as served:
        answer = post(client(OutgoingRule(allows_private=True)), f"http://127.0.0.1:{served.port}/")
    assert (answer.status, len(answer.body), answer.is_cut) == (200, 64_000, True)


@pytest.mark.parametrize(
    "said",
    [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 100_000],
    ids=["end", "ssh", "long"],
)
def test_what_is_no_answer_may_be_one_later(said: bytes) -> None:
    with (
        counterpart(lambda connection, *_: connection.sendall(said)) as served,
        pytest.raises(TransientError) as caught,
    ):
        post(client(), f"http://127.0.0.1:{served.port}/")
    assert caught.value.code == "address_unreachable"


def test_a_certificate_is_checked_against_the_name_and_the_name_is_told(tmp_path: Any) -> None:
    authority = Authority(tmp_path)
    server = authority.server("hooks.example")
    with counterpart(answering(), tls=server) as served:
        outgoing = client(addresses=["127.0.0.1"], tls=authority.client("hooks.example"))
        assert post(outgoing, f"https://hooks.example:{served.port}/").status == 204
        with pytest.raises(PermanentError) as caught:
            post(outgoing, f"https://other.example:{served.port}/")
    assert caught.value.code == "certificate_invalid"
    assert served.names[0] == "hooks.example"
    assert f"host: hooks.example:{served.port}".encode() in served.requests[0]


def test_a_certificate_that_nobody_signed_is_refused(tmp_path: Any) -> None:
    server = Authority(tmp_path).server("hooks.example")
    with counterpart(answering(), tls=server) as served, pytest.raises(PermanentError) as caught:
        post(client(addresses=["127.0.0.1"]), f"https://hooks.example:{served.port}/")
    assert caught.value.code == "certificate_invalid"


def test_a_server_without_tls_is_not_spoken_to(tmp_path: Any) -> None:
    with counterpart(answering()) as served, pytest.raises(TransientError):
        post(client(addresses=["127.0.0.1"]), f"https://hooks.example:{served.port}/")


def test_a_host_that_is_not_there_is_left_alone_after_three_tries_and_others_are_not(
    connections: list[tuple[str, int]],
) -> None:
    outgoing = client(OutgoingRule(), addresses=["8.8.8.8"])
    codes = []
    for _ in range(5):
        with pytest.raises(TransientError) as caught:
            post(outgoing, "https://away.example/")
        codes.append(caught.value.code)
    assert codes == ["address_unreachable"] * 3 + ["address_away"] * 2
    assert len(connections) == 3
    with pytest.raises(TransientError):
        post(outgoing, "https://other.example/")
    assert len(connections) == 4


def test_what_one_path_of_a_host_answers_does_not_close_it_for_the_others() -> None:
    with counterpart(answering("500 Oops")) as served:
        outgoing = client()
        assert [post(outgoing, f"http://127.0.0.1:{served.port}/").status for _ in range(5)] == [500] * 5


def test_a_name_without_an_address_may_have_one_later() -> None:
    def unknown(_: str) -> Sequence[str]:
        raise socket.gaierror

    with pytest.raises(TransientError) as caught:
        post(client(OutgoingRule(), resolve=unknown), "https://hooks.example/")
    assert caught.value.code == "address_unresolved"


def test_a_resolver_that_hangs_is_not_waited_for() -> None:
    go_on = Event()

    def hanging(_: str) -> Sequence[str]:
        go_on.wait(60)
        return []

    rule = OutgoingRule(connect_seconds=0.1)
    with pytest.raises(TransientError) as caught:
        post(client(rule, resolve=hanging), "https://hooks.example/")
    go_on.set()
    assert caught.value.code == "address_unresolved"


def test_the_second_address_of_a_name_is_tried_when_the_first_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with counterpart(answering()) as served:
        connect = socket.create_connection

        def first_is_away(address: tuple[str, int], **more: Any) -> Any:
            if address[0] == "127.0.0.2":
                raise ConnectionRefusedError
            return connect(address, **more)

        monkeypatch.setattr(socket, "create_connection", first_is_away)
        outgoing = client(addresses=["127.0.0.2", "127.0.0.1"])
        assert post(outgoing, f"http://hooks.example:{served.port}/").status == 204
