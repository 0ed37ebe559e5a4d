"""Bearer tokens as JWTs: one algorithm, keys by configuration only, every claim demanded."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

from autosocial.auth.model import CLOCK_SKEW, TOKEN_KINDS, Claims, TokenKind
from autosocial.auth.ports import SigningKeys
from autosocial.kernel.clock import Clock, epoch_seconds, utc_now
from autosocial.kernel.errors import UnauthenticatedError

_MAX_TOKEN_CHARS = 4_096
_HEADER = frozenset({"alg", "kid", "typ"})
_REQUIRED = ["aud", "creator_id", "exp", "iat", "iss", "jti", "role", "sub"]


class JwtTokens:
    """Fills ``auth.ports.TokenCodec``: PyJWT verifies, ``keys`` sign."""

    def __init__(self, keys: SigningKeys, *, issuer: str, clock: Clock = utc_now) -> None:
        self._keys = keys
        self._issuer = issuer
        self._clock = clock

    def encode(self, claims: Claims) -> str:
        """Return the signed token."""
        header = {"alg": self._keys.algorithm, "kid": self._keys.key_ids[0], "typ": claims.kind.typ}
        payload = {
            "iss": self._issuer,
            "aud": claims.kind.audience,
            "sub": claims.subject,
            "jti": claims.token_id,
            "iat": epoch_seconds(claims.issued_at),
            "exp": epoch_seconds(claims.expires_at),
            "role": claims.kind.role.value,
            "creator_id": claims.creator_id,
            "sid": claims.session_id,
            "origin": claims.origin,
        }
        signing_input = f"{_segment(header)}.{_segment(payload)}"
        return f"{signing_input}.{_base64url(self._keys.sign(signing_input.encode('ascii')))}"

    def decode(self, token: str) -> Claims:
        """Return what a token says. Raises ``UnauthenticatedError`` unless it is whole, ours and current."""
        import jwt

        if not token or len(token) > _MAX_TOKEN_CHARS:
            raise _refused()
        try:
            kind, key_id = self._checked_header(jwt.get_unverified_header(token))
            payload = jwt.decode(
                token,
                self._keys.public_key(key_id),
                algorithms=[self._keys.algorithm],
                audience=kind.audience,
                issuer=self._issuer,
                # Time is checked below, by the injected clock.
                options={
                    "require": _REQUIRED,
                    "strict_aud": True,
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except jwt.InvalidTokenError:
            raise _refused() from None
        return self._checked_claims(payload, kind)

    def key_set(self) -> dict[str, Any]:
        """Return the JSON Web Key Set of all keys that verify."""
        return {"keys": [self._public_jwk(key_id) for key_id in self._keys.key_ids]}

    def _checked_header(self, header: dict[str, Any]) -> tuple[TokenKind, str]:
        kinds = [kind for kind in TOKEN_KINDS if kind.typ == header.get("typ")]
        # A key is chosen among ours by its id; headers that bring or name keys (jwk, jku, x5c, x5u)
        # or change the rules (crit, b64, zip) are refused, not ignored.
        is_ours = set(header) == _HEADER and header["kid"] in self._keys.key_ids
        if not kinds or not is_ours or header["alg"] != self._keys.algorithm:
            raise _refused()
        return kinds[0], str(header["kid"])

    def _checked_claims(self, payload: dict[str, Any], kind: TokenKind) -> Claims:
        texts = [payload.get(name, "") for name in ("sub", "jti", "creator_id", "sid", "origin")]
        times = [payload["iat"], payload["exp"]]
        if not all(isinstance(text, str) for text in texts) or not all(texts[:3]):
            raise _refused()
        if not all(type(time) is int for time in times) or payload["role"] != kind.role.value:
            raise _refused()
        issued_at, expires_at = times
        now = self._clock()
        if epoch_seconds(now) >= expires_at or issued_at > epoch_seconds(now + CLOCK_SKEW):
            raise UnauthenticatedError("This token is no longer valid.", code="token_expired")
        if expires_at - issued_at > kind.lifetime.total_seconds():
            raise _refused()
        subject, token_id, creator_id, session_id, origin = texts
        return Claims(
            kind=kind,
            subject=subject,
            creator_id=creator_id,
            token_id=token_id,
            issued_at=datetime.fromtimestamp(issued_at, UTC),
            session_id=session_id,
            origin=origin,
        )

    def _public_jwk(self, key_id: str) -> dict[str, Any]:
        from jwt.algorithms import get_default_algorithms

        algorithm: Any = get_default_algorithms()[self._keys.algorithm]
        jwk = dict(algorithm.to_jwk(self._keys.public_key(key_id), as_dict=True))
        jwk.pop("key_ops", None)
        return {**jwk, "kid": key_id, "use": "sig", "alg": self._keys.algorithm}


def _segment(content: dict[str, Any]) -> str:
    return _base64url(json.dumps(content, separators=(",", ":")).encode())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _refused() -> UnauthenticatedError:
    return UnauthenticatedError("This token is not valid.", code="token_invalid")
