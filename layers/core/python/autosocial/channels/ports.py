"""What channels need from outside."""

from collections.abc import Sequence
from typing import Literal, Protocol

from autosocial.channels.model import Connection, Identity, VisitorToken, WidgetFace
from autosocial.contracts.inbound import Accepted, Inbound
from autosocial.contracts.outbound import AnswerRef, Ending, Missed, Piece
from autosocial.kernel.errors import NotFoundError
from autosocial.kernel.tenancy import Caller


class ConnectionGoneError(NotFoundError):
    """The socket is closed: there is nobody to tell."""

    code = "connection_gone"


class Sockets(Protocol):
    """Posts text to open sockets, and closes them."""

    def post(self, connection_id: str, text: str) -> None:
        """Post one text message.

        Raises:
            ConnectionGoneError: the socket is closed.
            TransientError: it cannot be reached now.
        """

    def close(self, connection_id: str) -> None:
        """Close a socket; one that is closed already is no error.

        Raises:
            TransientError: it cannot be reached now.
        """


class ConnectionStore(Protocol):
    """Who is connected."""

    def add(self, connection: Connection) -> None:
        """Remember a connection for as long as a socket can live."""

    def remove(self, connection: Connection) -> None:
        """Forget a connection; one that is not known is no error."""

    def of_audience(self, creator_id: str, audience: str) -> Sequence[Connection]:
        """Return the connections of an audience; sees every ``add`` that was answered before."""


class IdentityStore(Protocol):
    """Who is who on which channel."""

    def visitor_of(self, creator_id: str, channel: str, external_id: str) -> str | None:
        """Return the visitor who is known under an id."""

    def claim(self, identity: Identity) -> str:
        """Store an identity if its id is new; return the visitor that it belongs to."""


class Replies(Protocol):
    """Tells a visitor how the answer to their message goes on: the port of conversations, filled here."""

    def started(self, answer: AnswerRef) -> None:
        """An answer begins."""

    def piece(self, answer: AnswerRef, piece: Piece) -> None:
        """A piece of it was written."""

    def ended(self, answer: AnswerRef, ending: Ending) -> None:
        """It ended."""


class Widgets(Protocol):
    """What a creator's widget shows, and where it may be shown."""

    def __call__(self, creator_id: str, *, origin: str) -> WidgetFace:
        """Return the widget's face. Raises ``NotFoundError`` or, of a foreign origin, ``ForbiddenError``."""


class VisitorTokens(Protocol):
    """Bearer tokens of visitors, bound to creator and origin."""

    def issue(self, creator_id: str, visitor_id: str, *, origin: str) -> VisitorToken:
        """Return a new token."""

    def visitor_of(self, token: str, creator_id: str, *, origin: str) -> str | None:
        """Return the visitor id of a token that is valid for this creator and origin."""


class OpenConversation(Protocol):
    """Gives a visitor their conversation."""

    def __call__(self, creator_id: str, visitor_id: str, *, channel: str, language: str) -> str:
        """Return its id: of the one they are in, or of a new one that began on ``channel``."""


class AcceptMessage(Protocol):
    """Takes a visitor's message."""

    def __call__(self, inbound: Inbound, *, visitor_id: str) -> Accepted:
        """Store and queue it."""


class ResumeAnswer(Protocol):
    """Replays an answer."""

    def __call__(self, caller: Caller, answer_id: str, *, after: int) -> Missed:
        """Return what the caller misses behind the piece ``after``."""


class RateAnswer(Protocol):
    """Stores a rating of an answer."""

    def __call__(
        self, caller: Caller, answer_id: str, *, rating: Literal["up", "down"], reason: str, comment: str
    ) -> None:
        """Store it in place of an earlier one."""
