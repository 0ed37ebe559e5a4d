"""Verifies the bearer token of every request to a protected route."""

from collections.abc import Callable

from autosocial.adapters.dynamodb.denylist import DynamoDenylist
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.adapters.jwt.auth import JwtTokens
from autosocial.adapters.kms.auth import KmsSigningKeys
from autosocial.auth.service import VerifyBearer
from autosocial.kernel.tenancy import Caller
from autosocial.runtime.authorizer import Credentials, http_authorizer
from functions.auth.authorizer.settings import AuthorizerSettings


def build(settings: AuthorizerSettings) -> Callable[[Credentials], Caller]:
    """Put the verification together."""
    keys = KmsSigningKeys(settings.signing_key_ids.split(","), algorithm=settings.token_algorithm)
    verify = VerifyBearer(
        tokens=JwtTokens(keys, issuer=settings.token_issuer),
        denylist=DynamoDenylist(Tables(), settings.auth_table),
    )
    return lambda shown: verify(shown.secret, origin=shown.origin)


handler = http_authorizer(AuthorizerSettings, build)
