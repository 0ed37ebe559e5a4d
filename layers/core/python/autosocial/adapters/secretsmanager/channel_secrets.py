"""Secrets of connected channels in AWS Secrets Manager: one for each connection, by its id."""

import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from autosocial.adapters.aws.errors import code_of, translated
from autosocial.adapters.secretsmanager.secrets import secrets_client
from autosocial.channels.model import SigningSecrets
from autosocial.kernel.clock import Clock
from autosocial.kernel.errors import NotFoundError, TransientError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_REMEMBERED = timedelta(minutes=5)
_FRESH = timedelta(seconds=10)
# Ids come from whoever calls: what is not there is remembered as well, and only so many.
_MAX_REMEMBERED = 500
_MISSING = "ResourceNotFoundException"


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read (None: it is not there), until when it counts, and from when it may be asked anew."""

    secrets: SigningSecrets | None
    until: datetime
    again_at: datetime


_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NEVER = _Known(None, _LONG_AGO, _LONG_AGO)


class SecretsManagerChannelSecrets:
    """The port ``ChannelSecrets``. ``prefix`` is where their names begin, as the grants say."""

    def __init__(self, prefix: str, *, clock: Clock) -> None:
        self._prefix = prefix
        self._clock = clock
        self._lock = threading.Lock()
        self._known: OrderedDict[str, _Known] = OrderedDict()

    def read(self, connection_id: str, *, fresh: bool) -> SigningSecrets:
        """Return the secrets as they were a few minutes ago; with ``fresh`` a few seconds ago."""
        now = self._clock()
        known = self._known.get(connection_id, _NEVER)
        if now >= (known.again_at if fresh or known.secrets is None else known.until):
            known = self._asked(connection_id, known)
        if known.secrets is None:
            raise NotFoundError("There is no such connection.", code="connection_not_found")
        return known.secrets

    def _asked(self, connection_id: str, known: "_Known") -> "_Known":
        now = self._clock()
        try:
            secrets = self._read(connection_id)
        except TransientError:
            if known.secrets is None:
                raise
            return known
        # What nobody remembered may be asked for once more at once: it may just be changing.
        again_at = now if known is _NEVER and secrets else now + _FRESH
        return self._remember(connection_id, secrets, again_at=again_at)

    def write(self, connection_id: str, secrets: SigningSecrets) -> None:
        """Store them, new or in place of what was there."""
        text = msgspec.json.encode(secrets).decode()
        client, name = self._client, self._prefix + connection_id
        with translated("Secrets cannot be kept now.", away_code="secrets_unavailable"):
            try:
                client.put_secret_value(SecretId=name, SecretString=text)
            except client.exceptions.ResourceNotFoundException:
                client.create_secret(Name=name, SecretString=text)
        self._remember(connection_id, secrets, again_at=self._clock())

    def delete(self, connection_id: str) -> None:
        """Forget them; what is not there is no error."""
        client, name = self._client, self._prefix + connection_id
        failures = translated("Secrets cannot be deleted now.", away_code="secrets_unavailable")
        with failures, suppress(client.exceptions.ResourceNotFoundException):
            client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
        self._remember(connection_id, None, again_at=self._clock())

    def _read(self, connection_id: str) -> SigningSecrets | None:
        client = self._client
        with translated("Secrets cannot be read now.", away_code="secrets_unavailable"):
            try:
                answer = client.get_secret_value(SecretId=self._prefix + connection_id)
            except client.exceptions.ClientError as error:
                # One that is being deleted is refused as an invalid request.
                if code_of(error) in {_MISSING, "InvalidRequestException"}:
                    return None
                raise
        return msgspec.json.decode(answer["SecretString"], type=SigningSecrets)

    def _remember(
        self, connection_id: str, secrets: SigningSecrets | None, *, again_at: datetime
    ) -> "_Known":
        known = _Known(secrets, until=self._clock() + _REMEMBERED, again_at=again_at)
        with self._lock:
            self._known[connection_id] = known
            self._known.move_to_end(connection_id)
            if len(self._known) > _MAX_REMEMBERED:
                self._known.popitem(last=False)
        return known

    @property
    def _client(self) -> "SecretsManagerClient":
        return secrets_client()
