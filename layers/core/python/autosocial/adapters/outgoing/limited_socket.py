"""A connection with an end in time, whatever the other side does: no drip of single bytes outlasts it."""

import io
import socket
from collections.abc import Callable
from typing import Any


class LimitedSocket:
    """What ``http.client`` needs of a socket. ``wait`` says before each step how long it may take.

    ``wait`` raises ``TimeoutError`` when no time is left.
    """

    def __init__(self, connected: socket.socket, wait: Callable[[], float]) -> None:
        self._socket = connected
        self._wait = wait

    def sendall(self, data: Any) -> None:
        """Send all of it, within one step's time."""
        self._socket.settimeout(self._wait())
        self._socket.sendall(data)

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        """Return the receiving side as a file."""
        return io.BufferedReader(_Receiver(self._socket, self._wait))

    def close(self) -> None:
        """Do nothing: ``http.client`` closes while the body is still to be read; our caller closes."""


class _Receiver(io.RawIOBase):
    def __init__(self, connected: socket.socket, wait: Callable[[], float]) -> None:
        self._socket = connected
        self._wait = wait

    def readable(self) -> bool:
        """Say that this can be read, as ``BufferedReader`` asks."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Receive what is there."""
        self._socket.settimeout(self._wait())
        return self._socket.recv_into(buffer)
