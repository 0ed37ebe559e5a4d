"""What travels on the queues between the functions of the answer path."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


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
    channel: str = "web"
    request_id: str
    received_at: str
