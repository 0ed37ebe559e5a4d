"""What a queue function is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from autosocial.kernel.lease import InProgress, Lease

M = TypeVar("M")


class IdempotencyStore(Protocol):
    """Remembers for 48 hours what was done, and meanwhile who does it. Raises ``TransientError``."""

    def claim(self, key: str) -> Lease | InProgress | None:
        """Return a lease on ``key``, who holds one, or None if it is done."""

    def renew(self, lease: Lease) -> bool:
        """Hold the lease for its whole time from now on; False if it is lost."""

    def done(self, lease: Lease) -> bool:
        """Mark the work as done; False if the lease is lost."""

    def release(self, lease: Lease, *, failure: str) -> bool:
        """Let the work be claimed again, after a try that failed; False if the lease is lost."""

    def forget(self, lease: Lease) -> bool:
        """Forget the work and its tries; False if the lease is lost."""


class DeadLetterQueue(Protocol):
    """Where a message waits for a person. Raises ``TransientError`` when it is away."""

    def send(self, body: str, *, reason: str, request_id: str) -> None:
        """Keep the message, with the reason."""


class Visibility(Protocol):
    """When received messages are handed out again. Raises ``TransientError`` when the queue is away."""

    def hide(self, queue_arn: str, receipt_handles: Sequence[str], *, seconds: int) -> None:
        """Let the queue hand the messages out again after ``seconds``, unless they are deleted before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer(Generic[M]):
    """One consumer of one queue. ``read`` raises ``InvalidError`` for what is no message."""

    read: Callable[[str], M]
    key: Callable[[M], str]
    handle: Callable[[M], None]
    idempotency: IdempotencyStore
    dead_letters: DeadLetterQueue
    visibility: Visibility
