"""Common passwords as a file of hashes: sorted, four bytes each. One good password in 50,000 is refused."""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

_HASH_BYTES = 4


class HashedPasswordList:
    """Fills ``auth.ports.CommonPasswords``; read when it is first asked."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self, password: str) -> bool:
        """Return whether ``password`` is on the list."""
        wanted = short_hash(password)
        position = bisect_left(self._hashes, wanted)
        return position < len(self._hashes) and self._hashes[position] == wanted

    @cached_property
    def _hashes(self) -> list[bytes]:
        content = self._file.read_bytes()
        return [content[start : start + _HASH_BYTES] for start in range(0, len(content), _HASH_BYTES)]


def hashed(passwords: Iterable[str]) -> bytes:
    """Return the content of the file for ``passwords``."""
    return b"".join(sorted({short_hash(password) for password in passwords}))


def short_hash(password: str) -> bytes:
    """Return what the file keeps of a password."""
    return hashlib.sha256(password.encode()).digest()[:_HASH_BYTES]
