"""Ids as an injected dependency: ULIDs, 26 characters, sortable by time of creation."""

import re
from collections.abc import Callable

from autosocial.kernel.errors import InvalidError

IdSource = Callable[[], str]

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ULID_PATTERN = "[0-7][0-9A-HJKMNP-TV-Z]{25}"
_ULID = re.compile(ULID_PATTERN)


def new_id() -> str:
    """Return a new ULID."""
    # Late: most functions only check ids, and every function imports this module.
    from ulid import ULID

    return str(ULID())


def checked_id(value: str, *, what: str = "id", code: str = "invalid_id") -> str:
    """Return ``value`` if it is a ULID. Every id that comes from outside passes here.

    Raises:
        InvalidError: it is not one.
    """
    if not _ULID.fullmatch(value):
        raise InvalidError(f"This {what} is not a valid identifier.", code=code)
    return value


def derived_id(*parts: str) -> str:
    """Return the id that these parts have for ever: of a ULID's shape, but without a time in it."""
    import hashlib

    number = int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:16], "big")
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
