"""Typed fakes of what the runtime remembers, held to the same contract suite as DynamoDB."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from autosocial.kernel.clock import Clock
from autosocial.kernel.errors import TransientError


class InMemoryOnce:
    """Fills ``runtime.queue.Once``."""

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
class RecordingParkingLot:
    """Fills ``runtime.queue.ParkingLot``. ``is_full`` makes it fail."""

    parked: list[tuple[str, str, str]] = field(default_factory=list)
    is_full: bool = False

    def park(self, body: str, *, reason: str, request_id: str) -> None:
        if self.is_full:
            raise TransientError("cannot park")
        self.parked.append((body, reason, request_id))


@dataclass
class InMemoryAnswers:
    """Fills ``runtime.idempotency.Answers``."""

    clock: Clock
    kept: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    since: dict[str, datetime] = field(default_factory=dict)

    def claim(self, key: str, *, fingerprint: str) -> bool:
        now = self.clock()
        if key in self.kept:
            lifetime = timedelta(hours=24) if self.kept[key][1] is not None else timedelta(seconds=60)
            if now < self.since[key] + lifetime:
                return False
        self.kept[key], self.since[key] = (fingerprint, None), now
        return True

    def find(self, key: str) -> tuple[str, str | None] | None:
        return self.kept.get(key)

    def keep(self, key: str, content: str) -> None:
        self.kept[key] = (self.kept[key][0], content)

    def release(self, key: str) -> None:
        self.kept.pop(key, None)
