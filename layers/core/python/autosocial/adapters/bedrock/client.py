"""The client of the Bedrock Runtime API: Amazon Bedrock, or a model server by its endpoint."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autosocial.adapters.aws.session import client, new_client

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient


def bedrock_client(
    *,
    endpoint_url: str = "",
    token: Callable[[], str] | None = None,
    read_timeout_seconds: float = 60,
    total_max_attempts: int = 1,
) -> "BedrockRuntimeClient":
    """Return a client. With ``token`` every request carries it as bearer; without, requests are signed."""
    from botocore import UNSIGNED

    options: dict[str, Any] = {
        "connect_timeout": 1,
        "read_timeout": read_timeout_seconds,
        "total_max_attempts": total_max_attempts,
    }
    if token is None:
        signed: BedrockRuntimeClient = client("bedrock-runtime", endpoint_url=endpoint_url, **options)
        return signed
    options["signature_version"] = UNSIGNED
    bearer: BedrockRuntimeClient = new_client("bedrock-runtime", endpoint_url=endpoint_url, **options)
    _send_bearer_token(bearer, token)
    return bearer


def _send_bearer_token(bearer: "BedrockRuntimeClient", token: Callable[[], str]) -> None:
    """Add the token ourselves: botocore's bearer signer refuses the plain HTTP of private networks."""

    def add_token(request: Any, **_: Any) -> None:
        request.headers["Authorization"] = f"Bearer {token()}"

    bearer.meta.events.register("request-created.bedrock-runtime", add_token)
