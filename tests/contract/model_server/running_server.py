"""The model server on a free loopback port in this process, as uvicorn runs it in the container."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from botocore.config import Config
from botocore.session import Session

from autosocial.adapters.bedrock.client import bedrock_client
from functions.model_server.app import create_app
from functions.model_server.settings import ModelServerSettings
from tests.real_embeddings import PRECISION

TOKEN = "a-token-for-tests-only"
CHAT = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/autosocial-chat:0"
EMBEDDING = "multilingual-e5-small"


@contextmanager
def running(variables: dict[str, str] | None = None, *, wait: bool = True) -> Iterator[str]:
    """Serve with these environment variables; yield the address."""
    environment = {
        "MODEL_SERVER_TOKEN": TOKEN,
        "CHAT_MODEL_ID": CHAT,
        "EMBEDDING_MODEL_ID": EMBEDDING,
        "EMBEDDING_PRECISION": PRECISION,
        "WORD_PACE_MS": "5",
        "LOG_LEVEL": "WARNING",
        **(variables or {}),
    }
    app = create_app(ModelServerSettings.from_environment(environment))
    with serving(app) as address:
        if wait:
            await_ready(address)
        yield address


@contextmanager
def serving(app) -> Iterator[str]:
    """Run any ASGI application."""
    config = uvicorn.Config(app, port=0, log_level="warning", ws="none", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="model-server")
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=60)


def await_ready(address: str, *, seconds: float = 120) -> dict:
    """Wait for ``/ready``."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        response = httpx.get(f"{address}/ready", timeout=30)
        if response.is_success:
            return response.json()
        time.sleep(0.05)
    raise AssertionError(f"not ready: {response.text}")


def client(address: str, *, token: str = TOKEN, read_timeout_seconds: float = 60):
    """Return boto3's own client, as the functions use it."""
    return bedrock_client(
        endpoint_url=address, token=lambda: token, read_timeout_seconds=read_timeout_seconds
    )


def signed_client(address: str):
    """Return a plain client that signs its requests and knows nothing of a model server."""
    return Session().create_client(
        "bedrock-runtime",
        endpoint_url=address,
        region_name="eu-west-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}),
    )
