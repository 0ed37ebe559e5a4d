"""Channels as data: connections, sessions, and the sliding window of the rate limits."""

from collections.abc import Sequence
from dataclasses import dataclass

CREATOR_AUDIENCE = "creator"
CONNECTION_SECONDS = 2 * 3600 + 10 * 60


@dataclass(frozen=True, slots=True)
class Connection:
    """An open socket. ``audience``: whom it shows things to, ``creator`` or a visitor id."""

    creator_id: str
    audience: str
    connection_id: str


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


@dataclass(frozen=True, slots=True)
class LimitRule:
    """At most ``limit`` passes of ``scope`` within any ``seconds``."""

    scope: str
    limit: int
    seconds: int


@dataclass(frozen=True, slots=True)
class LimitLog:
    """When somebody passed: (scope, milliseconds). ``version`` 0 was never stored."""

    version: int = 0
    passes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Admission:
    """Either the log with one more pass, or the milliseconds until one is free."""

    log: LimitLog | None
    wait_ms: int = 0


def admit(log: LimitLog, rules: Sequence[LimitRule], *, now_ms: int) -> Admission:
    """Return whether one more may pass under all rules: exact for every window, wherever it starts."""
    wait_ms = max((_wait(log, rule, now_ms) for rule in rules), default=0)
    if wait_ms > 0:
        return Admission(None, wait_ms)
    horizon = now_ms - 1_000 * max((rule.seconds for rule in rules), default=0)
    recent = tuple(item for item in log.passes if item[1] > horizon)
    return Admission(LimitLog(log.version + 1, (*recent, *((rule.scope, now_ms) for rule in rules))))


def _wait(log: LimitLog, rule: LimitRule, now_ms: int) -> int:
    window = 1_000 * rule.seconds
    times = sorted(at for scope, at in log.passes if scope == rule.scope and at > now_ms - window)
    if len(times) < rule.limit:
        return 0
    return times[-rule.limit] + window - now_ms
