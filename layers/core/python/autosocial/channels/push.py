"""Telling people things over their open sockets."""

from autosocial.channels.frames import encode
from autosocial.channels.model import Connection
from autosocial.channels.ports import ConnectionGoneError, ConnectionStore, Sockets
from autosocial.contracts.socket import DownFrame
from autosocial.kernel.errors import TransientError
from autosocial.kernel.ids import IdSource


class Push:
    """Posts frames to everybody of an audience who is connected.

    A closed socket costs its connection row and nothing else; one that cannot be reached now keeps it:
    its client resumes.
    """

    def __init__(self, connections: ConnectionStore, sockets: Sockets, *, ids: IdSource) -> None:
        self._connections = connections
        self._sockets = sockets
        self._ids = ids

    def push(self, creator_id: str, audience: str, frame: DownFrame, *, skip: str = "") -> int:
        """Post ``frame`` to an audience (``creator`` or a visitor id); return how many were reached."""
        connections = self._connections.of_audience(creator_id, audience)
        others = [connection for connection in connections if connection.connection_id != skip]
        if not others:
            return 0
        texts = encode(frame, self._ids)
        return sum(self._posted(connection, texts) for connection in others)

    def reply(self, connection: Connection, frame: DownFrame) -> bool:
        """Post ``frame`` to one connection; return whether it was reached."""
        return self._posted(connection, encode(frame, self._ids))

    def close(self, connection: Connection) -> bool:
        """Close one connection and forget it; return whether it is closed now."""
        try:
            self._sockets.close(connection.connection_id)
            self._connections.remove(connection)
        except TransientError:
            return False
        return True

    def _posted(self, connection: Connection, texts: list[str]) -> bool:
        try:
            for text in texts:
                self._sockets.post(connection.connection_id, text)
        except ConnectionGoneError:
            self._connections.remove(connection)
            return False
        except TransientError:
            return False
        return True
