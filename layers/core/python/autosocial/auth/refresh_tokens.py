"""Refresh tokens as text: ``<session id>.<secret>.<mark>``.

The secret is random and only its hash is kept. The mark shows that a token was one of its session's, long
after its hash is forgotten: it takes the session's key to make one, and the key alone makes no token.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Self

from autosocial.auth.model import digest

_SECRET_CHARS = 64
_MARK_CHARS = 32
_MAX_CHARS = 200


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """One token of one session."""

    session_id: str
    secret: str
    mark: str

    @classmethod
    def made(cls, session_id: str, secret: str, *, mark_key: str) -> Self:
        """Return the token of a session that has ``secret``."""
        return cls(session_id, secret, _mark(session_id, secret, mark_key))

    @classmethod
    def parsed(cls, text: str) -> Self | None:
        """Return the token that ``text`` is, if it looks like one; marks came later than tokens."""
        if len(text) > _MAX_CHARS or not text.isascii():
            return None
        session_id, _, rest = text.partition(".")
        secret, _, mark = rest.partition(".")
        return cls(session_id, secret, mark) if session_id and len(secret) == _SECRET_CHARS else None

    def __str__(self) -> str:
        return f"{self.session_id}.{self.secret}.{self.mark}"

    @property
    def hash(self) -> str:
        """Under which the token is kept."""
        return digest(self.secret)

    def is_marked(self, mark_key: str) -> bool:
        """Return whether the session with this key made the token, however long ago."""
        wanted = _mark(self.session_id, self.secret, mark_key)
        return bool(mark_key) and hmac.compare_digest(wanted, self.mark)


def seal(successor: str, *, with_secret: str) -> str:
    """Hide ``successor`` (64 hex digits) so that only who holds ``with_secret`` can ``unseal`` it.

    Each secret seals exactly one successor, so the derived pad is used once.
    """
    pad = hmac.new(with_secret.encode(), b"successor", hashlib.sha256).digest()
    return bytes(a ^ b for a, b in zip(bytes.fromhex(successor), pad, strict=True)).hex()


def unseal(sealed: str, *, with_secret: str) -> str:
    """Return what ``seal`` hid."""
    return seal(sealed, with_secret=with_secret)


def _mark(session_id: str, secret: str, mark_key: str) -> str:
    text = f"{session_id}.{secret}".encode()
    return hmac.new(mark_key.encode(), text, hashlib.sha256).hexdigest()[:_MARK_CHARS]
