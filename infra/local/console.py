"""What the runner tells the person in front of it: one line a step, with its time."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class LocalStackError(Exception):
    """Something a person must know about: ``problem`` is what happened, ``remedy`` what to do."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}\n  → {remedy}")
        self.problem = problem
        self.remedy = remedy


class Console:
    """Prints whole lines, also from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def say(self, text: str = "") -> None:
        """Print one line."""
        with self._lock:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()

    @contextmanager
    def step(self, doing: str) -> Iterator["StepNote"]:
        """Print what begins, and when it is done how long it took and what came of it."""
        self.say(f"· {doing} …")
        started = time.monotonic()
        note = StepNote()
        yield note
        self.say(f"✓ {doing}{f': {note.text}' if note.text else ''} ({time.monotonic() - started:.1f} s)")


class StepNote:
    """What came of a step, in a few words."""

    def __init__(self) -> None:
        self.text = ""
