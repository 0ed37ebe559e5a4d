"""Environment of the function that sends answers."""

from autosocial.wiring.channels import UsesSignedChannels
from autosocial.wiring.conversations import UsesConversations
from autosocial.wiring.queue import ConsumesQueue


class DeliverSettings(UsesSignedChannels, UsesConversations, ConsumesQueue):
    """Nothing besides."""
