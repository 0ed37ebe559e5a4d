"""Due times in memory, held to the same contract suite as the DynamoDB store."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from autosocial.kernel.errors import TransientError
from autosocial.kernel.limits import Dues, Move


@dataclass
class InMemoryLimitStore:
    """Fills ``kernel.limits.LimitStore``; ``fail``: it is away."""

    dues: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    fail: bool = False
    writes: int = 0
    lock: Lock = field(default_factory=Lock)

    def apply(self, creator_id: str, key: str, moves: Sequence[Move]) -> tuple[bool, Dues]:
        with self.lock:
            if self.fail:
                raise TransientError("away")
            self.writes += 1
            dues = self.dues.setdefault((creator_id, key), {})
            if not all(_is_as_believed(move, dues.get(move.name)) for move in moves):
                return False, dict(dues)
            for move in moves:
                start = move.now_ms if move.is_idle else dues[move.name]
                dues[move.name] = start + move.step_ms
            return True, dict(dues)


def _is_as_believed(move: Move, due_ms: int | None) -> bool:
    if move.is_idle:
        return due_ms is None or due_ms <= move.now_ms
    return due_ms is not None and move.now_ms <= due_ms <= move.latest_ms
