"""Tokens, signed and verified with the keys of the stage."""

from functools import cached_property

from autosocial.adapters.jwt.auth import JwtTokens
from autosocial.adapters.kms.auth import KmsSigningKeys
from autosocial.auth.service import VerifyBearer
from autosocial.wiring.auth import UsesAuth


class UsesTokens(UsesAuth):
    """The first of ``signing_key_ids`` (KMS keys, separated by commas) signs, all verify."""

    signing_key_ids: str
    token_issuer: str
    token_algorithm: str = "ES256"  # noqa: S105 - no secret

    @cached_property
    def tokens(self) -> JwtTokens:
        """Issues and reads tokens."""
        keys = self.signing_key_ids.split(",")
        signing = KmsSigningKeys(keys, algorithm=self.token_algorithm, region=self.aws_region)
        return JwtTokens(signing, issuer=self.token_issuer)

    def verify_bearer(self) -> VerifyBearer:
        """Return what tells whose a bearer token is."""
        return VerifyBearer(tokens=self.tokens, denylist=self.denylist)
