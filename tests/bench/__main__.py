"""`make bench`: the figures of this machine, medians over repeats, from the deployed app on the emulator."""

import sys
import tempfile
from pathlib import Path

from infra.local.config import LocalConfig
from infra.local.console import Console
from infra.local.stack import LocalStack
from tests.bench import answers, footprint, imports, ingestion, widget
from tests.bench.report import Report
from tests.free_ports import free_ports

SECTIONS = ("imports", "widget", "stack")


def main(wanted: list[str]) -> int:
    """Print the sections asked for; all of them by default."""
    report = Report()
    if "imports" in wanted:
        imports.measure(report)
    if "widget" in wanted:
        widget.measure(report)
    if "stack" in wanted:
        _measure_stack(report)
    report.print()
    return 0


def _measure_stack(report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as state:
        config = LocalConfig(
            state=Path(state),
            ports=free_ports(),
            index="embedded",
            model="extractive",
            cloud_endpoint="",
            seed=True,
        )
        with LocalStack(config, Console()) as stack:
            addresses = stack.start()
            stack.seed(addresses)
            answers.measure(report, addresses, config)
            ingestion.measure(report, addresses)
            footprint.measure(report, stack)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:] or list(SECTIONS)))
