"""The web channel: a visitor's open pages, as frames of the socket."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from msgspec import structs

from autosocial.channels.handler import Capabilities
from autosocial.channels.model import WEB, Connection
from autosocial.channels.push import Push
from autosocial.contracts.inbound import Accepted, Inbound
from autosocial.contracts.outbound import AnswerRef, Completed, Ending, Missed, Piece, Reply
from autosocial.contracts.socket import (
    AnswerCompleted,
    AnswerDelta,
    AnswerFailed,
    AnswerStarted,
    DownFrame,
    MessageAck,
    MessageNew,
    MessageSend,
)
from autosocial.kernel.clock import Clock, iso
from autosocial.kernel.errors import AutoSocialError, ForbiddenError
from autosocial.kernel.tenancy import Caller, Role


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a frame, on which connection, in which request. The gateway has verified the caller."""

    caller: Caller
    connection: Connection
    request_id: str


@dataclass(frozen=True, slots=True)
class SentMessage:
    """What arrives on the web: a ``message.send`` on a visitor's socket."""

    sender: Sender
    frame: MessageSend


class WebChannel:
    """Fills ``ChannelHandler``, and ``Replies``: every page a visitor has open follows the answer.

    What is told is stored: a page that is not reached now asks for it later.
    """

    capabilities = Capabilities(streams=True)

    def __init__(self, push: Push, *, clock: Clock) -> None:
        self._push = push
        self._clock = clock

    def verify(self, request: SentMessage) -> str:
        """Return the tenant of the socket's ticket."""
        caller = request.sender.caller
        if caller.role is not Role.VISITOR:
            raise ForbiddenError("Only visitors can ask here.")
        return caller.creator_id

    def parse(self, request: SentMessage, *, creator_id: str) -> Inbound:
        """Return the message."""
        return Inbound(
            creator_id=creator_id,
            channel=WEB,
            sender=request.sender.caller.subject,
            client_id=request.frame.client_id,
            text=request.frame.text,
            received_at=iso(self._clock()),
            request_id=request.sender.request_id,
        )

    def render(self, reply: Reply) -> AnswerCompleted | AnswerFailed:
        """Return the terminal frame."""
        return ending_frame(reply.answer, reply.ending)

    def send(self, reply: Reply, message: AnswerCompleted | AnswerFailed) -> None:
        """Post it to the visitor's pages."""
        self._post(reply.answer, message)

    def started(self, answer: AnswerRef) -> None:
        """Show that an answer begins."""
        self._post(answer, started_frame(answer))

    def piece(self, answer: AnswerRef, piece: Piece) -> None:
        """Show a piece."""
        self._post(answer, delta_frame(answer, piece))

    def ended(self, answer: AnswerRef, ending: Ending) -> None:
        """Show the ending."""
        self._post(answer, ending_frame(answer, ending))

    def _post(self, answer: AnswerRef, frame: DownFrame) -> None:
        with suppress(AutoSocialError):
            self._push.push(answer.creator_id, answer.visitor_id, frame)


def started_frame(answer: AnswerRef) -> AnswerStarted:
    """Return the frame that begins an answer."""
    return AnswerStarted(answer_id=answer.answer_id, message_id=answer.message_id)


def delta_frame(answer: AnswerRef, piece: Piece) -> AnswerDelta:
    """Return the frame of a piece."""
    return AnswerDelta(answer_id=answer.answer_id, seq=piece.seq, text=piece.text)


def ending_frame(answer: AnswerRef, ending: Ending) -> AnswerCompleted | AnswerFailed:
    """Return the terminal frame of an answer."""
    fields = {"answer_id": answer.answer_id, "message_id": answer.message_id, **structs.asdict(ending)}
    return AnswerCompleted(**fields) if isinstance(ending, Completed) else AnswerFailed(**fields)


def missed_frames(missed: Missed) -> Iterator[DownFrame]:
    """Yield the frames that bring a reader up to date."""
    if missed.is_restarted:
        yield started_frame(missed.answer)
    for piece in missed.pieces:
        yield delta_frame(missed.answer, piece)
    if missed.ending is not None:
        yield ending_frame(missed.answer, missed.ending)


def ack_frame(inbound: Inbound, accepted: Accepted) -> MessageAck:
    """Return the acknowledgement of a message."""
    return MessageAck(
        client_id=inbound.client_id,
        message_id=accepted.message_id,
        conversation_id=accepted.conversation_id,
        duplicate=accepted.is_duplicate,
    )


def echo_frame(inbound: Inbound, accepted: Accepted) -> MessageNew:
    """Return the message as the visitor's other pages see it."""
    return MessageNew(
        conversation_id=accepted.conversation_id,
        message_id=accepted.message_id,
        role="visitor",
        text=inbound.text,
        created_at=inbound.received_at,
    )
