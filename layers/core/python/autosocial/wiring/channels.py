"""The channels that come and go by signed requests: the list to which a new one is added."""

from autosocial.adapters.dynamodb.connected_channels import DynamoConnectedChannels
from autosocial.adapters.outgoing.callbacks import Callbacks
from autosocial.adapters.secretsmanager.channel_secrets import SecretsManagerChannelSecrets
from autosocial.channels.model import WEBHOOK
from autosocial.channels.webhook import WebhookChannel
from autosocial.kernel.clock import utc_now
from autosocial.wiring.tables import UsesTables


class UsesSignedChannels(UsesTables):
    """Settings of the functions through which such a channel comes or goes."""

    connections_table: str
    channel_secrets_prefix: str
    # Only where counterparts run on the same machine.
    calls_private_addresses: bool = False

    def signed_channels(self) -> dict[str, WebhookChannel]:
        """Return the channels by their names."""
        connected = DynamoConnectedChannels(self.tables, self.connections_table)
        secrets = SecretsManagerChannelSecrets(self.channel_secrets_prefix, clock=utc_now)
        outgoing = Callbacks(allows_private=self.calls_private_addresses)
        return {WEBHOOK: WebhookChannel(connected, secrets, outgoing=outgoing, clock=utc_now)}
