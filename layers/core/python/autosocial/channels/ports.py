"""What channels need from outside."""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from autosocial.channels.model import (
    ConnectedChannel,
    Connection,
    Identity,
    SigningSecrets,
    VisitorToken,
    WidgetFace,
)
from autosocial.contracts.inbound import Accepted, Inbound
from autosocial.contracts.outbound import AnswerRef, DeliverReply, Ending, Missed, Piece, Reply
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


class ConnectedChannels(Protocol):
    """Which channels a creator has connected; one connection each."""

    def get(self, creator_id: str, channel: str) -> ConnectedChannel | None:
        """Return a connection as it is right now."""

    def add(self, connected: ConnectedChannel) -> None:
        """Store a new connection. Raises ``ConflictError`` where the channel is connected already."""

    def replace(self, connected: ConnectedChannel) -> None:
        """Store a changed connection. Raises ``ConflictError`` if it was cut in the meantime."""

    def remove(self, creator_id: str, channel: str) -> None:
        """Forget a connection; one that is not there is no error."""


class ChannelSecrets(Protocol):
    """The secrets of connections, kept where nobody reads them by accident."""

    def read(self, connection_id: str, *, fresh: bool) -> SigningSecrets:
        """Return them as they were a few minutes ago; with ``fresh`` a few seconds ago.

        Raises:
            NotFoundError: there is no such connection.
        """

    def write(self, connection_id: str, secrets: SigningSecrets) -> None:
        """Store them, new or in place of what was there."""

    def delete(self, connection_id: str) -> None:
        """Forget them; what is not there is no error."""


class Answered(Protocol):
    """What came back."""

    @property
    def status(self) -> int:
        """The HTTP status."""


class Outgoing(Protocol):
    """Sends requests to addresses that others chose, and to none that is ours."""

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answered:
        """Return the answer, whatever its status; redirects are not followed.

        Raises:
            TransientError: nobody answered in time.
            ForbiddenError: the address is none that we may call.
            PermanentError: it is no address.
        """


class ReplyQueue(Protocol):
    """Answers that wait to be sent, in order within a conversation."""

    def send(self, command: DeliverReply) -> None:
        """Queue one; the same answer again within minutes is queued once."""


class ReadReply(Protocol):
    """Finds what is to be sent; conversations fill it."""

    def __call__(self, creator_id: str, answer_id: str) -> Reply | None:
        """Return an answer that has ended, with whom it is for."""


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
