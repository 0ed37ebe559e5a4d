"""Environment of the function that sends answers."""

from autosocial.wiring.channels import SendsOverChannels
from autosocial.wiring.conversations import UsesConversations


class DeliverSettings(SendsOverChannels, UsesConversations):
    """Nothing besides."""
