"""How long what is being done may still take: granted at a function's entry, asked by every call it makes.

A caller waits only so long, whatever is slow behind us. So there is one end for all calls of a request
together, and when it comes near, the caller hears in plain words that they should come back.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import ParamSpec, TypeVar

from autosocial.kernel.errors import TransientError

P = ParamSpec("P")
T = TypeVar("T")
# What is not even begun with less: no call would come back.
LEAST_SECONDS = 0.05
_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)


class OutOfTimeError(TransientError):
    """The request's time is used up; what it asked for may or may not have been done."""


@contextmanager
def granted(seconds: float) -> Iterator[None]:
    """Let what happens inside take ``seconds``, or what is left of the time granted outside if less."""
    ends_at = time.monotonic() + seconds
    outer = _ends_at.get()
    with _ending(ends_at if outer is None else min(outer, ends_at)):
        yield


@contextmanager
def keeping(seconds: float) -> Iterator[None]:
    """Let what happens inside end ``seconds`` earlier, so that there is time to tell how it went."""
    outer = _ends_at.get()
    with _ending(None if outer is None else outer - seconds):
        yield


def remaining() -> float | None:
    """Return the seconds left, below 0 when they are used up; None where nobody granted any."""
    ends_at = _ends_at.get()
    return None if ends_at is None else ends_at - time.monotonic()


def at_most(seconds: float) -> float:
    """Return ``seconds``, or what is left if that is less.

    Raises:
        OutOfTimeError: nothing is left.
    """
    rest = remaining()
    if rest is None:
        return seconds
    if rest < LEAST_SECONDS:
        raise OutOfTimeError("This took too long. Try again in a moment.")
    return min(seconds, rest)


def carried(work: Callable[P, T]) -> Callable[P, T]:
    """Return ``work`` for one call in another thread, where it has the time that is granted here."""
    context = copy_context()

    def run(*arguments: P.args, **named: P.kwargs) -> T:
        return context.run(work, *arguments, **named)

    return run


@contextmanager
def _ending(ends_at: float | None) -> Iterator[None]:
    token = _ends_at.set(ends_at)
    try:
        yield
    finally:
        _ends_at.reset(token)
