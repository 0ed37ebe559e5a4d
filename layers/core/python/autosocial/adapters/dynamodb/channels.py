"""Connections in DynamoDB."""

from typing import Any

from autosocial.adapters.dynamodb.tables import Item, Tables, translated
from autosocial.channels.model import CONNECTION_SECONDS, Connection
from autosocial.kernel.clock import Clock, epoch_seconds


class ConnectionItem(Item):
    """``CONNECTION#<audience>#<connection_id>``."""


class DynamoConnectionStore:
    """The port ``ConnectionStore``."""

    def __init__(self, tables: Tables, table_name: str, *, clock: Clock) -> None:
        self._tables = tables
        self._table_name = table_name
        self._clock = clock

    def add(self, connection: Connection) -> None:
        """Remember a connection for as long as a socket can live."""
        expires_at = epoch_seconds(self._clock()) + CONNECTION_SECONDS
        with translated():
            self._item(connection, expires_at=expires_at).save()

    def remove(self, connection: Connection) -> None:
        """Forget a connection; one that is not known is no error."""
        with translated():
            self._item(connection).delete()

    def of_audience(self, creator_id: str, audience: str) -> list[Connection]:
        """Return the connections of an audience; sees every ``add`` that was answered before."""
        model = self._tables.model(ConnectionItem, self._table_name, creator_id=creator_id)
        prefix = f"CONNECTION#{audience}#"
        now = epoch_seconds(self._clock())
        with translated():
            items = list(model.query(creator_id, model.sk.startswith(prefix), consistent_read=True))
        return [
            Connection(creator_id, audience, item.sk[len(prefix) :])
            for item in items
            if item.expires_at is None or item.expires_at > now
        ]

    def _item(self, connection: Connection, **attributes: Any) -> ConnectionItem:
        model = self._tables.model(ConnectionItem, self._table_name, creator_id=connection.creator_id)
        key = f"CONNECTION#{connection.audience}#{connection.connection_id}"
        return model(connection.creator_id, key, **attributes)
