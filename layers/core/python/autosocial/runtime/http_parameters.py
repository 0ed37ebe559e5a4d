"""Parameters that many routes have, declared once."""

from typing import Annotated

from fastapi import Depends, Path, Query

from autosocial.kernel.ids import ULID_PATTERN
from autosocial.kernel.paging import MAX_CURSOR_CHARS, opened_cursor


def _cursor(
    cursor: Annotated[
        str, Query(max_length=MAX_CURSOR_CHARS, description="`next_cursor` of the page before.")
    ] = "",
) -> str:
    return opened_cursor(cursor)


# The store's own cursor, out of the ``next_cursor`` that its ``Page`` gave the client.
Cursor = Annotated[str, Depends(_cursor)]
Limit = Annotated[int, Query(ge=1, le=100)]
IdPath = Annotated[str, Path(pattern=f"^{ULID_PATTERN}$")]
