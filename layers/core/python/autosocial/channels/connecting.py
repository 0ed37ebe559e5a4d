"""Connecting a creator's own system by signed webhooks: an address to post to, a secret, a callback."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from autosocial.channels.model import (
    CALLBACK_PORTS,
    WEBHOOK,
    ConnectedChannel,
    SigningSecrets,
    new_connection_id,
)
from autosocial.channels.ports import ChannelSecrets, ConnectedChannels
from autosocial.channels.signatures import new_secret
from autosocial.kernel.clock import Clock, iso
from autosocial.kernel.errors import ConflictError, InvalidError
from autosocial.kernel.ids import IdSource

_MAX_URL_CHARS = 500
_HINT_CHARS = 4
_SECRET_BYTES = 32
RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Connected:
    """A connection, and its secret where it was just made: it is shown this once."""

    connection: ConnectedChannel
    secret: str = ""


class ConnectWebhook:
    """Makes, shows, changes and cuts a creator's webhook connection."""

    def __init__(
        self,
        connected: ConnectedChannels,
        secrets: ChannelSecrets,
        *,
        allows_http: bool,
        random: RandomBytes,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._connected = connected
        self._secrets = secrets
        self._schemes = {"https", "http"} if allows_http else {"https"}
        self._random = random
        self._clock = clock
        self._ids = ids

    def state(self, creator_id: str) -> ConnectedChannel | None:
        """Return the connection, None if there is none."""
        return self._connected.get(creator_id, WEBHOOK)

    def connect(self, creator_id: str, *, callback_url: str, rotates: bool = False) -> Connected:
        """Connect, or change where answers go; with ``rotates`` also the secret.

        Raises:
            InvalidError: answers cannot be sent to such an address.
            ConflictError: somebody else connects at the same moment.
        """
        self._check_url(callback_url)
        known = self._connected.get(creator_id, WEBHOOK)
        if known is None:
            return self._new(creator_id, callback_url)
        changed = replace(known, callback_url=callback_url)
        return self._rotated(changed) if rotates else self._replaced(changed)

    def disconnect(self, creator_id: str) -> None:
        """Cut the connection; nothing that its secret signed is taken any more."""
        known = self._connected.get(creator_id, WEBHOOK)
        if known is not None:
            # The secret first: without the row nobody would know that there is one left to delete.
            self._secrets.delete(known.connection_id)
            self._connected.remove(creator_id, WEBHOOK)

    def _new(self, creator_id: str, callback_url: str) -> Connected:
        connection_id, secret = new_connection_id(creator_id, self._ids()), self._new_secret()
        connection = ConnectedChannel(
            creator_id=creator_id,
            channel=WEBHOOK,
            connection_id=connection_id,
            callback_url=callback_url,
            secret_hint=secret[-_HINT_CHARS:],
            connected_at=iso(self._clock()),
        )
        self._secrets.write(connection_id, SigningSecrets(secret))
        try:
            self._connected.add(connection)
        except ConflictError:
            self._secrets.delete(connection_id)
            raise
        return Connected(connection, secret)

    def _rotated(self, connection: ConnectedChannel) -> Connected:
        secret = self._new_secret()
        secrets = self._secrets.read(connection.connection_id, fresh=True)
        self._secrets.write(connection.connection_id, secrets.rotated(secret, now=self._clock()))
        try:
            return self._replaced(replace(connection, secret_hint=secret[-_HINT_CHARS:]), secret)
        except ConflictError:
            # Cut in the meantime: nobody would know that there is a secret left to delete.
            self._secrets.delete(connection.connection_id)
            raise

    def _replaced(self, connection: ConnectedChannel, secret: str = "") -> Connected:
        self._connected.replace(connection)
        return Connected(connection, secret)

    def _new_secret(self) -> str:
        return new_secret(self._random(_SECRET_BYTES))

    def _check_url(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            is_fine = parts.scheme in self._schemes and bool(parts.hostname) and parts.username is None
            is_fine = is_fine and ("http" in self._schemes or (parts.port or 0) in CALLBACK_PORTS)
        except ValueError:
            is_fine = False
        if not is_fine or len(url) > _MAX_URL_CHARS or not url.isascii() or not url.isprintable():
            raise InvalidError(
                "The callback must be an https:// address on port 443 or 8443.", code="callback_url_invalid"
            )
