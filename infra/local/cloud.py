"""Clients of the local cloud, MiniStack or LocalStack alike. Never of a real account."""

from typing import Any
from urllib.parse import urlparse

from botocore.config import Config
from localstack_client.session import Session  # type: ignore[import-untyped]

from infra.local.config import ACCOUNT, REGION

_QUICK = Config(retries={"total_max_attempts": 2, "mode": "standard"}, connect_timeout=5, read_timeout=60)


class LocalCloud:
    """Makes boto3 clients that talk to one endpoint on this machine."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = Session(
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="local",  # noqa: S106 - the emulator takes any
            aws_session_token=None,
            region_name=REGION,
            localstack_host=urlparse(url).netloc,
        )

    def client(self, service: str) -> Any:
        """Return a boto3 client of ``service``."""
        return self._session.client(service, config=_QUICK)
