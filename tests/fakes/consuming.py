"""Typed fakes of what a queue consumer stands on, held to the same contract suite as DynamoDB."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from math import ceil

from autosocial.kernel.clock import Clock
from autosocial.kernel.errors import TransientError
from autosocial.kernel.lease import WORKER_DIED, InProgress, Lease


@dataclass
class _Work:
    token: str
    tries: int
    expires_at: datetime
    held_until: datetime | None
    is_done: bool = False
    failure: str = ""


class InMemoryIdempotencyStore:
    """Fills ``runtime.queue_ports.IdempotencyStore``. ``is_away`` makes it fail."""

    def __init__(self, clock: Clock, *, lease: timedelta = timedelta(seconds=25)) -> None:
        self._clock = clock
        self._lease = lease
        self._known: dict[str, _Work] = {}
        self._tokens = count()
        self.is_away = False

    def claim(self, key: str) -> Lease | InProgress | None:
        now = self._now()
        known = self._known.get(key)
        if known and known.expires_at <= now:
            known = None
        if known and known.is_done:
            return None
        if known and known.held_until and known.held_until > now:
            return InProgress(ceil((known.held_until - now).total_seconds()))
        failure = "" if known is None else WORKER_DIED if known.held_until else known.failure
        tries = known.tries + 1 if known else 1
        lease = Lease(key, str(next(self._tokens)), tries, failure)
        self._known[key] = _Work(
            lease.token, tries, now + timedelta(hours=48), now + self._lease, failure=failure
        )
        return lease

    def renew(self, lease: Lease) -> bool:
        if work := self._ours(lease):
            work.held_until = self._now() + self._lease
        return work is not None

    def done(self, lease: Lease) -> bool:
        if work := self._ours(lease):
            work.is_done, work.expires_at = True, self._now() + timedelta(hours=48)
        return work is not None

    def release(self, lease: Lease, *, failure: str) -> bool:
        if work := self._ours(lease):
            work.held_until, work.failure = None, failure
        return work is not None

    def forget(self, lease: Lease) -> bool:
        if work := self._ours(lease):
            del self._known[lease.key]
        return work is not None

    def _ours(self, lease: Lease) -> _Work | None:
        self._now()
        work = self._known.get(lease.key)
        return work if work and work.token == lease.token and work.held_until and not work.is_done else None

    def _now(self) -> datetime:
        if self.is_away:
            raise TransientError("away")
        return self._clock()


@dataclass
class RecordingDeadLetters:
    """Fills ``runtime.queue_ports.DeadLetterQueue``. ``is_away`` makes it fail."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)
    is_away: bool = False

    def send(self, body: str, *, reason: str, request_id: str) -> None:
        if self.is_away:
            raise TransientError("cannot send")
        self.sent.append((body, reason, request_id))


@dataclass
class RecordingVisibility:
    """Fills ``runtime.queue_ports.Visibility``, keeping what was asked for. ``is_away`` makes it fail."""

    hidden: list[tuple[str, int]] = field(default_factory=list)
    is_away: bool = False
    calls: int = 0

    def hide(self, queue_arn: str, receipt_handles: Sequence[str], *, seconds: int) -> None:
        self.calls += 1
        if self.is_away:
            raise TransientError("cannot hide")
        self.hidden += [(handle, seconds) for handle in receipt_handles]

    def last(self, receipt_handle: str) -> int:
        """Return for how long a message was hidden last."""
        return [seconds for handle, seconds in self.hidden if handle == receipt_handle][-1]
