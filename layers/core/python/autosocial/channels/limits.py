"""Rate limits that hold over all processes, at one conditional write per pass when nobody interferes."""

from collections import OrderedDict
from collections.abc import Sequence

from autosocial.channels.model import LimitLog, LimitRule, admit
from autosocial.channels.ports import LimitStore
from autosocial.kernel.clock import Clock
from autosocial.kernel.errors import RateLimitedError, TransientError

_TRIES = 24
_REMEMBERED = 1_000


class Limiter:
    """Lets callers pass or says when to come back.

    It writes what should follow the state it saw last; if that state is old, the refused write returns
    the new one and it tries again. While the store is away everybody passes: a chat that works without
    limits for a minute is better than none.
    """

    def __init__(self, store: LimitStore, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._seen: OrderedDict[tuple[str, str], LimitLog] = OrderedDict()

    def check(self, creator_id: str, key: str, *, rules: Sequence[LimitRule]) -> None:
        """Count one pass of ``key``.

        Raises:
            RateLimitedError: one of the rules is used up.
        """
        log = self._seen.get((creator_id, key), LimitLog())
        for _ in range(_TRIES):
            admission = admit(log, rules, now_ms=int(self._clock().timestamp() * 1_000))
            if admission.log is None:
                # True of a remembered log as well: passes only ever add up.
                raise _refusal(admission.wait_ms)
            try:
                stored = self._store.swap(creator_id, key, expected=log.version, new=admission.log)
            except TransientError:
                return
            self._remember((creator_id, key), admission.log if stored is None else stored)
            if stored is None:
                return
            log = stored
        raise _refusal(1_000)

    def _remember(self, key: tuple[str, str], log: LimitLog) -> None:
        self._seen[key] = log
        self._seen.move_to_end(key)
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)


def _refusal(wait_ms: int) -> RateLimitedError:
    return RateLimitedError("Too many in a short time.", retry_after=-(-wait_ms // 1_000))
