"""What travels on the queues between the functions of the answer path."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from autosocial.contracts.socket import Event, MessageAck, MessageNew


class InboundMessage(BaseModel):
    """A stored visitor message that waits for its answer: one shape for every channel, version 1.

    It carries no text: the text is read from the store, so that queues hold no message content.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    version: Literal[1] = 1
    creator_id: str
    visitor_id: str
    conversation_id: str
    message_id: str
    channel: Literal["web"] = "web"
    request_id: str
    received_at: str


class Accepted(BaseModel):
    """What became of a visitor's message: the answer to its sender, and what others are told after that.

    ``event`` is for the creator, ``echo`` for the visitor's other open pages; both None for a message
    that was stored before.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    ack: MessageAck
    event: Event | None = None
    echo: MessageNew | None = None
