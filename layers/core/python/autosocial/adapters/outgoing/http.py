"""The one HTTP client for addresses that others chose: callbacks of creators, and whatever comes like them.

A name is resolved once, every address it has must be public, and the connection goes to the address that
was checked: a name cannot become another machine between the check and the call. Redirects are not
followed, since where they lead nobody has checked.
"""

import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from queue import Empty, Queue
from threading import Thread
from urllib.parse import SplitResult, urlsplit

from autosocial.adapters.outgoing.addresses import is_public
from autosocial.adapters.outgoing.limited_socket import LimitedSocket
from autosocial.kernel.breaker import Breaker
from autosocial.kernel.errors import ForbiddenError, PermanentError, TransientError

# Returns the addresses of a host, as text.
Resolve = Callable[[str], Sequence[str]]

_MAX_URL_CHARS = 2_048
_TRIED_ADDRESSES = 2
_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class OutgoingRule:
    """What may be called, how long it may take and how much of an answer is read.

    ``allows_private``: any address and port, without TLS if need be; only where counterparts run on the
    same machine.
    """

    allows_private: bool = False
    ports: frozenset[int] = frozenset({443, 8443})
    connect_seconds: float = 3.0
    read_seconds: float = 10.0
    total_seconds: float = 15.0
    max_body_bytes: int = 64_000


@dataclass(frozen=True, slots=True)
class OutgoingResponse:
    """An answer, whatever its status. ``is_cut``: the body is longer than we read."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool = False


def resolve(host: str) -> list[str]:
    """Return the addresses of ``host`` as the machine's resolver knows them."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


class OutgoingHttp:
    """Posts to addresses that others chose, and to none that is ours."""

    def __init__(
        self,
        rule: OutgoingRule,
        *,
        breaker: Callable[[str], Breaker],
        resolve: Resolve = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """``breaker`` gives the circuit breaker of a host."""
        self._rule = rule
        self._breaker = breaker
        self._resolve = resolve
        self._tls = tls

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> OutgoingResponse:
        """Return the answer, whatever its status; a redirect is an answer like others.

        Raises:
            ForbiddenError: the address is none that we call.
            PermanentError: it is no address, or its certificate is not its own.
            TransientError: nobody answers there, or not in time.
        """
        parts = self._checked(url)
        breaker = self._breaker(parts.hostname or "")
        if not breaker.allows():
            raise TransientError("The address has not answered lately.", code="address_away")
        ends_at = time.monotonic() + self._rule.total_seconds
        try:
            connected = self._connected(parts, ends_at)
        except TransientError:
            breaker.failed()
            raise
        # Only that the host is there counts: what one path of it answers is not another one's fault.
        breaker.succeeded()
        try:
            return self._exchange(parts, LimitedSocket(connected, self._waiting(ends_at)), headers, body=body)
        except TimeoutError as error:
            raise TransientError("The address took too long to answer.", code="address_slow") from error
        except (OSError, HTTPException) as error:
            raise TransientError("The address gave no answer.", code="address_unreachable") from error
        finally:
            connected.close()

    def _checked(self, url: str) -> SplitResult:
        # Before it is parsed: the parser takes line breaks out of an address without a word.
        if len(url) > _MAX_URL_CHARS or not url.isascii() or not url.isprintable() or " " in url:
            raise _no_address()
        try:
            parts = urlsplit(url)
            port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)
        except ValueError:
            raise _no_address() from None
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
            raise _no_address()
        is_usual = parts.scheme == "https" and port in self._rule.ports
        if "@" in parts.netloc or not (is_usual or self._rule.allows_private):
            raise _forbidden()
        return parts

    def _connected(self, parts: SplitResult, ends_at: float) -> socket.socket:
        addresses = self._addresses(parts.hostname or "")
        if not addresses:
            raise TransientError("The address has no host.", code="address_unresolved")
        if not self._rule.allows_private and not all(map(is_public, addresses)):
            raise _forbidden()
        raw = self._opened(addresses, parts.port or _DEFAULT_PORTS[parts.scheme], ends_at)
        return self._secured(raw, parts.hostname or "") if parts.scheme == "https" else raw

    def _opened(self, addresses: Sequence[str], port: int, ends_at: float) -> socket.socket:
        failure: OSError | None = None
        for address in addresses[:_TRIED_ADDRESSES]:
            seconds = min(self._rule.connect_seconds, max(ends_at - time.monotonic(), 0.001))
            try:
                return socket.create_connection((address, port), timeout=seconds)
            except OSError as error:
                failure = error
        raise TransientError("The address cannot be reached.", code="address_unreachable") from failure

    def _addresses(self, host: str) -> Sequence[str]:
        """Resolve in a thread of its own: the machine's resolver knows no time limit."""
        answers: Queue[Sequence[str]] = Queue()

        def ask() -> None:
            try:
                answers.put(list(self._resolve(host)))
            except (OSError, UnicodeError):
                answers.put([])

        Thread(target=ask, daemon=True, name="resolver").start()
        try:
            return answers.get(timeout=self._rule.connect_seconds)
        except Empty:
            return []

    def _secured(self, raw: socket.socket, host: str) -> socket.socket:
        self._tls = self._tls or ssl.create_default_context()
        try:
            return self._tls.wrap_socket(raw, server_hostname=host)
        except ssl.SSLCertVerificationError as error:
            raw.close()
            raise PermanentError(
                "The certificate of the address is not valid.", code="certificate_invalid"
            ) from error
        except (OSError, ValueError) as error:
            raw.close()
            raise TransientError("The address cannot be reached.", code="address_unreachable") from error

    def _waiting(self, ends_at: float) -> Callable[[], float]:
        def wait() -> float:
            rest = ends_at - time.monotonic()
            if rest <= 0:
                raise TimeoutError
            return min(rest, self._rule.read_seconds)

        return wait

    def _exchange(
        self, parts: SplitResult, limited: LimitedSocket, headers: Mapping[str, str], *, body: bytes
    ) -> OutgoingResponse:
        connection = HTTPConnection(parts.hostname or "")
        connection.sock = limited
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        ours = {
            "host": parts.netloc,
            "user-agent": "AutoSocial",
            "accept-encoding": "identity",
            "connection": "close",
        }
        theirs = {name.lower(): value for name, value in headers.items()}
        connection.request("POST", target, body=body, headers=theirs | ours)
        response = connection.getresponse()
        content, is_cut = _read(response, self._rule.max_body_bytes)
        fields = {name.lower(): value for name, value in response.getheaders()}
        return OutgoingResponse(response.status, fields, content, is_cut)


def _read(response: HTTPResponse, limit: int) -> tuple[bytes, bool]:
    content = b""
    while len(content) <= limit:
        piece = response.read1(limit + 1 - len(content))
        if not piece:
            return content, False
        content += piece
    return content[:limit], True


def _no_address() -> PermanentError:
    return PermanentError("This is no address that can be called.", code="address_invalid")


def _forbidden() -> ForbiddenError:
    return ForbiddenError("This is no address that we call.", code="address_forbidden")
