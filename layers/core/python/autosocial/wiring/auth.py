"""What auth keeps: accounts, sessions, tickets, and the ids that no longer count."""

from functools import cached_property

from autosocial.adapters.dynamodb.denylist import DynamoDenylist
from autosocial.wiring.tables import UsesTables


class UsesAuth(UsesTables):
    """Where accounts, sessions and tickets are kept."""

    auth_table: str

    @cached_property
    def denylist(self) -> DynamoDenylist:
        """Ids of tokens and sessions that no longer count."""
        return DynamoDenylist(self.tables, self.auth_table)
