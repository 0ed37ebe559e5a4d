"""Settings of auth/authorizer."""

from autosocial.wiring.tokens import UsesTokens


class AuthorizerSettings(UsesTokens):
    """What bearer tokens are verified with."""
