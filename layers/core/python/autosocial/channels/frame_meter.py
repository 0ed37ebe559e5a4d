"""Every frame of a connection is counted, so that one client cannot keep all functions busy."""

from collections import OrderedDict

from autosocial.channels.model import Connection
from autosocial.kernel.limits import Limit, Limiter

# Far above what the widget does when its line drops all the time.
_FRAMES = Limit("all-frames", 120, seconds=60)
# Frames are counted here, in this process, and in the store so many at once: a ping every half minute
# costs a write in five minutes, a flood one for each ten frames.
_COUNTED_AT_ONCE = 10
_REMEMBERED = 1_000


class FrameMeter:
    """Counts the frames of connections over all processes."""

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter
        self._uncounted: OrderedDict[str, int] = OrderedDict()
        self._shut: OrderedDict[str, None] = OrderedDict()

    def count(self, connection: Connection) -> None:
        """Count one frame. Raises ``RateLimitedError`` when the connection floods us."""
        connection_id = connection.connection_id
        waiting = self._uncounted.pop(connection_id, 0) + 1
        if waiting < _COUNTED_AT_ONCE:
            self._uncounted[connection_id] = waiting
            _forget_oldest(self._uncounted)
            return
        self._limiter.take(
            f"connection#{connection_id}",
            [_FRAMES],
            creator_id=connection.creator_id,
            cost=waiting,
            away="open",
        )

    def shut(self, connection: Connection) -> None:
        """Remember that we closed a connection: what is still on its way from it is not looked at."""
        self._shut[connection.connection_id] = None
        _forget_oldest(self._shut)

    def is_shut(self, connection: Connection) -> bool:
        """Return whether we closed the connection."""
        return connection.connection_id in self._shut


def _forget_oldest(known: OrderedDict[str, int] | OrderedDict[str, None]) -> None:
    if len(known) > _REMEMBERED:
        known.popitem(last=False)
