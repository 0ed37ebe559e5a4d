"""A circuit breaker that all processes share: stop asking a part that is away, notice soon that it is back.

Its state is one small record behind a store. Each process looks at it at most every few seconds, and
writes only when a part fails, is tried again, or is back: a part that is well costs no write.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import RLock, Thread
from typing import Protocol

from autosocial.kernel.clock import Clock
from autosocial.kernel.errors import TransientError

# How often to write what others change at the same moment; a failure that is lost then is one of many.
_TRIES = 4


@dataclass(frozen=True, slots=True)
class BreakerState:
    """``failures`` in a row, the last at ``failed_ms``; while open, one may ask from ``probe_ms`` on."""

    failures: int = 0
    failed_ms: int = 0
    probe_ms: int = 0


@dataclass(frozen=True, slots=True)
class BreakerRule:
    """Open after ``threshold`` failures in a row, none of them more than ``window_seconds`` apart.

    While open, one process at a time may ask, and must have an answer within ``probe_seconds``: longer
    than asking takes, or a second process asks, too. ``cache_seconds``: how old a look may be.
    """

    threshold: int = 3
    window_seconds: float = 60.0
    probe_seconds: float = 15.0
    cache_seconds: float = 3.0

    def is_open(self, state: BreakerState) -> bool:
        """Return whether the part counts as away."""
        return state.failures >= self.threshold

    def after_failure(self, state: BreakerState, now_ms: int) -> BreakerState:
        """Return the state after one more failure."""
        is_in_a_row = self.is_open(state) or now_ms - state.failed_ms <= 1_000 * self.window_seconds
        return BreakerState(state.failures + 1 if is_in_a_row else 1, now_ms, self.next_probe_ms(now_ms))

    def next_probe_ms(self, now_ms: int) -> int:
        """Return when the part may be asked again, after it failed or while somebody asks."""
        return now_ms + int(1_000 * self.probe_seconds)


class BreakerStore(Protocol):
    """Keeps the states of breakers by name. Raises ``TransientError`` while it is away."""

    def read(self, name: str) -> BreakerState:
        """Return a state; that of a breaker that nobody has written is the closed one."""

    def swap(self, name: str, *, seen: BreakerState, new: BreakerState) -> tuple[bool, BreakerState]:
        """Write ``new`` if the state is still ``seen``; return whether, and the state that holds after it."""


class Breaker:
    """The breaker of one part as one process uses it. While the store is away each process has its own."""

    def __init__(
        self,
        name: str,
        store: BreakerStore,
        *,
        clock: Clock,
        rule: BreakerRule | None = None,
        opened: Callable[[], None] = lambda: None,
    ) -> None:
        """``opened`` is called by the one process whose failure opened the breaker."""
        self._opened = opened
        self._name = name
        self._store = store
        self._clock = clock
        self._rule = rule or BreakerRule()
        # Also held while the state is read: who needs it waits for the look that is under way.
        self._lock = RLock()
        self._state = BreakerState()
        self._looked_ms: int | None = None
        self._is_probing = False

    @property
    def is_open(self) -> bool:
        """Whether the part counts as away, as far as this process knows."""
        return self._rule.is_open(self._state)

    def refresh(self) -> None:
        """Look at the shared state, unless it was just looked at."""
        now_ms = self._now_ms()
        with self._lock:
            is_fresh = self._looked_ms is not None and (
                now_ms - self._looked_ms < 1_000 * self._rule.cache_seconds
            )
            if is_fresh:
                return
            self._looked_ms = now_ms
            try:
                self._state = self._store.read(self._name)
            except TransientError:
                return

    def allows(self) -> bool:
        """Return whether to ask the part now. While open, True makes this process the one that tries it."""
        with self._lock:
            self.refresh()
            if not self.is_open:
                return True
            now_ms = self._now_ms()
            if now_ms < self._state.probe_ms:
                return False
            claimed = replace(self._state, probe_ms=self._rule.next_probe_ms(now_ms))
            self._is_probing = self._swapped(claimed)
            return self._is_probing

    def failed(self) -> None:
        """Note that the part did not answer."""
        with self._lock:
            self._is_probing = False
            for _ in range(_TRIES):
                was_open = self.is_open
                if not self._swapped(self._rule.after_failure(self._state, self._now_ms())):
                    continue
                if self.is_open and not was_open:
                    self._opened()
                return

    def answers(self) -> None:
        """Note that a part that was tried again has begun to answer: the others need not wait for the end."""
        if self._is_probing:
            self.succeeded()

    def succeeded(self) -> None:
        """Note that the part answered."""
        with self._lock:
            was_probing, self._is_probing = self._is_probing, False
            for _ in range(_TRIES):
                # While it is open only the try counts: other answers began before the part went away.
                if self._state == BreakerState() or (self.is_open and not was_probing):
                    return
                if self._swapped(BreakerState()):
                    return

    def _swapped(self, new: BreakerState) -> bool:
        try:
            is_done, self._state = self._store.swap(self._name, seen=self._state, new=new)
        except TransientError:
            is_done, self._state = True, new
        self._looked_ms = self._now_ms()
        return is_done

    def _now_ms(self) -> int:
        return int(self._clock().timestamp() * 1_000)


def look_aside(breakers: Sequence[Breaker]) -> None:
    """Look at the states while other things are done, so that nobody waits for them later."""

    def look() -> None:
        for breaker in breakers:
            breaker.refresh()

    Thread(target=look, daemon=True, name="breakers").start()
