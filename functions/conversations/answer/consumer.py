"""The answer turn as a queue consumer."""

from dataclasses import dataclass

from autosocial.contracts.messages import InboundMessage
from autosocial.conversations.answer import AnswerMessage
from autosocial.conversations.record import AnswerRecord, Monotonic
from autosocial.runtime.logs import Log
from autosocial.runtime.queue import Once, ParkingLot


@dataclass(slots=True, kw_only=True)
class AnswerConsumer:
    """Fills ``runtime.queue.Consumer``; says in one line of the log how each answer went."""

    answer: AnswerMessage
    once: Once
    parking_lot: ParkingLot
    log: Log
    monotonic: Monotonic
    message_type: type[InboundMessage] = InboundMessage

    def key(self, message: InboundMessage) -> str:
        """Return the idempotency key of a message."""
        return message.message_id

    def handle(self, message: InboundMessage) -> None:
        """Answer a message."""
        record = AnswerRecord(self.monotonic)
        try:
            record.ended(self.answer(message, record))
        except Exception as error:
            record.failed(error)
            raise
        finally:
            # The text is what the alarm in infra/services/conversations.py looks for.
            write = self.log.warning if record.is_trouble else self.log.info
            write("answer ended", **record.fields())
