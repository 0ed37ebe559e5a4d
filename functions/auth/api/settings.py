"""Settings of auth/api."""

from autosocial.runtime.settings import Settings


class AuthApiSettings(Settings):
    """The first of ``signing_key_ids`` (KMS keys, separated by commas) signs, all verify.

    ``cookie_secure`` is off only for clients that keep no Secure cookies from http://127.0.0.1;
    browsers do keep them.
    """

    auth_table: str
    creators_table: str
    tenant_role_arn: str = ""
    signing_key_ids: str
    token_issuer: str
    token_algorithm: str = "ES256"  # noqa: S105 - no secret
    socket_url: str
    cookie_secure: bool = True
