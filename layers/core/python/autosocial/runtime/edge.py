"""Which way a request came, and from where: through our edge (CloudFront), or straight to the gateway.

The gateway's own address is open to everybody, and whoever calls it writes ``X-Forwarded-For`` as they
like. Only the edge knows the secret that it adds to each request, so only with it the header is believed.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv6Address, ip_address, ip_network

from autosocial.kernel.errors import ForbiddenError

EDGE_HEADER = "x-origin-verify"
# Whoever looks for the broken part asks the gateway itself.
_OPEN_TO_ALL = frozenset({"/health", "/api/v1/health"})
_SITE_BITS = 64

ReadSecret = Callable[[str], str]


class Edge:
    """Our own proxy before the gateway; without ``secret_arns`` the stage has none.

    Every one of the secrets is good, so that the edge can change from one to the other.
    """

    def __init__(self, secret_arns: Sequence[str] = (), *, read_secret: ReadSecret | None = None) -> None:
        if secret_arns and read_secret is None:
            raise ValueError("the edge's secrets need somebody who reads them")
        self._secret_arns = secret_arns
        self._read_secret = read_secret

    def check(self, path: str, headers: Mapping[str, str]) -> None:
        """Refuse a request that went around the edge.

        Raises:
            ForbiddenError: it did.
        """
        if self._secret_arns and path not in _OPEN_TO_ALL and not self._was_passed(headers):
            raise ForbiddenError("Use the public address of this service.", code="direct_access")

    def client_network(self, headers: Mapping[str, str], source_ip: str) -> str:
        """Return the network that a client has to itself: an IPv4 address or 64 bits of an IPv6 one.

        ``source_ip`` is who called the gateway. Each hop adds the address it was called from to
        ``X-Forwarded-For``; what stands further left is the client's own claim.
        """
        seen = network_of(source_ip)
        if not self._secret_arns or not self._was_passed(headers):
            return seen
        hops = [hop.strip() for hop in headers.get("x-forwarded-for", "").split(",")]
        if hops[-1] == source_ip:
            hops.pop()
        return network_of(hops[-1] if hops else "") or seen

    def _was_passed(self, headers: Mapping[str, str]) -> bool:
        shown = headers.get(EDGE_HEADER, "").encode()
        if not shown or self._read_secret is None:
            return False
        secrets = [self._read_secret(arn).encode() for arn in self._secret_arns]
        # All of them, so that the time tells nothing.
        return any([hmac.compare_digest(shown, secret) for secret in secrets])  # noqa: C419


def network_of(address: str) -> str:
    """Return the IPv4 address, or the network of the IPv6 address, that ``address`` is; "" if it is none."""
    try:
        ip = ip_address(address)
    except ValueError:
        return ""
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ip_network((int(ip), _SITE_BITS), strict=False))
