"""Settings of auth/api."""

from autosocial.wiring.creators import UsesCreators
from autosocial.wiring.tokens import UsesTokens


class AuthApiSettings(UsesTokens, UsesCreators):
    """``cookie_secure`` is off only for clients that keep no Secure cookies from http://127.0.0.1.

    Browsers do keep them.
    """

    socket_url: str
    cookie_secure: bool = True
