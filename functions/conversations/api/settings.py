"""Environment of the conversations API."""

from autosocial.wiring.conversations import UsesConversations


class ConversationsApiSettings(UsesConversations):
    """Where conversations are read."""
