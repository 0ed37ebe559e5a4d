"""The answer turn as a queue consumer."""

from dataclasses import dataclass

from autosocial.contracts.messages import InboundMessage
from autosocial.conversations.answer import AnswerMessage
from autosocial.runtime.queue import Once, ParkingLot


@dataclass(slots=True)
class AnswerConsumer:
    """Fills ``runtime.queue.Consumer``."""

    answer: AnswerMessage
    once: Once
    parking_lot: ParkingLot
    message_type: type[InboundMessage] = InboundMessage

    def key(self, message: InboundMessage) -> str:
        """Return the idempotency key of a message."""
        return message.message_id

    def handle(self, message: InboundMessage) -> None:
        """Answer a message."""
        self.answer(message)
