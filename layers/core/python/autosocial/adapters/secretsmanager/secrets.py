"""Secrets from AWS Secrets Manager, kept in memory for a while and nowhere else."""

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from autosocial.kernel.clock import Clock, utc_now
from autosocial.kernel.errors import AutoSocialError, PermanentError, TransientError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_PERMANENT = {"AccessDeniedException", "ResourceNotFoundException", "InvalidRequestException"}


def secrets_client() -> "SecretsManagerClient":
    """Return the boto3 client for ``SecretCache``."""
    import boto3
    from botocore.config import Config

    config = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 3, "mode": "standard"})
    return boto3.client("secretsmanager", config=config)


class SecretCache:
    """Reads secrets through a cache; while Secrets Manager is away, what was read before still serves."""

    def __init__(
        self, client: "SecretsManagerClient", *, ttl_seconds: int = 300, clock: Clock = utc_now
    ) -> None:
        self._client = client
        self._ttl = timedelta(seconds=ttl_seconds)
        self._clock = clock
        self._known: dict[str, tuple[datetime, str]] = {}
        self._lock = threading.Lock()

    def get(self, arn: str) -> str:
        """Return the secret's text.

        Raises:
            TransientError: Secrets Manager is away and the secret was never read.
            PermanentError: there is no such secret, or we may not read it.
        """
        with self._lock:
            now = self._clock()
            known = self._known.get(arn)
            if known and now - known[0] < self._ttl:
                return known[1]
            try:
                secret = self._read(arn)
            except TransientError:
                if known is None:
                    raise
                return known[1]
            self._known[arn] = (now, secret)
            return secret

    def _read(self, arn: str) -> str:
        try:
            return self._client.get_secret_value(SecretId=arn)["SecretString"]
        except ClientError as error:
            raise _translated(error) from error
        except BotoCoreError as error:
            raise TransientError("Secrets cannot be read now.", code="secrets_unavailable") from error
        except KeyError as error:
            raise PermanentError("The secret holds no text.", code="secret_invalid") from error


def _translated(error: ClientError) -> AutoSocialError:
    if error.response.get("Error", {}).get("Code", "") in _PERMANENT:
        return PermanentError("A secret is missing or closed to us.", code="secret_missing")
    return TransientError("Secrets cannot be read now.", code="secrets_unavailable")
