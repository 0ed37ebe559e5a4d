"""Connections and rate limits in DynamoDB."""

import json
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError

from autosocial.adapters.dynamodb.tables import Item, Tables, translated
from autosocial.channels.model import CONNECTION_SECONDS, Connection, LimitLog
from autosocial.kernel.clock import Clock, epoch_seconds
from autosocial.kernel.errors import ConflictError

_LIMIT_SECONDS = 3600


class ConnectionItem(Item):
    """``CONNECTION#<audience>#<connection_id>``."""


class LimitItem(Item):
    """``LIMIT#<key>``: a log of passes as JSON, replaced whole."""

    version_number = NumberAttribute()
    passes = UnicodeAttribute()


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


class DynamoLimitStore:
    """The port ``LimitStore``."""

    def __init__(self, tables: Tables, table_name: str, *, clock: Clock) -> None:
        self._tables = tables
        self._table_name = table_name
        self._clock = clock

    def swap(self, creator_id: str, key: str, *, expected: int, new: LimitLog) -> LimitLog | None:
        """Store ``new`` if the stored version is ``expected`` (0: none); else return what is stored."""
        model: Any = self._tables.model(LimitItem, self._table_name, creator_id=creator_id)
        item = model(
            creator_id,
            f"LIMIT#{key}",
            version_number=new.version,
            passes=json.dumps(new.passes, separators=(",", ":")),
            expires_at=epoch_seconds(self._clock()) + _LIMIT_SECONDS,
        )
        condition = model.version_number == expected if expected else model.pk.does_not_exist()
        try:
            with translated():
                item.save(condition=condition)
        except ConflictError as error:
            return self._stored(model, creator_id, key, error=error)
        return None

    def _stored(self, model: Any, creator_id: str, key: str, *, error: ConflictError) -> LimitLog:
        if not isinstance(error.__cause__, PutError):
            raise error
        with translated():
            try:
                item = model.get(creator_id, f"LIMIT#{key}", consistent_read=True)
            except DoesNotExist:
                return LimitLog()
        passes = tuple((str(scope), int(at)) for scope, at in json.loads(item.passes))
        return LimitLog(int(item.version_number), passes)
