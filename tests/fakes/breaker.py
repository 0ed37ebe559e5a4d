"""States of circuit breakers in memory, held to the same contract suite as the DynamoDB store."""

from dataclasses import dataclass, field
from threading import Lock

from autosocial.kernel.breaker import BreakerState
from autosocial.kernel.errors import TransientError


@dataclass
class InMemoryBreakerStore:
    """Fills ``kernel.breaker.BreakerStore``; ``fail``: it is away. ``calls``: reads and writes so far."""

    states: dict[str, BreakerState] = field(default_factory=dict)
    fail: bool = False
    calls: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def read(self, name: str) -> BreakerState:
        with self.lock:
            self._called("read")
            return self.states.get(name, BreakerState())

    def swap(self, name: str, *, seen: BreakerState, new: BreakerState) -> tuple[bool, BreakerState]:
        with self.lock:
            self._called("swap")
            current = self.states.get(name, BreakerState())
            if current != seen:
                return False, current
            self.states[name] = new
            return True, new

    def _called(self, what: str) -> None:
        if self.fail:
            raise TransientError("away")
        self.calls.append(what)
