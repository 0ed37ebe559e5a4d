"""Ids of tokens and sessions that no longer count, in the auth table; every request asks here."""

from collections.abc import Sequence
from datetime import datetime

from autosocial.adapters.dynamodb.tables import Item, Tables, translated
from autosocial.kernel.clock import epoch_seconds


class _Denied(Item):
    pass


class DynamoDenylist:
    """Fills ``auth.ports.Denylist``."""

    def __init__(self, tables: Tables, table_name: str) -> None:
        self._denied = tables.model(_Denied, table_name)

    def deny(self, denied_id: str, *, until: datetime) -> None:
        """Remember ``denied_id`` at least ``until`` then."""
        with translated():
            self._denied(f"TOKEN#{denied_id}", "DENIED", expires_at=epoch_seconds(until) + 1).save()

    def any_denied(self, ids: Sequence[str]) -> bool:
        """Return whether one of ``ids`` is denied, consistently."""
        keys = [(f"TOKEN#{denied_id}", "DENIED") for denied_id in dict.fromkeys(ids)]
        with translated():
            return any(True for _ in self._denied.batch_get(keys, consistent_read=True))
