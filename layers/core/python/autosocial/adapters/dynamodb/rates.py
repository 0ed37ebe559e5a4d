"""Rates in the auth table by the generic cell rate algorithm: one item for each limit and key."""

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute

from autosocial.adapters.dynamodb.tables import Item, Tables, translated
from autosocial.auth.model import Limit, digest
from autosocial.kernel.clock import Clock, utc_now
from autosocial.kernel.errors import ConflictError, NotFoundError, RateLimitedError

if TYPE_CHECKING:
    from pynamodb.expressions.update import Action


class _Rate(Item):
    # When the bucket is empty again, in milliseconds since 1970.
    due_ms = NumberAttribute()


class DynamoRateLimiter:
    """Fills ``auth.ports.RateLimiter``. Exact under parallel callers: every grant moves ``due_ms`` once."""

    def __init__(self, tables: Tables, table_name: str, *, clock: Clock = utc_now) -> None:
        self._rate = tables.model(_Rate, table_name)
        self._clock = clock

    def take(self, limit: Limit, key: str) -> None:
        """Count one. Raises ``RateLimitedError`` when ``limit`` is exceeded under ``key``."""
        now = int(self._clock().timestamp() * 1000)
        interval = _milliseconds(limit.interval)
        item = self._rate(f"LIMIT#{digest(f'{limit.name}|{key}')}", "LIMIT")
        if self._take_idle(item, now, interval) or self._take_busy(item, now, limit):
            return
        due = self._due(item, now)
        wait = due - now - (limit.burst - 1) * interval
        raise RateLimitedError(
            "Too many attempts. Wait a little and try again.", retry_after=math.ceil(wait / 1000)
        )

    @staticmethod
    def _take_idle(item: _Rate, now: int, interval: int) -> bool:
        is_idle = _Rate.due_ms.does_not_exist() | (_Rate.due_ms <= now)
        due = now + interval
        actions: list[Action] = [_Rate.due_ms.set(due), _Rate.expires_at.set(due // 1000 + 1)]
        try:
            with translated():
                item.update(actions, condition=is_idle)
        except ConflictError:
            return False
        return True

    @staticmethod
    def _take_busy(item: _Rate, now: int, limit: Limit) -> bool:
        interval = _milliseconds(limit.interval)
        latest = now + (limit.burst - 1) * interval
        actions: list[Action] = [
            _Rate.due_ms.set(_Rate.due_ms + interval),
            _Rate.expires_at.set(latest // 1000 + interval // 1000 + 2),
        ]
        try:
            with translated():
                item.update(actions, condition=_Rate.due_ms.exists() & (_Rate.due_ms <= latest))
        except ConflictError:
            return False
        return True

    def _due(self, item: _Rate, now: int) -> int:
        try:
            with translated():
                item.refresh(consistent_read=True)
        except NotFoundError:
            return now
        return int(item.due_ms)


def _milliseconds(duration: timedelta) -> int:
    return int(duration.total_seconds() * 1000)
