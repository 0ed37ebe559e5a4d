"""OpenSearch's errors as ours."""

from opensearchpy.exceptions import (
    AuthenticationException,
    AuthorizationException,
    NotFoundError,
    OpenSearchException,
    TransportError,
)
from opensearchpy.exceptions import (
    ConnectionError as ConnectionFailedError,
)

from autosocial.kernel.errors import AutoSocialError, PermanentError, TransientError

_PASSING = frozenset({408, 409, 429, 502, 503, 504})


def is_absent(error: OpenSearchException) -> bool:
    """Return whether the index is not there (yet)."""
    return isinstance(error, NotFoundError)


def translated(error: OpenSearchException) -> AutoSocialError:
    """Return what to raise instead; the vendor's text stays out, it may quote a question."""
    if isinstance(error, AuthenticationException | AuthorizationException):
        return PermanentError("The knowledge index refused our credentials.", code="index_store_refused")
    if isinstance(error, ConnectionFailedError):
        return TransientError("The knowledge index is not to be reached right now.")
    if isinstance(error, TransportError) and (error.status_code in _PASSING or error.status_code == 500):
        return TransientError("The knowledge index is not to be reached right now.")
    return PermanentError(f"The knowledge index refused: {type(error).__name__}.", code="index_store_refused")
