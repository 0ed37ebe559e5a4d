"""Posts to addresses that creators chose, and to none that is ours."""

import ipaddress
import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from autosocial.kernel.errors import PermanentError, TransientError

if TYPE_CHECKING:
    from urllib3 import HTTPConnectionPool

_CONNECT_SECONDS, _READ_SECONDS = 5.0, 15.0


class Callbacks:
    """Fills ``channels.ports.Outgoing``.

    A name is resolved once and that address is connected to, so that it cannot turn into another one
    between the check and the call. Redirects are not followed, answers are not read.
    """

    def __init__(self, *, allows_private: bool = False) -> None:
        self._allows_private = allows_private

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> int:
        """Return the status of the answer."""
        from urllib3.exceptions import HTTPError

        parts = urlsplit(url)
        pool = _pool(parts, self._address(parts))
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            answer = pool.urlopen(
                "POST",
                target,
                body=body,
                headers={**headers, "host": parts.netloc, "user-agent": "AutoSocial"},
                redirect=False,
                retries=False,
                preload_content=False,
            )
        except HTTPError as error:
            raise TransientError("The address did not answer.", code="callback_unreachable") from error
        answer.close()
        return int(answer.status)

    def _address(self, parts: SplitResult) -> str:
        try:
            found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise TransientError("The address has no host.", code="callback_unresolved") from error
        addresses = [str(each[4][0]) for each in found]
        if not self._allows_private and not all(map(_is_public, addresses)):
            raise PermanentError("The address is none that we call.", code="callback_address_refused")
        return addresses[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None) or ip
    return bool(mapped.is_global and not mapped.is_multicast)


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _pool(parts: SplitResult, address: str) -> "HTTPConnectionPool":
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout

    timeout = Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
    if parts.scheme != "https":
        return HTTPConnectionPool(address, _port(parts), timeout=timeout)
    return HTTPSConnectionPool(
        address,
        _port(parts),
        timeout=timeout,
        server_hostname=parts.hostname,
        assert_hostname=parts.hostname,
    )
