"""`make bench`: the figures of this machine, medians over repeats, from the deployed app on the emulator."""

import signal
import sys
import tempfile
from pathlib import Path

from infra.local.console import LocalStackError
from infra.local.frontends import build_frontends
from infra.local.processes import Children
from tests.bench import answers, embeddings, footprint, imports, ingestion, live, retrieval, starts, widget
from tests.bench.report import Report
from tests.demo_stack import demo_stack

SECTIONS = ("imports", "widget", "stack")
# Long, and of interest only to who changes them: printed when asked for by name.
BY_NAME = ("embeddings", "live", "retrieval")


def main(wanted: list[str]) -> int:
    """Print the sections asked for; those of the product by default."""
    unknown = sorted(set(wanted) - {*SECTIONS, *BY_NAME})
    if unknown:
        print(f"No section is called {', '.join(unknown)}; there are: {', '.join((*SECTIONS, *BY_NAME))}.")
        return 2
    report = Report()
    if "imports" in wanted:
        imports.measure(report)
    if "widget" in wanted:
        _build()
        widget.measure(report)
    if "stack" in wanted:
        _measure_stack(report)
    if "live" in wanted:
        _measure_live(report)
    if report.rows:
        report.print()
    if "embeddings" in wanted:
        embeddings.main()
    if "retrieval" in wanted:
        retrieval.main([])
    return 0


def _build() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as logs:
        print(build_frontends(Children(Path(logs))))


def _measure_stack(report: Report) -> None:
    with demo_stack("bench") as (stack, addresses):
        footprint.measure_idle(report, stack)
        answers.measure(report, addresses, stack.config)
        starts.measure(report, stack, addresses, answers.demo_creator(stack.config))
        ingestion.measure(report, addresses)
        footprint.measure_loaded(report, stack)


def _measure_live(report: Report) -> None:
    with demo_stack("bench") as (_, addresses):
        live.measure(report, addresses)


if __name__ == "__main__":
    # Ended from outside, it leaves by the same way as at its end: what it started ends with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        raise SystemExit(main(sys.argv[1:] or list(SECTIONS)))
    except LocalStackError as error:
        raise SystemExit(f"✗ {error}") from None
