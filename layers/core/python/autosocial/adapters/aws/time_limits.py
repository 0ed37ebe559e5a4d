"""Keeps a client's calls within the time that the request has left; see ``kernel.budget``."""

import math
from typing import Any

from urllib3.util import Timeout

from autosocial.adapters.aws.errors import Meaning, meaning_of_code
from autosocial.kernel import budget

# A further attempt begins after a pause of up to a second.
_ATTEMPT_SECONDS = 1.0


class _WithinBudget(Timeout):
    """A client's time-outs, or what is left if that is less. urllib3 clones it for every request."""

    def clone(self) -> Timeout:
        """Return the time-outs of one request."""
        if budget.remaining() is None:
            return super().clone()
        # In all: what connecting took is not there for reading any more.
        return Timeout(total=budget.at_most(math.inf), connect=self._connect, read=self._read)


def limit(client: Any) -> None:
    """Let ``client`` begin no attempt without time for it, and wait for none longer than there is."""
    config = client.meta.config
    times = _WithinBudget(connect=config.connect_timeout, read=config.read_timeout)
    # botocore takes numbers only. Its sessions hand this object on to every pool of connections.
    session = client._endpoint.http_session
    session._timeout = times
    session._manager.connection_pool_kw["timeout"] = times
    client.meta.events.register_first("before-send", _begin)
    client.meta.events.register_first("needs-retry", _go_on)


def _begin(**_: Any) -> None:
    budget.at_most(_ATTEMPT_SECONDS)


def _go_on(*, response: Any, caught_exception: Exception | None, **_: Any) -> None:
    """Raise instead of letting botocore pause for an attempt that would come too late."""
    rest = budget.remaining()
    if rest is None or rest > _ATTEMPT_SECONDS:
        return
    if caught_exception is not None:
        raise caught_exception
    http, parsed = response
    code = str(parsed.get("Error", {}).get("Code", ""))
    if http.status_code >= 400 and meaning_of_code(code, status=http.status_code) is Meaning.AWAY:
        raise budget.OutOfTimeError("This took too long. Try again in a moment.")
