"""Sends answers over the channels that get them whole."""

from autosocial.channels.deliver import SendReply
from autosocial.contracts.outbound import DeliverReply
from autosocial.conversations.history import ReadReply
from autosocial.wiring.queue import queue_function
from functions.channels.deliver.settings import DeliverSettings


def build(settings: DeliverSettings) -> SendReply:
    """Compose the sender."""
    read_reply = ReadReply(settings.conversations, settings.answers)
    return SendReply(settings.senders(), read_reply=read_reply)


handler = queue_function(
    DeliverSettings,
    build,
    message=DeliverReply,
    key=lambda command: command.answer_id,
    scope="deliver",
)
