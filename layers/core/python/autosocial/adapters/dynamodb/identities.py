"""Identities of visitors in DynamoDB."""

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from autosocial.adapters.dynamodb.tables import Item, Tables, translated
from autosocial.channels.model import Identity
from autosocial.kernel.errors import ConflictError, TransientError


class IdentityItem(Item):
    """``IDENTITY#<channel>#<external id>``."""

    visitor_id = UnicodeAttribute()
    created_at = UnicodeAttribute()
    origin = UnicodeAttribute(null=True)


class DynamoIdentityStore:
    """The port ``IdentityStore``."""

    def __init__(self, tables: Tables, table_name: str) -> None:
        self._tables = tables
        self._table_name = table_name

    def visitor_of(self, creator_id: str, channel: str, external_id: str) -> str | None:
        """Return the visitor who is known under an id."""
        model = self._tables.model(IdentityItem, self._table_name, creator_id=creator_id)
        with translated():
            try:
                item = model.get(creator_id, _key(channel, external_id), consistent_read=True)
            except DoesNotExist:
                return None
        return item.visitor_id

    def claim(self, identity: Identity) -> str:
        """Store an identity if its id is new; return the visitor that it belongs to."""
        model = self._tables.model(IdentityItem, self._table_name, creator_id=identity.creator_id)
        item = model(
            identity.creator_id,
            _key(identity.channel, identity.external_id),
            visitor_id=identity.visitor_id,
            created_at=identity.created_at,
            origin=identity.origin or None,
        )
        try:
            with translated():
                item.save(condition=model.pk.does_not_exist())
        except ConflictError:
            known = self.visitor_of(identity.creator_id, identity.channel, identity.external_id)
            if known is None:
                raise TransientError("The identity is being forgotten.") from None
            return known
        return identity.visitor_id


def _key(channel: str, external_id: str) -> str:
    return f"IDENTITY#{channel}#{external_id}"
