"""Memory and processor of the whole local stack."""

import time

import psutil

from infra.local.stack import LocalStack
from tests.bench.report import Report

IDLE_AFTER_SECONDS = 150
WINDOW_SECONDS = 20


def measure_idle(report: Report, stack: LocalStack) -> None:
    """Measure the stack as `make run` leaves it, when workers that nobody calls have ended."""
    time.sleep(IDLE_AFTER_SECONDS)
    report.add("memory idle", _memory(stack), "<= 1.5 GB")
    before = _cpu_seconds(stack)
    time.sleep(WINDOW_SECONDS)
    report.add("processor idle", f"{(_cpu_seconds(stack) - before) / WINDOW_SECONDS:.2f} vCPU", "<= 1 vCPU")


def measure_loaded(report: Report, stack: LocalStack) -> None:
    """Measure right after the load."""
    report.add("memory after load", _memory(stack))


def _processes(stack: LocalStack) -> list[psutil.Process]:
    roots = [psutil.Process(), *(psutil.Process(pid) for pid in stack.children.pids().values())]
    return list(
        {
            process.pid: process for root in roots for process in (root, *root.children(recursive=True))
        }.values()
    )


def _memory(stack: LocalStack) -> str:
    processes = _processes(stack)
    total = sum(process.memory_info().rss for process in processes)
    return f"{total / 1e9:.2f} GB in {len(processes)} processes"


def _cpu_seconds(stack: LocalStack) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in _processes(stack))
