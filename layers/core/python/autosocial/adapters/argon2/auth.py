"""Passwords by argon2id, with the parameters of ASVS 5.0 appendix C."""

import base64

from autosocial.kernel.errors import PermanentError

_MEMORY_KIB = 47_104
_PASSES = 1
_LANES = 1
_HASH_BYTES = 32
_SALT_BYTES = 16


class Argon2PasswordHasher:
    """Fills ``auth.ports.PasswordHasher``."""

    def __init__(self, *, memory_kib: int = _MEMORY_KIB) -> None:
        from argon2 import PasswordHasher

        self._hasher = PasswordHasher(
            time_cost=_PASSES,
            memory_cost=memory_kib,
            parallelism=_LANES,
            hash_len=_HASH_BYTES,
            salt_len=_SALT_BYTES,
        )
        # Nobody's hash: well-formed, so that verifying costs the same, and the hash of no known password.
        self._nobody = (
            f"$argon2id$v=19$m={memory_kib},t={_PASSES},p={_LANES}"
            f"${_unpadded(bytes(_SALT_BYTES))}${_unpadded(bytes(_HASH_BYTES))}"
        )

    def hash(self, password: str) -> str:
        """Return the hash with its parameters."""
        return self._hasher.hash(password)

    def verify(self, password_hash: str, password: str) -> bool:
        """Return whether they match, in the time that hashing takes."""
        from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

        try:
            return self._hasher.verify(password_hash, password)
        except VerifyMismatchError:
            return False
        except (InvalidHashError, VerificationError) as error:
            raise PermanentError("A kept password hash cannot be read.", code="hash_unreadable") from error

    def verify_nobody(self, password: str) -> None:
        """Take as long as ``verify`` does, for an account that does not exist."""
        self.verify(self._nobody, password)

    def is_outdated(self, password_hash: str) -> bool:
        """Return whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)


def _unpadded(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")
