"""Lists in pages: a part of a list, and the cursor that leads to the next one."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from autosocial.kernel.errors import InvalidError

T = TypeVar("T")
U = TypeVar("U")

# Longer than any cursor that we make.
MAX_CURSOR_CHARS = 400
_SEAL = "1:"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list. ``cursor`` is where its store goes on, "" at the end of the list.

    ``next_cursor`` is what clients get in its place.
    """

    items: tuple[T, ...]
    cursor: str = ""

    @classmethod
    def of(cls, found: Sequence[T], limit: int, *, position: Callable[[T], str]) -> "Page[T]":
        """Return the first ``limit`` of what was found; more than that was found if the list goes on."""
        items = tuple(found[:limit])
        return cls(items, position(items[-1]) if len(found) > limit else "")

    @property
    def next_cursor(self) -> str | None:
        """The cursor as a word without a meaning of its own; None at the end."""
        return _sealed(self.cursor) if self.cursor else None

    def map(self, change: Callable[[T], U]) -> "Page[U]":
        """Return the page with every item changed."""
        return Page(tuple(change(item) for item in self.items), self.cursor)


def opened_cursor(sealed: str) -> str:
    """Return the cursor in what a client sent; the store checks whether it is one of its own.

    Raises:
        InvalidError: we never made it.
    """
    if not sealed:
        return ""
    try:
        padded = sealed + "=" * (-len(sealed) % 4)
        text = urlsafe_b64decode(padded.encode("ascii")).decode()
    except (UnicodeError, binascii.Error):
        raise _invalid() from None
    cursor = text.removeprefix(_SEAL)
    if not cursor or _sealed(cursor) != sealed:
        raise _invalid()
    return cursor


def _sealed(cursor: str) -> str:
    return urlsafe_b64encode(f"{_SEAL}{cursor}".encode()).decode().rstrip("=")


def _invalid() -> InvalidError:
    return InvalidError("This cursor is not valid.", code="invalid_cursor")
