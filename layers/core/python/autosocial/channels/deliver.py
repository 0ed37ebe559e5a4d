"""What conversations say, handed to the channel on which it is awaited."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from autosocial.channels.dashboards import Dashboards
from autosocial.channels.handler import Sends
from autosocial.channels.ports import ReadReply, Replies, ReplyQueue
from autosocial.contracts.outbound import AnswerRef, DeliverReply, Ending, Piece
from autosocial.kernel.errors import AutoSocialError, NotFoundError, PermanentError


class Deliver:
    """Fills ``conversations.ports.Replies``: picks the channel of the conversation, and tells dashboards.

    ``streaming`` are the channels that follow an answer while it is written; all others are ``whole``.
    """

    def __init__(self, streaming: Mapping[str, Replies], *, whole: Replies, dashboards: Dashboards) -> None:
        self._streaming = streaming
        self._whole = whole
        self._dashboards = dashboards

    def started(self, answer: AnswerRef) -> None:
        """Hand on that an answer begins."""
        self._channel(answer).started(answer)

    def piece(self, answer: AnswerRef, piece: Piece) -> None:
        """Hand on a piece."""
        self._channel(answer).piece(answer, piece)

    def ended(self, answer: AnswerRef, ending: Ending) -> None:
        """Hand on the ending."""
        self._channel(answer).ended(answer, ending)
        with suppress(AutoSocialError):  # a dashboard that is not reached now reads it later
            self._dashboards.answered(answer, ending)

    def _channel(self, answer: AnswerRef) -> Replies:
        return self._streaming.get(answer.channel, self._whole)


class QueuedReplies:
    """Fills ``Replies`` for channels that get an answer whole: it is sent by a function of its own.

    A slow or broken counterpart then keeps nobody's answer waiting but its own.
    """

    def __init__(self, queue: ReplyQueue) -> None:
        self._queue = queue

    def started(self, answer: AnswerRef) -> None:
        """Show nothing yet."""

    def piece(self, answer: AnswerRef, piece: Piece) -> None:
        """Show nothing yet."""

    def ended(self, answer: AnswerRef, ending: Ending) -> None:  # noqa: ARG002 - it is stored
        """Have it sent."""
        self._queue.send(
            DeliverReply(
                creator_id=answer.creator_id,
                conversation_id=answer.conversation_id,
                answer_id=answer.answer_id,
                channel=answer.channel,
            )
        )


class SendReply:
    """Sends one answer over its channel."""

    def __init__(self, channels: Mapping[str, Sends[Any]], *, read_reply: ReadReply) -> None:
        self._channels = channels
        self._read_reply = read_reply

    def __call__(self, command: DeliverReply) -> None:
        """Send it; sent twice when the process died behind it, under the same id.

        Raises:
            NotFoundError: there is no such answer (any more).
            TransientError: it did not arrive; the queue tries again.
            PermanentError: it never will; the code says why.
        """
        channel = self._channels.get(command.channel)
        if channel is None:
            raise PermanentError("There is no such channel.", code="channel_unknown")
        reply = self._read_reply(command.creator_id, command.answer_id)
        if reply is None:
            raise NotFoundError("There is no such answer.", code="answer_not_found")
        channel.send(reply, channel.render(reply))
