"""Creators: their profiles and widgets."""

from autosocial.adapters.dynamodb.creators import DynamoCreatorStore
from autosocial.wiring.tables import UsesTables


class UsesCreators(UsesTables):
    """Where creators are kept."""

    creators_table: str

    def creators(self) -> DynamoCreatorStore:
        """Return the store of profiles and widgets."""
        return DynamoCreatorStore(self.tables, self.creators_table)
