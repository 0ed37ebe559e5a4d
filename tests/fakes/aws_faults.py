"""Faults of the line to AWS, below botocore's own retries: errors, and answers that take long.

The time that a slow line takes passes on a clock of its own, so that no test waits for it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError

from autosocial.adapters.aws import session
from autosocial.kernel import budget

# The default of `adapters.aws.session`.
READ_TIMEOUT = 5.0


@dataclass
class Line:
    """The line to AWS: what is wrong with it, which calls it has seen, and how much time has passed."""

    error: Callable[[], Exception] | None = None
    answer: Callable[[], AWSResponse] | None = None
    latency: float = 0.0
    # Of which services, by the names of botocore's events; empty: of all.
    services: frozenset[str] = frozenset()
    calls: list[str] = field(default_factory=list)
    passed: float = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.passed

    def sleep(self, seconds: float) -> None:
        self.passed += seconds

    def carry(self, request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        """Stand for the network, as a handler of botocore's ``before-send``."""
        service, operation = event_name.split(".")[1:]
        self.calls.append(f"{service}.{operation}")
        if self.services and service not in self.services:
            return None
        patience = budget.at_most(READ_TIMEOUT)
        self.sleep(min(self.latency, patience))
        if self.latency > patience:
            raise ReadTimeoutError(endpoint_url=request.url)
        if self.error:
            raise self.error()
        return self.answer() if self.answer else None


def throttled() -> AWSResponse:
    """Return the refusal of a service that is asked too often."""
    return answered(400, b'{"__type": "ThrottlingException", "message": "slow down"}')


def answered(status: int, body: bytes) -> AWSResponse:
    """Return an answer of a service."""
    headers: Any = {"Content-Type": "application/json"}
    return AWSResponse("https://example.com", status, headers, _Body(body))


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._content


@contextmanager
def faulty_line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """Give the line of all clients that are made from here on."""
    line = Line()
    session.forget()
    emitter = session._session().get_component("event_emitter")
    emitter.register_first("before-send", line.carry)
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=line.sleep))
    monkeypatch.setattr(budget, "time", SimpleNamespace(monotonic=line.monotonic))
    yield line
    session.forget()
