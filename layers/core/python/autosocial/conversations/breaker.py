"""A circuit breaker: stop asking a part that is away, and find out soon when it is back."""

from autosocial.kernel.clock import Clock


class Breaker:
    """Opens after ``threshold`` failures in a row; lets one probe through every ``probe_seconds``."""

    def __init__(self, clock: Clock, *, threshold: int = 3, probe_seconds: float = 15.0) -> None:
        self._clock = clock
        self._threshold = threshold
        self._probe_seconds = probe_seconds
        self._failures = 0
        self._probe_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the part counts as away."""
        return self._failures >= self._threshold

    def allows(self) -> bool:
        """Return whether to ask now; while open, True claims the probe."""
        if not self.is_open:
            return True
        now = self._clock().timestamp()
        if now < self._probe_at:
            return False
        self._probe_at = now + self._probe_seconds
        return True

    def failed(self) -> None:
        """Note that the part did not answer."""
        self._failures += 1
        self._probe_at = self._clock().timestamp() + self._probe_seconds

    def succeeded(self) -> None:
        """Note that the part answered."""
        self._failures = 0
