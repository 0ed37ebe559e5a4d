"""Time as an injected dependency: contexts never ask the machine."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the current time, timezone-aware, in UTC."""
    return datetime.now(UTC)


def epoch_seconds(moment: datetime) -> int:
    """Return whole seconds since 1970, as DynamoDB's TTL and JWTs count."""
    return int(moment.timestamp())


def iso(moment: datetime) -> str:
    """Return the moment as RFC 3339 in UTC with milliseconds, which sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
