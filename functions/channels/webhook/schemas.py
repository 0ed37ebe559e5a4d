"""Bodies of the webhooks."""

from typing import Annotated, Self

from pydantic import BaseModel, Field

from autosocial.channels.receive import Receipt


class WebhookMessage(BaseModel):
    """A message for the coach. Its `webhook-id` makes it one message, however often it is sent."""

    sender: Annotated[
        str,
        Field(min_length=1, max_length=128, examples=["customer-42"], description="Your id of who writes."),
    ]
    text: Annotated[str, Field(min_length=1, max_length=4_000, examples=["How much is a single session?"])]
    language: Annotated[str, Field(max_length=16, examples=["en"])] = ""


class AcceptedBody(BaseModel):
    """The message is stored; its answer is posted to the callback address."""

    message_id: Annotated[str, Field(examples=["01J9ZQ72D5B9E3G7J1M4P8R0TV"])]
    conversation_id: Annotated[str, Field(examples=["01J9ZQ71C4A8D2F6H0K3M7P9RS"])]
    duplicate: bool = False

    @classmethod
    def of(cls, receipt: Receipt) -> Self:
        """Return the body of a receipt."""
        accepted = receipt.accepted
        return cls(
            message_id=accepted.message_id,
            conversation_id=accepted.conversation_id,
            duplicate=accepted.is_duplicate,
        )
