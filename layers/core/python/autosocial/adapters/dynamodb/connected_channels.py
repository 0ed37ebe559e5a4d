"""Connected channels of creators in DynamoDB."""

from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from autosocial.adapters.dynamodb.tables import Item, Tables, translated
from autosocial.channels.model import ConnectedChannel


class ConnectedChannelItem(Item):
    """``CHANNEL#<channel>``. The secret is not here."""

    connection_id = UnicodeAttribute()
    callback_url = UnicodeAttribute()
    secret_hint = UnicodeAttribute()
    connected_at = UnicodeAttribute()


class DynamoConnectedChannels:
    """The port ``ConnectedChannels``."""

    def __init__(self, tables: Tables, table_name: str) -> None:
        self._tables = tables
        self._table_name = table_name

    def get(self, creator_id: str, channel: str) -> ConnectedChannel | None:
        """Return a connection as it is right now."""
        model = self._model(creator_id)
        with translated():
            try:
                item = model.get(creator_id, _key(channel), consistent_read=True)
            except DoesNotExist:
                return None
        return ConnectedChannel(
            creator_id=creator_id,
            channel=channel,
            connection_id=item.connection_id,
            callback_url=item.callback_url,
            secret_hint=item.secret_hint,
            connected_at=item.connected_at,
        )

    def add(self, connected: ConnectedChannel) -> None:
        """Store a new connection."""
        model = self._model(connected.creator_id)
        with translated():
            self._item(connected).save(condition=model.pk.does_not_exist())

    def replace(self, connected: ConnectedChannel) -> None:
        """Store a changed connection."""
        model = self._model(connected.creator_id)
        with translated():
            self._item(connected).save(condition=model.connection_id == connected.connection_id)

    def remove(self, creator_id: str, channel: str) -> None:
        """Forget a connection; one that is not there is no error."""
        with translated():
            self._model(creator_id)(creator_id, _key(channel)).delete()

    def _item(self, connected: ConnectedChannel) -> Any:
        return self._model(connected.creator_id)(
            connected.creator_id,
            _key(connected.channel),
            connection_id=connected.connection_id,
            callback_url=connected.callback_url,
            secret_hint=connected.secret_hint,
            connected_at=connected.connected_at,
        )

    def _model(self, creator_id: str) -> Any:
        return self._tables.model(ConnectedChannelItem, self._table_name, creator_id=creator_id)


def _key(channel: str) -> str:
    return f"CHANNEL#{channel}"
