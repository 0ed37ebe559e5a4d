"""Settings of auth/authorizer."""

from autosocial.runtime.settings import Settings


class AuthorizerSettings(Settings):
    """``signing_key_ids``: KMS keys, separated by commas; tokens of all of them are accepted."""

    auth_table: str
    signing_key_ids: str
    token_issuer: str
    token_algorithm: str = "ES256"  # noqa: S105 - no secret
