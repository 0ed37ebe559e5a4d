"""The processes in which the emulator runs a function, and their sudden end."""

import os
import random
import signal
from contextlib import suppress

import psutil

from infra.local.cloud import LocalCloud


class Workers:
    """The workers of one function, found by its handler."""

    def __init__(self, cloud: LocalCloud, emulator_pid: int, *, handler: str) -> None:
        self._emulator = psutil.Process(emulator_pid)
        pages = cloud.client("lambda").get_paginator("list_functions").paginate()
        names = [
            each["FunctionName"] for page in pages for each in page["Functions"] if each["Handler"] == handler
        ]
        (name,) = names
        self._mark = f"ministack-lambda-{name}-"

    def pids(self) -> list[int]:
        """Return the workers that live."""
        found = []
        for process in self._emulator.children(recursive=True):
            with suppress(psutil.Error):
                if any(self._mark in word for word in process.cmdline()):
                    found.append(process.pid)
        return found

    def kill_all(self) -> int:
        """End all of them as the machine does when memory runs out; return how many there were."""
        pids = self.pids()
        for pid in pids:
            _kill(pid)
        return len(pids)

    def kill_one(self, chance: random.Random) -> bool:
        """End one of them; False if there is none."""
        pids = self.pids()
        if pids:
            _kill(chance.choice(pids))
        return bool(pids)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
