"""Rate limits by the generic cell rate algorithm (GCRA): one number per limit, one write per pass.

All that is remembered of a limit is its *due time*, the moment at which it would be idle again. A pass
moves it on by one interval; a pass that would move it too far ahead of now is refused.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Literal, Protocol

from autosocial.kernel.clock import Clock
from autosocial.kernel.errors import RateLimitedError, TransientError

# Name of a limit → its due time in milliseconds since 1970; a limit that is not there is idle.
Dues = Mapping[str, int]
# What happens while the store is away: everybody passes, or nobody.
Away = Literal["open", "closed"]

_REMEMBERED_KEYS = 1_000


@dataclass(frozen=True, slots=True)
class Limit:
    """``count`` passes at once, after that as many spread evenly over ``seconds``.

    In the long run ``count`` pass per ``seconds``, and never twice as many within any ``seconds``.
    """

    name: str
    count: int
    seconds: float

    @property
    def interval_ms(self) -> int:
        """By how much one pass moves the due time on."""
        return max(1, round(1_000 * self.seconds / self.count))

    def latest_ms(self, now_ms: int, *, cost: int = 1) -> int:
        """Return the latest due time from which ``cost`` more may pass."""
        return now_ms + (self.count - cost) * self.interval_ms

    def wait_ms(self, due_ms: int, now_ms: int, *, cost: int = 1) -> int:
        """Return how long to wait until ``cost`` more may pass, 0 if they may now."""
        return max(0, due_ms - self.latest_ms(now_ms, cost=cost))


@dataclass(frozen=True, slots=True)
class Move:
    """One conditional change of a due time.

    Of an idle limit, to ``now_ms + step_ms`` if it is at most ``now_ms`` (or not there); of a busy one,
    on by ``step_ms`` if it is between ``now_ms`` and ``latest_ms``.
    """

    name: str
    is_idle: bool
    now_ms: int
    step_ms: int
    latest_ms: int

    @property
    def forget_at_ms(self) -> int:
        """When the due time is past, wherever it was moved from."""
        return max(self.latest_ms, self.now_ms) + self.step_ms


def move(limit: Limit, due_ms: int, now_ms: int, *, cost: int = 1) -> Move:
    """Return the change that lets ``cost`` pass, if the due time is about where it is believed to be."""
    return Move(
        name=limit.name,
        is_idle=due_ms <= now_ms,
        now_ms=now_ms,
        step_ms=cost * limit.interval_ms,
        latest_ms=limit.latest_ms(now_ms, cost=cost),
    )


class LimitStore(Protocol):
    """Keeps due times: several under one key, by the names of their limits."""

    def apply(self, creator_id: str, key: str, moves: Sequence[Move]) -> tuple[bool, Dues]:
        """Do all ``moves`` or none, in one step; return whether, and the due times that hold after it.

        ``creator_id`` is "" for what belongs to no tenant. Raises ``TransientError`` while it is away.
        """


class Limiter:
    """Lets callers pass or says when to come back; exact over all processes.

    Due times only ever move on. So what was seen last is enough to refuse without a question, and a
    wrong belief costs one more write: it says which of the limits are busy by now.
    """

    def __init__(self, store: LimitStore, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = Lock()
        self._seen: OrderedDict[tuple[str, str], Dues] = OrderedDict()

    def take(
        self, key: str, limits: Sequence[Limit], *, away: Away, creator_id: str = "", cost: int = 1
    ) -> None:
        """Count ``cost`` passes of ``key`` under all ``limits``, or under none.

        Raises:
            RateLimitedError: one of the limits is used up.
            TransientError: the store is away, and ``away`` is "closed".
        """
        place = creator_id, key
        now_ms = int(self._clock().timestamp() * 1_000)
        dues = self._seen.get(place, {})
        # Each limit can turn from idle to busy once while we try; one more try corrects an old belief.
        for _ in range(len(limits) + 2):
            wait_ms = max(limit.wait_ms(dues.get(limit.name, 0), now_ms, cost=cost) for limit in limits)
            if wait_ms > 0:
                raise _refusal(wait_ms)
            moves = [move(limit, dues.get(limit.name, 0), now_ms, cost=cost) for limit in limits]
            try:
                is_done, dues = self._store.apply(creator_id, key, moves)
            except TransientError:
                if away == "open":
                    return
                raise
            self._remember(place, dues)
            if is_done:
                return
        raise _refusal(1_000)

    def _remember(self, place: tuple[str, str], dues: Dues) -> None:
        with self._lock:
            self._seen[place] = dues
            self._seen.move_to_end(place)
            if len(self._seen) > _REMEMBERED_KEYS:
                self._seen.popitem(last=False)


def _refusal(wait_ms: int) -> RateLimitedError:
    return RateLimitedError(
        "Too many in a short time. Wait a little and try again.", retry_after=-(-wait_ms // 1_000)
    )
