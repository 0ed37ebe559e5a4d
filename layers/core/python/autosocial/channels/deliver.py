"""What conversations say, handed to the channel on which it is awaited."""

from collections.abc import Mapping
from contextlib import suppress

from autosocial.channels.dashboards import Dashboards
from autosocial.channels.ports import Replies
from autosocial.contracts.outbound import AnswerRef, Ending, Piece
from autosocial.kernel.errors import AutoSocialError, PermanentError


class Deliver:
    """Fills ``conversations.ports.Replies``: picks the channel of the conversation, and tells dashboards."""

    def __init__(self, channels: Mapping[str, Replies], dashboards: Dashboards) -> None:
        self._channels = channels
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
        try:
            return self._channels[answer.channel]
        except KeyError:
            raise PermanentError("There is no such channel.", code="channel_unknown") from None
