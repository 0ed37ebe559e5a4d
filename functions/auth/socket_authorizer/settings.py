"""Settings of auth/socket_authorizer."""

from autosocial.runtime.settings import Settings


class SocketAuthorizerSettings(Settings):
    """Where tickets are kept."""

    auth_table: str
