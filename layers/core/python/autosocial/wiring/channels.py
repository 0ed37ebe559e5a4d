"""The channels that come and go by signed requests: the lists to which a new one is added."""

from functools import lru_cache
from typing import Any

from autosocial.adapters.dynamodb.breaker import DynamoBreakerStore
from autosocial.adapters.dynamodb.connected_channels import DynamoConnectedChannels
from autosocial.adapters.outgoing.http import OutgoingHttp, OutgoingRule
from autosocial.adapters.secretsmanager.channel_secrets import SecretsManagerChannelSecrets
from autosocial.channels.handler import Receives, Sends
from autosocial.channels.model import CALLBACK_PORTS, WEBHOOK
from autosocial.channels.webhook import SignedRequest, WebhookCallback, WebhookDoor
from autosocial.kernel.breaker import Breaker
from autosocial.kernel.clock import utc_now
from autosocial.wiring.queue import ConsumesQueue
from autosocial.wiring.tables import UsesTables

_REMEMBERED_HOSTS = 256


class UsesSignedChannels(UsesTables):
    """Where connected channels and their secrets are kept."""

    connections_table: str
    channel_secrets_prefix: str

    def connected_channels(self) -> DynamoConnectedChannels:
        """Return which channels creators have connected."""
        return DynamoConnectedChannels(self.tables, self.connections_table)

    def channel_secrets(self) -> SecretsManagerChannelSecrets:
        """Return the secrets of connections."""
        return SecretsManagerChannelSecrets(self.channel_secrets_prefix, clock=utc_now)

    def doors(self) -> dict[str, Receives[SignedRequest]]:
        """Return what takes requests, by the names of the channels."""
        door = WebhookDoor(self.connected_channels(), self.channel_secrets(), clock=utc_now)
        return {WEBHOOK: door}


class SendsOverChannels(UsesSignedChannels, ConsumesQueue):
    """Settings of what sends answers."""

    # Only where counterparts run on the same machine.
    calls_private_addresses: bool = False

    def senders(self) -> dict[str, Sends[Any]]:
        """Return what sends answers, by the names of the channels."""
        callback = WebhookCallback(
            self.connected_channels(), self.channel_secrets(), outgoing=self._outgoing(), clock=utc_now
        )
        return {WEBHOOK: callback}

    def _outgoing(self) -> OutgoingHttp:
        store = DynamoBreakerStore(self.tables, self.idempotency_table, clock=utc_now)

        @lru_cache(_REMEMBERED_HOSTS)
        def breaker(host: str) -> Breaker:
            return Breaker(f"host:{host}", store, clock=utc_now)

        rule = OutgoingRule(allows_private=self.calls_private_addresses, ports=CALLBACK_PORTS - {0})
        return OutgoingHttp(rule, breaker=breaker)
