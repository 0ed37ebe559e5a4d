"""Posting to open sockets and closing them through API Gateway's management endpoint."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from botocore.exceptions import ClientError

from autosocial.adapters.aws.errors import code_of, status_of, translated
from autosocial.adapters.aws.session import client
from autosocial.channels.ports import ConnectionGoneError
from autosocial.kernel.errors import PermanentError

_GONE_STATUS = frozenset({404, 410})
_GONE_CODES = frozenset({"GoneException", "NotFoundException", "BadRequestException"})


class ApiGatewayConnections:
    """The port ``Sockets``.

    AWS answers 410 for a closed socket and 400 for an id that was never one; emulators also answer 404.
    """

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint_url = endpoint_url

    def post(self, connection_id: str, text: str) -> None:
        """Post one text message to a socket."""
        with _failures():
            self._client.post_to_connection(ConnectionId=connection_id, Data=text.encode())

    def close(self, connection_id: str) -> None:
        """Close a socket; one that is closed already is no error."""
        with suppress(ConnectionGoneError), _failures():
            self._client.delete_connection(ConnectionId=connection_id)

    @property
    def _client(self) -> Any:
        return client("apigatewaymanagementapi", endpoint_url=self._endpoint_url, total_max_attempts=2)


@contextmanager
def _failures() -> Iterator[None]:
    away, refused = "The socket cannot be reached now.", "This is not allowed with sockets."
    with translated(away, refused=refused, refused_code="post_forbidden"):
        try:
            yield
        except ClientError as error:
            if status_of(error) in _GONE_STATUS or code_of(error) in _GONE_CODES:
                raise ConnectionGoneError("The socket is closed.") from error
            if status_of(error) == 413:
                raise PermanentError("The frame is too large.", code="frame_too_large") from error
            raise
