"""Channels as data: connections, identities and sessions."""

from dataclasses import dataclass

CREATOR_AUDIENCE = "creator"
WEB = "web"
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
