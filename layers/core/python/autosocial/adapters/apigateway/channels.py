"""Posting to open sockets through API Gateway's management endpoint."""

from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from autosocial.channels.ports import ConnectionGoneError
from autosocial.kernel.errors import PermanentError, TransientError

_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2, "mode": "standard"})
_GONE_STATUS = frozenset({404, 410})
_GONE_CODES = frozenset({"GoneException", "NotFoundException", "BadRequestException"})


class ApiGatewayConnections:
    """The port ``Sockets``.

    AWS answers 410 for a closed socket and 400 for an id that was never one; emulators also answer 404.
    """

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint_url = endpoint_url

    @cached_property
    def _client(self) -> Any:
        from botocore.session import Session

        return Session().create_client(
            "apigatewaymanagementapi", endpoint_url=self._endpoint_url, config=_CONFIG
        )

    def post(self, connection_id: str, text: str) -> None:
        """Post one text message to a socket."""
        try:
            self._client.post_to_connection(ConnectionId=connection_id, Data=text.encode())
        except ClientError as error:
            raise _translation(error) from error
        except BotoCoreError as error:
            raise TransientError("The socket cannot be reached now.") from error


def _translation(error: ClientError) -> ConnectionGoneError | TransientError | PermanentError:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code = error.response.get("Error", {}).get("Code", "")
    if status in _GONE_STATUS or code in _GONE_CODES:
        return ConnectionGoneError("The socket is closed.")
    if status in {401, 403}:
        return PermanentError("Posting to sockets is not allowed.", code="post_forbidden")
    if status == 413:
        return PermanentError("The frame is too large for a socket.", code="frame_too_large")
    return TransientError("The socket cannot be reached now.")
