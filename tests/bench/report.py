"""Rows of figures, printed as one table."""

from dataclasses import dataclass, field
from statistics import median, quantiles


@dataclass
class Report:
    """Collects rows: what, figure, aim."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, what: str, figure: str, aim: str = "") -> None:
        """Add a row, and say it at once: the whole takes many minutes."""
        self.rows.append((what, figure, aim))
        print(f"· {what}: {figure}", flush=True)

    def add_times(self, what: str, milliseconds: list[float], aim: str = "") -> None:
        """Add a row of median, 95th percentile and number of times."""
        p95 = quantiles(milliseconds, n=20)[-1] if len(milliseconds) > 1 else milliseconds[0]
        self.add(what, f"p50 {median(milliseconds):.0f} ms, p95 {p95:.0f} ms (n={len(milliseconds)})", aim)

    def print(self) -> None:
        """Print the table."""
        widths = [max(len(row[column]) for row in self.rows) for column in range(3)]
        for row in self.rows:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
