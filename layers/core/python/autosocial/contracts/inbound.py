"""What comes in from a visitor, in one shape for every channel, and the command to answer it."""

from typing import Literal

from msgspec import Struct


class Inbound(Struct, frozen=True, kw_only=True):
    """A message as its channel received it.

    ``sender`` is the visitor's id on that channel. ``client_id`` is the sender's own id of the message:
    the same one again is the same message. ``language`` is what the channel knows of it, "" for nothing.
    """

    creator_id: str
    channel: str
    sender: str
    client_id: str
    kind: Literal["text"] = "text"
    text: str
    language: str = ""
    received_at: str
    request_id: str


class Accepted(Struct, frozen=True):
    """What became of a message: stored and queued, now or (``is_duplicate``) before."""

    message_id: str
    conversation_id: str
    is_duplicate: bool = False


class AnswerRequest(Struct, frozen=True, kw_only=True):
    """Command: answer a message that is stored; version 1, for every channel.

    It carries no text: the text is read from the store, so that queues hold no message content.
    """

    version: Literal[1] = 1
    creator_id: str
    visitor_id: str
    conversation_id: str
    message_id: str
    channel: str = "web"
    request_id: str
    received_at: str
    # The answer that failed, where the message waits for another one in its place.
    retry_of: str = ""

    @property
    def work_id(self) -> str:
        """Names what is done once: answering this message, or answering it again after one failure."""
        return f"{self.message_id}-{self.retry_of}" if self.retry_of else self.message_id
