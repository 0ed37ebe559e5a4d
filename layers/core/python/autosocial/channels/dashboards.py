"""What a creator's open dashboards are told of conversations."""

from autosocial.channels.model import CREATOR_AUDIENCE
from autosocial.channels.push import Push
from autosocial.contracts.inbound import Accepted, Inbound
from autosocial.contracts.outbound import AnswerRef, Completed, Ending
from autosocial.contracts.socket import Event
from autosocial.kernel.clock import Clock, iso


class Dashboards:
    """Says that something happened in a conversation, and nothing of what was said."""

    def __init__(self, push: Push, *, clock: Clock) -> None:
        self._push = push
        self._clock = clock

    def arrived(self, inbound: Inbound, accepted: Accepted) -> None:
        """Tell of a visitor's message."""
        event = Event(
            event="CONVERSATION_UPDATE",
            subject_id=accepted.conversation_id,
            state="message",
            timestamp=inbound.received_at,
            data={"message_id": accepted.message_id, "role": "visitor"},
        )
        self._push.push(inbound.creator_id, CREATOR_AUDIENCE, event)

    def answered(self, answer: AnswerRef, ending: Ending) -> None:
        """Tell that an answer ended."""
        event = Event(
            event="CONVERSATION_UPDATE",
            subject_id=answer.conversation_id,
            state=ending.outcome if isinstance(ending, Completed) else "failed",
            timestamp=iso(self._clock()),
            data={"message_id": answer.answer_id, "role": "assistant"},
        )
        self._push.push(answer.creator_id, CREATOR_AUDIENCE, event)
