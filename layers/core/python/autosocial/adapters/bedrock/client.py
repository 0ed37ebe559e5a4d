"""The boto3 client of the Bedrock Runtime API: Amazon Bedrock, or a model server by its endpoint."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

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
    import boto3
    from botocore import UNSIGNED
    from botocore.config import Config

    config = Config(
        connect_timeout=1,
        read_timeout=read_timeout_seconds,
        retries={"total_max_attempts": total_max_attempts, "mode": "standard"},
        tcp_keepalive=True,
        signature_version=UNSIGNED if token else None,
    )
    client = boto3.client("bedrock-runtime", endpoint_url=endpoint_url or None, config=config)
    if token is not None:
        _send_bearer_token(client, token)
    return client


def _send_bearer_token(client: "BedrockRuntimeClient", token: Callable[[], str]) -> None:
    """Add the token ourselves: botocore's bearer signer refuses the plain HTTP of private networks."""

    def add_token(request: Any, **_: Any) -> None:
        request.headers["Authorization"] = f"Bearer {token()}"

    client.meta.events.register("request-created.bedrock-runtime", add_token)
