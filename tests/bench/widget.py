"""Bytes of the widget, before it is opened and in all."""

import gzip
from pathlib import Path

import brotli

from tests.bench.report import Report

DIST = Path(__file__).parents[2] / "widget/dist"


def measure(report: Report) -> None:
    """Compress what is shipped."""
    loader = [DIST / "loader.js"]
    for what, files, aim in (
        ("widget before opening", loader, "<= 2.5 kB brotli"),
        ("widget in all", [*loader, *DIST.glob("panel-*.js")], "<= 15 kB brotli"),
    ):
        bodies = [file.read_bytes() for file in files]
        small = sum(len(brotli.compress(body)) for body in bodies)
        zipped = sum(len(gzip.compress(body, 9)) for body in bodies)
        report.add(what, f"{small} B brotli, {zipped} B gzip, {sum(map(len, bodies))} B raw", aim)
