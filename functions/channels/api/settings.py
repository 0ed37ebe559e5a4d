"""Environment of the channels API."""

from autosocial.runtime.settings import Settings


class ChannelsApiSettings(Settings):
    """One field a variable."""

    conversations_table: str
    connections_table: str
    creators_table: str
    auth_table: str
    # Comma-separated ARNs; the first signs, all verify.
    signing_key_ids: str
    token_issuer: str
    channel_secrets_prefix: str
    # Origin of the addresses that other systems post to.
    public_url: str
    # Only where counterparts run on the same machine.
    calls_private_addresses: bool = False
    tenant_role_arn: str = ""
    aws_region: str = ""
