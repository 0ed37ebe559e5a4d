"""The one botocore session of a process, and every client made from it.

What costs in a client is what its session loads for the first one: endpoints, models, parsers. Here that
is loaded once, by whoever is first, and a client of the same service and settings is made once.
"""

from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from botocore.credentials import Credentials
    from botocore.session import Session

_TOTAL_MAX_ATTEMPTS = 3
_DEFAULTS: dict[str, Any] = {
    "connect_timeout": 2,
    "read_timeout": 5,
    "max_pool_connections": 10,
    "tcp_keepalive": True,
}
# botocore makes sessions and clients in one thread at a time only.
_lock = RLock()
_clients: dict[str, Any] = {}


def client(service: str, *, region: str = "", endpoint_url: str = "", **options: Any) -> Any:
    """Return the process's client of ``service``; the same for the same arguments.

    ``options`` are those of ``botocore.config.Config``, besides ``total_max_attempts``, on top of ours.
    """
    key = repr((service, region, endpoint_url, sorted(options.items())))
    with _lock:
        if key not in _clients:
            _clients[key] = new_client(service, region=region, endpoint_url=endpoint_url, **options)
        return _clients[key]


def new_client(service: str, *, region: str = "", endpoint_url: str = "", **options: Any) -> Any:
    """Return a client that nobody else has, for who changes how it acts; see ``client``."""
    from botocore.config import Config

    from autosocial.adapters.aws.time_limits import limit

    attempts = options.pop("total_max_attempts", _TOTAL_MAX_ATTEMPTS)
    retries: Any = {"total_max_attempts": attempts, "mode": "standard"}
    config = Config(retries=retries, **(_DEFAULTS | options))
    with _lock:
        # Any: the types of the session know every service by a name of its own.
        session = cast("Any", _session())
        made = session.create_client(
            service, region or None, endpoint_url=endpoint_url or None, config=config
        )
    limit(made)
    return made


def with_credentials(client: Any, credentials: Any) -> Any:
    """Let ``client``, a new one, sign with ``credentials`` instead of the function's own."""
    # botocore takes fixed keys only; what renews itself or depends on the caller has no other way in.
    client._request_signer._credentials = credentials
    return client


def credentials() -> "Credentials | None":
    """Return the function's own credentials, for clients that are not botocore's."""
    with _lock:
        return _session().get_credentials()


def forget() -> None:
    """Start again as a new process would: with the environment as it is now."""
    with _lock:
        _clients.clear()
        _session.cache_clear()


@cache
def _session() -> "Session":
    from botocore.session import Session

    return Session()
