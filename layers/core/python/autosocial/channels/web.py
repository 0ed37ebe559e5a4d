"""The web channel: what conversations say, as frames for the visitor's open pages."""

from collections.abc import Iterator

from msgspec import to_builtins

from autosocial.channels.model import CREATOR_AUDIENCE
from autosocial.channels.service import Push
from autosocial.contracts.inbound import Accepted, Inbound
from autosocial.contracts.outbound import AnswerRef, Completed, Ending, Missed, Piece
from autosocial.contracts.socket import (
    AnswerCompleted,
    AnswerDelta,
    AnswerFailed,
    AnswerStarted,
    DownFrame,
    Event,
    MessageAck,
    MessageNew,
)
from autosocial.kernel.clock import Clock, iso


class WebReplies:
    """Fills ``conversations.ports.Replies``: every page that the visitor has open follows the answer."""

    def __init__(self, push: Push, *, clock: Clock) -> None:
        self._push = push
        self._clock = clock

    def started(self, answer: AnswerRef) -> None:
        """Show that an answer begins."""
        self._post(answer, started_frame(answer))

    def piece(self, answer: AnswerRef, piece: Piece) -> None:
        """Show a piece."""
        self._post(answer, delta_frame(answer, piece))

    def ended(self, answer: AnswerRef, ending: Ending) -> None:
        """Show the ending, and tell the creator's dashboard that there is one."""
        self._post(answer, ending_frame(answer, ending))
        state = ending.outcome if isinstance(ending, Completed) else "failed"
        event = Event(
            event="CONVERSATION_UPDATE",
            subject_id=answer.conversation_id,
            state=state,
            timestamp=iso(self._clock()),
            data={"message_id": answer.answer_id, "role": "assistant"},
        )
        self._push.push(answer.creator_id, CREATOR_AUDIENCE, event)

    def _post(self, answer: AnswerRef, frame: DownFrame) -> None:
        self._push.push(answer.creator_id, answer.visitor_id, frame)


def started_frame(answer: AnswerRef) -> AnswerStarted:
    """Return the frame that begins an answer."""
    return AnswerStarted(answer_id=answer.answer_id, message_id=answer.message_id)


def delta_frame(answer: AnswerRef, piece: Piece) -> AnswerDelta:
    """Return the frame of a piece."""
    return AnswerDelta(answer_id=answer.answer_id, seq=piece.seq, text=piece.text)


def ending_frame(answer: AnswerRef, ending: Ending) -> AnswerCompleted | AnswerFailed:
    """Return the terminal frame of an answer."""
    ids = {"answer_id": answer.answer_id, "message_id": answer.message_id}
    frame = AnswerCompleted if isinstance(ending, Completed) else AnswerFailed
    return frame.model_validate({**ids, **to_builtins(ending)})


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


def arrival_event(inbound: Inbound, accepted: Accepted) -> Event:
    """Return what the creator's dashboard is told of a message."""
    return Event(
        event="CONVERSATION_UPDATE",
        subject_id=accepted.conversation_id,
        state="message",
        timestamp=inbound.received_at,
        data={"message_id": accepted.message_id, "role": "visitor"},
    )
