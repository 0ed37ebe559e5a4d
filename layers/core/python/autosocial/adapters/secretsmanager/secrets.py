"""Secrets from AWS Secrets Manager, kept in memory for a while and nowhere else."""

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from autosocial.adapters.aws.errors import translated
from autosocial.adapters.aws.session import client
from autosocial.kernel.clock import Clock, utc_now
from autosocial.kernel.errors import PermanentError, TransientError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_PAUSE = timedelta(seconds=30)


def secrets_client() -> "SecretsManagerClient":
    """Return the client for ``SecretCache``; a request waits for it, so not for long."""
    made: SecretsManagerClient = client("secretsmanager", connect_timeout=1, read_timeout=3)
    return made


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
                # Not at every request: each try takes seconds.
                self._known[arn] = (now - self._ttl + _PAUSE, known[1])
                return known[1]
            self._known[arn] = (now, secret)
            return secret

    def _read(self, arn: str) -> str:
        failures = translated(
            "Secrets cannot be read now.",
            refused="A secret is missing or closed to us.",
            away_code="secrets_unavailable",
            refused_code="secret_missing",
        )
        with failures:
            answer = self._client.get_secret_value(SecretId=arn)
        try:
            return answer["SecretString"]
        except KeyError as error:
            raise PermanentError("The secret holds no text.", code="secret_invalid") from error
