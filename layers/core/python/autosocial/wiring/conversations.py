"""Conversations, their messages and answers."""

from functools import cached_property

from autosocial.adapters.dynamodb.answers import DynamoAnswerStore
from autosocial.adapters.dynamodb.conversations import DynamoConversationStore
from autosocial.conversations.history import ReadConversations
from autosocial.kernel.clock import utc_now
from autosocial.wiring.tables import UsesTables


class UsesConversations(UsesTables):
    """Where conversations are kept."""

    conversations_table: str

    @cached_property
    def conversations(self) -> DynamoConversationStore:
        """Visitors, conversations and messages."""
        return DynamoConversationStore(self.tables, self.conversations_table, clock=utc_now)

    @cached_property
    def answers(self) -> DynamoAnswerStore:
        """Answers while they are written, and after."""
        return DynamoAnswerStore(self.tables, self.conversations_table, clock=utc_now)

    def read_conversations(self) -> ReadConversations:
        """Return what lists and reads them."""
        return ReadConversations(self.conversations, self.answers, clock=utc_now)
