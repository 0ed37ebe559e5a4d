"""Typed fakes of what a queue consumer stands on, held to the same contract suite as DynamoDB."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from autosocial.kernel.clock import Clock
from autosocial.kernel.errors import TransientError


class InMemoryIdempotencyStore:
    """Fills ``runtime.queue.IdempotencyStore``."""

    def __init__(self, clock: Clock, *, lock: timedelta = timedelta(seconds=60)) -> None:
        self._clock = clock
        self._lock = lock
        self._locked: dict[str, datetime] = {}
        self._done: dict[str, datetime] = {}

    def claim(self, key: str) -> bool:
        now = self._clock()
        if key in self._done and now < self._done[key] + timedelta(hours=48):
            return False
        if key in self._locked and now < self._locked[key]:
            raise TransientError("in progress", code="message_in_progress")
        self._locked[key] = now + self._lock
        return True

    def done(self, key: str) -> None:
        self._locked.pop(key, None)
        self._done[key] = self._clock()

    def release(self, key: str) -> None:
        self._locked.pop(key, None)


@dataclass
class RecordingDeadLetters:
    """Fills ``runtime.queue.DeadLetterQueue``. ``is_away`` makes it fail."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)
    is_away: bool = False

    def send(self, body: str, *, reason: str, request_id: str) -> None:
        if self.is_away:
            raise TransientError("cannot send")
        self.sent.append((body, reason, request_id))


@dataclass
class RecordingVisibility:
    """Fills ``runtime.queue.Visibility``."""

    hidden: list[int] = field(default_factory=list)

    def hide(self, queue_arn: str, receipt_handle: str, *, seconds: int) -> None:
        self.hidden.append(seconds)
