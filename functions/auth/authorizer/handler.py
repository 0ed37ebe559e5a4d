"""Verifies the bearer token of every request to a protected route."""

from collections.abc import Callable

from autosocial.kernel.tenancy import Caller
from autosocial.runtime.authorizer import Credentials, http_authorizer
from functions.auth.authorizer.settings import AuthorizerSettings


def build(settings: AuthorizerSettings) -> Callable[[Credentials], Caller]:
    """Return what tells whose a bearer token is."""
    verify = settings.verify_bearer()
    return lambda shown: verify(shown.secret, origin=shown.origin)


handler = http_authorizer(AuthorizerSettings, build)
