"""Cold import of every function: CPU time in a fresh interpreter, and size with its layers."""

from statistics import median

from tests.architecture.clean_import import LAYERS, ROOT, clean_import, layer_paths
from tests.bench.report import Report

REPEATS = 5
HOT_PATH = {"auth/socket_authorizer", "channels/socket", "conversations/answer"}


def measure(report: Report) -> None:
    """Measure all functions."""
    for function in sorted(LAYERS):
        times = [clean_import(function).cpu_ms for _ in range(REPEATS)]
        folders = [ROOT / "functions" / function, *layer_paths(function)]
        size = sum(file.stat().st_size for folder in folders for file in folder.rglob("*") if file.is_file())
        aim = "<= 250 ms, <= 120 MB" if function in HOT_PATH else "<= 120 MB"
        report.add(f"import {function}", f"{median(times):.0f} ms CPU, {size / 1e6:.0f} MB", aim)
