"""Environment of the webhook function."""

from autosocial.wiring.channels import UsesSignedChannels
from autosocial.wiring.conversations import UsesConversations


class WebhookSettings(UsesSignedChannels, UsesConversations):
    """One field a variable."""

    answer_queue_url: str
    socket_endpoint_url: str
