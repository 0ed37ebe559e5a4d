"""Typed fakes of what channels need, held to the same contract suite as the DynamoDB stores."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from autosocial.channels.model import Connection, Identity, VisitorToken, WidgetFace
from autosocial.channels.ports import ConnectionGoneError
from autosocial.contracts.socket import DownFrame
from autosocial.kernel.errors import ForbiddenError, NotFoundError, TransientError


@dataclass
class InMemoryConnectionStore:
    """Fills ``ConnectionStore``."""

    rows: list[Connection] = field(default_factory=list)

    def add(self, connection: Connection) -> None:
        self.rows = [*(row for row in self.rows if row != connection), connection]

    def remove(self, connection: Connection) -> None:
        self.rows = [row for row in self.rows if row != connection]

    def of_audience(self, creator_id: str, audience: str) -> Sequence[Connection]:
        return [row for row in self.rows if (row.creator_id, row.audience) == (creator_id, audience)]


@dataclass
class InMemoryIdentityStore:
    """Fills ``IdentityStore``."""

    rows: dict[tuple[str, str, str], Identity] = field(default_factory=dict)

    def visitor_of(self, creator_id: str, channel: str, external_id: str) -> str | None:
        known = self.rows.get((creator_id, channel, external_id))
        return known.visitor_id if known else None

    def claim(self, identity: Identity) -> str:
        key = (identity.creator_id, identity.channel, identity.external_id)
        return self.rows.setdefault(key, identity).visitor_id


@dataclass
class RecordedSockets:
    """Fills ``Sockets``: keeps what was posted; some sockets are gone, some out of reach."""

    gone: set[str] = field(default_factory=set)
    away: set[str] = field(default_factory=set)
    posted: list[tuple[str, str]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)

    def post(self, connection_id: str, text: str) -> None:
        if connection_id in self.gone:
            raise ConnectionGoneError("closed")
        if connection_id in self.away:
            raise TransientError("away")
        self.posted.append((connection_id, text))

    def close(self, connection_id: str) -> None:
        if connection_id in self.away:
            raise TransientError("away")
        self.closed.append(connection_id)

    def frames(self, connection_id: str) -> list[Any]:
        """Return the frames that a socket got, parts joined as a client joins them."""
        texts = [text for to, text in self.posted if to == connection_id]
        return joined(texts)


_DOWN = msgspec.json.Decoder(DownFrame)


def joined(texts: Sequence[str]) -> list[DownFrame]:
    """Return the frames that text messages carry."""
    frames: list[DownFrame] = []
    parts: dict[str, dict[int, str]] = {}
    for text in texts:
        frame = _DOWN.decode(text)
        if frame.type != "part":
            frames.append(frame)
            continue
        got = parts.setdefault(frame.id, {})
        got[frame.index] = frame.data
        if len(got) == frame.count:
            frames.append(_DOWN.decode("".join(got[n] for n in range(frame.count))))
    return frames


@dataclass
class FixedWidgets:
    """Fills ``Widgets``: creators by id, each with its allowed origins."""

    origins: dict[str, set[str]]

    def __call__(self, creator_id: str, *, origin: str) -> WidgetFace:
        if creator_id not in self.origins:
            raise NotFoundError("no creator")
        if origin not in self.origins[creator_id]:
            raise ForbiddenError("wrong origin", code="wrong_origin")
        return WidgetFace(title="Coach", welcome="Hello", language="en", name="Ana")


@dataclass
class OpenTokens:
    """Fills ``VisitorTokens``: tokens that say what they mean."""

    def issue(self, creator_id: str, visitor_id: str, *, origin: str) -> VisitorToken:
        return VisitorToken(f"{creator_id} {visitor_id} {origin}", "2026-12-22T12:00:00.000Z")

    def visitor_of(self, token: str, creator_id: str, *, origin: str) -> str | None:
        owner, visitor_id, place = token.split(" ")
        return visitor_id if (owner, place) == (creator_id, origin) else None
