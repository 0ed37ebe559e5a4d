"""What was counted, kept in memory."""

from dataclasses import dataclass, field


@dataclass
class RecordedMetrics:
    """Fills ``runtime.metrics.Metrics``."""

    counted: list[tuple[str, float, str, dict[str, str]]] = field(default_factory=list)

    def count(self, name: str, value: float = 1.0, *, unit: str = "Count", **dimensions: str) -> None:
        self.counted.append((name, value, unit, dimensions))

    @property
    def names(self) -> list[str]:
        """Return the names of what was counted, in order."""
        return [name for name, *_ in self.counted]
