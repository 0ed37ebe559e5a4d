"""What comes in from a visitor, in one shape for every channel."""

from msgspec import Struct


class Inbound(Struct, frozen=True):
    """A message as its channel received it.

    ``sender`` is the visitor's id on that channel. ``client_id`` is the sender's own id of the message:
    the same one again is the same message.
    """

    creator_id: str
    channel: str
    sender: str
    client_id: str
    text: str
    received_at: str
    request_id: str


class Accepted(Struct, frozen=True):
    """What became of a message: stored and queued, now or (``is_duplicate``) before."""

    message_id: str
    conversation_id: str
    is_duplicate: bool = False
