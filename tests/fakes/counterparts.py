"""Servers on this machine that behave as the servers of others do, well and badly."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import AF_INET, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, socket
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# Gets the connection and the request's bytes; says and does what it likes, until ``ended`` is set.
Behaviour = Callable[[Any, bytes, threading.Event], None]


@dataclass
class Counterpart:
    """A server that was started; ``requests`` are the bytes of what it got, ``names`` what TLS asked for."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)


@contextmanager
def counterpart(behave: Behaviour, *, tls: ssl.SSLContext | None = None) -> Iterator[Counterpart]:
    """Serve each connection by ``behave`` in a thread of its own."""
    ended = threading.Event()
    with socket(AF_INET, SOCK_STREAM) as listening:
        listening.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", 0))
        listening.listen(16)
        served = Counterpart(listening.getsockname()[1])
        if tls:
            tls.sni_callback = lambda _, name, __: served.names.append(name)
        threading.Thread(target=_accept, args=(listening, served, behave, tls, ended), daemon=True).start()
        try:
            yield served
        finally:
            ended.set()


def _accept(
    listening: socket, served: Counterpart, behave: Behaviour, tls: ssl.SSLContext | None, ended: Any
) -> None:
    while not ended.is_set():
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(connection, served, behave, tls, ended), daemon=True).start()


def _serve(
    connection: Any, served: Counterpart, behave: Behaviour, tls: ssl.SSLContext | None, ended: Any
) -> None:
    try:
        with tls.wrap_socket(connection, server_side=True) if tls else connection as open_:
            request = _request(open_)
            served.requests.append(request)
            behave(open_, request, ended)
    except OSError:
        return  # the client has had enough


def _request(connection: Any) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        piece = connection.recv(65_536)
        if not piece:
            return got
        got += piece
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        ),
        0,
    )
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def answering(status: str = "204 No Content", *headers: str, body: bytes = b"") -> Behaviour:
    """Return the behaviour of a server that answers as it should."""
    head = "\r\n".join([f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers, "", ""])

    def behave(connection: Any, _: bytes, __: threading.Event) -> None:
        connection.sendall(head.encode() + body)

    return behave


def dripping(prefix: bytes) -> Behaviour:
    """Return the behaviour of a server that says ``prefix`` and then one byte after the other, for ever."""

    def behave(connection: Any, _: bytes, ended: threading.Event) -> None:
        connection.sendall(prefix)
        while not ended.wait(0.02):
            connection.sendall(b"x")

    return behave


def silent(_: Any, __: bytes, ended: threading.Event) -> None:
    """Take the request and say nothing."""
    ended.wait(60)


def flooding(prefix: bytes) -> Behaviour:
    """Return the behaviour of a server whose body has no end."""

    def behave(connection: Any, _: bytes, ended: threading.Event) -> None:
        connection.sendall(prefix)
        while not ended.is_set():
            connection.sendall(b"x" * 65_536)

    return behave


@dataclass(frozen=True)
class Authority:
    """A certificate authority of this test: what servers show, and what a client trusts."""

    folder: Path

    def server(self, host: str) -> ssl.SSLContext:
        """Return the context of a server that shows a certificate of ``host``."""
        key, certificate = _certificate(host)
        file = self.folder / f"{host}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def client(self, *hosts: str) -> ssl.SSLContext:
        """Return the context of a client that trusts the certificates made for ``hosts``."""
        context = ssl.create_default_context()
        for host in hosts:
            context.load_verify_locations(self.folder / f"{host}.pem")
        return context


def _certificate(host: str) -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return key, certificate.public_bytes(serialization.Encoding.PEM)
