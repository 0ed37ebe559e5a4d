"""Ports for servers beside the developer's own and those of another checkout."""

import random

from infra.local.config import Ports
from infra.local.ports import is_free

# Below those that systems give to outgoing connections: nobody takes one between our look and our use.
_CANDIDATES = range(24_000, 32_000)


def free_port() -> int:
    """Return a port that nobody listens on; another checkout hardly ever finds the same."""
    return _some(1)[0]


def free_ports() -> Ports:
    """Return the ports of one stack."""
    edge, demo, model, emulator, opensearch = _some(5)
    return Ports(edge=edge, demo=demo, model=model, emulator=emulator, opensearch=opensearch)


def _some(count: int) -> list[int]:
    candidates = random.SystemRandom().sample(_CANDIDATES, k=len(_CANDIDATES))
    free = (port for port in candidates if is_free(port))
    return [next(free) for _ in range(count)]
