"""Channels as data: connections, identities and sessions."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from autosocial.kernel.clock import iso

CREATOR_AUDIENCE = "creator"
WEB = "web"
WEBHOOK = "webhook"
# How long the secret before still counts after a rotation.
ROTATION = timedelta(hours=24)
# Where callbacks may be, over TLS; 0: the address names none.
CALLBACK_PORTS = frozenset({0, 443, 8443})
_CONNECTION_ID = re.compile(r"([0-7][0-9A-HJKMNP-TV-Z]{25})-[0-9A-HJKMNP-TV-Z]{10}")
CONNECTION_SECONDS = 2 * 3600 + 10 * 60


@dataclass(frozen=True, slots=True)
class Connection:
    """An open socket. ``audience``: whom it shows things to, ``creator`` or a visitor id."""

    creator_id: str
    audience: str
    connection_id: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Under which id a visitor is known on a channel. ``origin``: of the web, the site they came by."""

    creator_id: str
    channel: str
    external_id: str
    visitor_id: str
    created_at: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class ConnectedChannel:
    """A channel that a creator has connected: what it is called in addresses, and where answers go."""

    creator_id: str
    channel: str
    connection_id: str
    callback_url: str
    secret_hint: str
    connected_at: str


@dataclass(frozen=True, slots=True)
class SigningSecrets:
    """The secret of a connection; after a rotation also the one before, until ``previous_until``."""

    current: str
    previous: str = ""
    previous_until: str = ""

    def valid(self, now: datetime) -> tuple[str, ...]:
        """Return the secrets that count now, the current one first."""
        return (self.current, self.previous) if iso(now) < self.previous_until else (self.current,)

    def rotated(self, secret: str, *, now: datetime) -> "SigningSecrets":
        """Return them with a new current one."""
        return SigningSecrets(secret, self.current, iso(now + ROTATION))


def new_connection_id(creator_id: str, new_id: str) -> str:
    """Return an id for a connection, made of a new ULID; it says whose it is, and proves nothing."""
    return f"{creator_id}-{new_id[-10:]}"


def creator_of(connection_id: str) -> str | None:
    """Return whose connection an id claims to name, None if it is none of ours."""
    match = _CONNECTION_ID.fullmatch(connection_id)
    return match[1] if match else None


@dataclass(frozen=True, slots=True)
class WidgetFace:
    """What a widget shows before anybody has said anything."""

    title: str
    welcome: str
    language: str
    name: str


@dataclass(frozen=True, slots=True)
class VisitorToken:
    """A visitor's bearer token."""

    token: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class Session:
    """A visitor's session, new or renewed."""

    session_token: str
    visitor_id: str
    conversation_id: str
    expires_at: str
    widget: WidgetFace
