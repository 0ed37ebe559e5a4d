"""Settings of auth/socket_authorizer."""

from autosocial.wiring.auth import UsesAuth


class SocketAuthorizerSettings(UsesAuth):
    """Where tickets are kept."""
