"""The OpenSearch client: signed with the function's own credentials on AWS, plain on loopback."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

_TIMEOUT_SECONDS = 10


def connect(url: str, *, region: str) -> "OpenSearch":
    """Return a client for a node or a domain. Requests to an https address are signed (SigV4)."""
    from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth

    from autosocial.adapters.aws.session import credentials
    from autosocial.adapters.opensearch.connection import TimedConnection

    signed: dict[str, Any] = {}
    if urlsplit(url).scheme == "https":
        signed = {"http_auth": Urllib3AWSV4SignerAuth(credentials(), region, "es"), "verify_certs": True}
    return OpenSearch(
        hosts=[url],
        connection_class=TimedConnection,
        timeout=_TIMEOUT_SECONDS,
        max_retries=2,
        retry_on_timeout=False,
        pool_maxsize=8,
        **signed,
    )
