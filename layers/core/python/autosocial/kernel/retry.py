"""The one way to try again: a random pause below a ceiling that doubles, a last try, an end in time.

Thirty lines of ours, because the libraries for it take longer to import (tenacity 18 ms, stamina 23)
than a warm function needs for its work. What boto retries itself (throttling, lost connections) is not
retried once more here: this is for collisions, where somebody else was faster.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from autosocial.kernel import budget

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Retry:
    """How often to try, and how long to wait in between ("full jitter").

    The pause before try number n is anything up to ``first_seconds`` doubled n times, at most
    ``longest_seconds``. No pause begins that could not end within ``total_seconds`` of the first try, or
    within the time that the request has left.
    """

    tries: int = 6
    first_seconds: float = 0.01
    longest_seconds: float = 0.5
    total_seconds: float = 5.0
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random  # noqa: S311 - spreads tries, keeps no secret
    monotonic: Callable[[], float] = time.monotonic

    def __call__(self, work: Callable[[int], T], *, on: type[Exception] | tuple[type[Exception], ...]) -> T:
        """Return what ``work`` returns; it is given the number of the try, from 0.

        Errors ``on`` which to try again are raised when the tries or the time are used up, all others
        at once.
        """
        began = self.monotonic()
        for attempt in range(self.tries - 1):
            try:
                return work(attempt)
            except on:
                pause = self.pause_seconds(attempt)
                rest = budget.remaining()
                is_too_late = rest is not None and pause > rest
                if is_too_late or self.monotonic() - began + pause > self.total_seconds:
                    raise
            self.sleep(pause)
        return work(self.tries - 1)

    def pause_seconds(self, attempt: int) -> float:
        """Return how long to wait after try number ``attempt``."""
        return self.chance() * min(self.longest_seconds, self.first_seconds * 2.0**attempt)
