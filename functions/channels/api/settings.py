"""Environment of the channels API."""

from autosocial.wiring.channels import UsesSignedChannels


class ChannelsApiSettings(UsesSignedChannels):
    """One field a variable."""

    conversations_table: str
    creators_table: str
    auth_table: str
    # Comma-separated ARNs; the first signs, all verify.
    signing_key_ids: str
    token_issuer: str
    # Origin of the addresses that other systems post to.
    public_url: str
    # Only where counterparts run on the same machine.
    calls_private_addresses: bool = False
