"""What a channel is: how that which arrives is checked and read, and how an answer is put and sent.

A new channel is one file that fills both and two lines where the functions list theirs (``wiring/channels``).
"""

from dataclasses import dataclass
from typing import Protocol, TypeVar

from autosocial.contracts.inbound import Inbound
from autosocial.contracts.outbound import Reply

# What arrives: a frame of a verified socket, a signed request.
R_contra = TypeVar("R_contra", contravariant=True)
# What leaves: a frame, the body of a request.
M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do.

    ``streams``: it shows an answer while it is written, others get it whole. ``max_chars``: the longest
    text it can show, None without a limit.
    """

    streams: bool
    max_chars: int | None = None


class Receives(Protocol[R_contra]):
    """How a channel takes what arrives."""

    def verify(self, request: R_contra) -> str:
        """Return the tenant that the request is proven to be for.

        Raises:
            ForbiddenError: nothing proves it.
        """

    def parse(self, request: R_contra, *, creator_id: str) -> Inbound:
        """Return the message in a verified request.

        Raises:
            InvalidError: there is none in it.
        """


class Sends(Protocol[M]):
    """How a channel sends an answer."""

    capabilities: Capabilities

    def render(self, reply: Reply) -> M:
        """Return an ending as the channel shows it."""

    def send(self, reply: Reply, message: M) -> None:
        """Send what was rendered.

        Raises:
            TransientError: it did not arrive; later it may.
            PermanentError: it never will; the code says why.
        """


class ChannelHandler(Receives[R_contra], Sends[M], Protocol[R_contra, M]):
    """A whole channel in one; most have two parts, since they run in two functions."""
