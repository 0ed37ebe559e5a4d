"""Time and ids that tests set."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Self

import pytest

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class FakeClock:
    """Fills ``kernel.clock.Clock``: stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **duration: float) -> None:
        """Move on by ``timedelta(**duration)``."""
        self.now += timedelta(**duration)


def hold_time(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """Let ``utc_now`` stand still at this moment, also for those that it was given to already.

    For deployed functions, whose rates would else depend on how fast this machine is.
    """
    clock = FakeClock(datetime.now(UTC))

    class Held(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(clock().timestamp(), tz)

    monkeypatch.setattr("autosocial.kernel.clock.datetime", Held)
    return clock


class SequentialIds:
    """Fills ``kernel.ids.IdSource``: valid ULIDs that count up. Other ``prefix``, other ids."""

    def __init__(self, prefix: str = "01TEST") -> None:
        self._prefix = prefix
        self.count = 0

    def __call__(self) -> str:
        self.count += 1
        return self._prefix + str(self.count).rjust(26 - len(self._prefix), "0")
