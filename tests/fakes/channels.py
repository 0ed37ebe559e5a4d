"""Typed fakes of what channels need, held to the same contract suite as the DynamoDB stores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import msgspec

from autosocial.channels.model import (
    ConnectedChannel,
    Connection,
    Identity,
    SigningSecrets,
    VisitorToken,
    WidgetFace,
)
from autosocial.channels.ports import ConnectionGoneError
from autosocial.contracts.outbound import DeliverReply
from autosocial.contracts.socket import DownFrame
from autosocial.kernel.errors import ConflictError, ForbiddenError, NotFoundError, TransientError


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
class InMemoryConnectedChannels:
    """Fills ``ConnectedChannels``."""

    rows: dict[tuple[str, str], ConnectedChannel] = field(default_factory=dict)

    def get(self, creator_id: str, channel: str) -> ConnectedChannel | None:
        return self.rows.get((creator_id, channel))

    def add(self, connected: ConnectedChannel) -> None:
        if (connected.creator_id, connected.channel) in self.rows:
            raise ConflictError("connected already")
        self.rows[connected.creator_id, connected.channel] = connected

    def replace(self, connected: ConnectedChannel) -> None:
        known = self.rows.get((connected.creator_id, connected.channel))
        if known is None or known.connection_id != connected.connection_id:
            raise ConflictError("cut in the meantime")
        self.rows[connected.creator_id, connected.channel] = connected

    def remove(self, creator_id: str, channel: str) -> None:
        self.rows.pop((creator_id, channel), None)


@dataclass
class InMemoryChannelSecrets:
    """Fills ``ChannelSecrets``; what is not asked for fresh may be as old as the last ``remember``."""

    rows: dict[str, SigningSecrets] = field(default_factory=dict)
    remembered: dict[str, SigningSecrets] = field(default_factory=dict)
    away: bool = False
    reads: int = 0

    def read(self, connection_id: str, *, fresh: bool) -> SigningSecrets:
        self.reads += 1
        if self.away:
            raise TransientError("away", code="secrets_unavailable")
        known = self.rows if fresh or connection_id not in self.remembered else self.remembered
        if connection_id not in known:
            raise NotFoundError("no connection", code="connection_not_found")
        return known[connection_id]

    def write(self, connection_id: str, secrets: SigningSecrets) -> None:
        self.rows[connection_id] = secrets

    def delete(self, connection_id: str) -> None:
        self.rows.pop(connection_id, None)

    def remember(self) -> None:
        """Let another process remember the secrets as they are now."""
        self.remembered = dict(self.rows)


@dataclass
class RecordedOutgoing:
    """Fills ``Outgoing``: answers with ``status`` and keeps what was posted."""

    status: int = 204
    fail: bool = False
    posted: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Self:
        if self.fail:
            raise TransientError("nobody answers", code="address_unreachable")
        self.posted.append((url, dict(headers), body))
        return self


@dataclass
class InMemoryReplyQueue:
    """Fills ``ReplyQueue``; deduplicates as FIFO queues do."""

    fail: bool = False
    commands: list[DeliverReply] = field(default_factory=list)

    def send(self, command: DeliverReply) -> None:
        if self.fail:
            raise TransientError("away")
        if command not in self.commands:
            self.commands.append(command)


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
