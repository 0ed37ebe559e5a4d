"""Ports for a stack beside the developer's own."""

import socket

from infra.local.config import Ports


def free_ports() -> Ports:
    """Return five ports that nobody listens on."""
    sockets = [socket.socket() for _ in range(5)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    edge, demo, model, emulator, opensearch = (int(one.getsockname()[1]) for one in sockets)
    for one in sockets:
        one.close()
    return Ports(edge=edge, demo=demo, model=model, emulator=emulator, opensearch=opensearch)
