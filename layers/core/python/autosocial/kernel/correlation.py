"""By which request something happens: an entry point says it once, whoever states a fact reads it."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Correlation:
    """Ids that lead from what happened to the logs and the trace of its request."""

    request_id: str = ""
    trace_id: str = ""


_NOTHING = Correlation()
_current: ContextVar[Correlation] = ContextVar("correlation", default=_NOTHING)


def correlate(correlation: Correlation) -> None:
    """Let everything from now on, in this invocation, belong to a request."""
    _current.set(correlation)


def correlation() -> Correlation:
    """Return the ids of the request that is being worked on; empty outside of one."""
    return _current.get()
