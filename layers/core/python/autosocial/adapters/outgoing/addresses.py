"""Which network addresses others may make us call: public ones, in whatever form they are written."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# Besides what ``is_global`` excludes by itself (private, loopback, link-local with the metadata services,
# carrier-grade NAT, documentation, reserved); listed here because Python's versions differ in these.
_REFUSED_V4 = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "100.64.0.0/10",
            "169.254.0.0/16",
            "192.0.0.0/24",
            "192.88.99.0/24",
            "198.18.0.0/15",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
# Forms that carry an IPv4 address to somebody who unpacks it, and ranges that were never public.
_REFUSED_V6 = tuple(
    map(
        ip_network,
        (
            "::/96",  # IPv4-compatible, unspecified, loopback
            "64:ff9b:1::/48",  # NAT64 inside a network
            "100::/64",  # discarded
            "2001::/23",  # protocol assignments, Teredo
            "2002::/16",  # 6to4
            "3fff::/20",  # documentation
            "5f00::/16",  # segment routing
            "fc00::/7",  # unique local
            "fe80::/10",  # link-local
            "fec0::/10",  # site-local
            "ff00::/8",  # multicast
        ),
    )
)
_NAT64 = ip_network("64:ff9b::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)


def is_public(address: str) -> bool:
    """Return whether ``address``, as a resolver gives it, is in the public internet."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return ip.is_global and not any(ip in network for network in _REFUSED_V4)
    embedded = _embedded(ip)
    if embedded is not None:
        return is_public(str(embedded))
    return ip.is_global and not any(ip in network for network in _REFUSED_V6)


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that a packet to ``ip`` ends up at."""
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    low = int(ip) & 0xFFFFFFFF
    if ip in _NAT64 or int(ip) >> 32 & 0xFFFFFFFF in _ISATAP:
        return IPv4Address(low)
    return None
