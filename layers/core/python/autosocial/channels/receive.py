"""What happens to a message before it is acknowledged, on every channel alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from autosocial.channels.handler import Receives
from autosocial.channels.ports import AcceptMessage
from autosocial.contracts.inbound import Accepted, Inbound
from autosocial.kernel.limits import Limit, Limiter

R = TypeVar("R")
VisitorOf = Callable[[Inbound], str]
# A sender, on all connections: ten messages at once and one a second, but never above sixty in a minute.
_MESSAGES = (Limit("burst", 10, seconds=10), Limit("sustained", 30, seconds=60))


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message that was taken: who it is from, and what became of it."""

    inbound: Inbound
    visitor_id: str
    accepted: Accepted


class Receive:
    """Verifies, limits, finds the visitor, stores and queues; what it returns may be acknowledged."""

    def __init__(self, accept: AcceptMessage, *, visitor_of: VisitorOf, limiter: Limiter) -> None:
        self._accept = accept
        self._visitor_of = visitor_of
        self._limiter = limiter

    def __call__(self, channel: Receives[R], request: R) -> Receipt:
        """Take the message in a request; the same ``client_id`` again is the same message again.

        Raises:
            ForbiddenError: the request is not what it claims to be.
            InvalidError: there is no message in it.
            RateLimitedError: the sender is too fast.
            TransientError: a part is away; sending it again is safe.
        """
        creator_id = channel.verify(request)
        inbound = channel.parse(request, creator_id=creator_id)
        sender = f"{inbound.channel}#{inbound.sender}"
        # A chat that works without limits for a minute is better than none.
        self._limiter.take(sender, _MESSAGES, creator_id=creator_id, away="open")
        visitor_id = self._visitor_of(inbound)
        return Receipt(inbound, visitor_id, self._accept(inbound, visitor_id=visitor_id))
