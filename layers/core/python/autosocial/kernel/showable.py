"""Which texts may be shown beside others: none that hides, breaks a line or turns the direction around it."""

import unicodedata

_KINDS_REFUSED = frozenset({"Cc", "Cs", "Zl", "Zp"})
# Bidirectional controls reach beyond the text that they stand in.
_TURN_AROUND = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# The same for descriptions of an API: something to see, nothing that is refused, on one line.
SHOWABLE_PATTERN = r"^(?=.*\S)[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*$"


def is_showable(text: str, *, lines: bool = False) -> bool:
    """Return whether ``text`` may be shown, with line breaks if ``lines``."""
    shown = text.replace("\n", "") if lines else text
    return not any(unicodedata.category(char) in _KINDS_REFUSED or char in _TURN_AROUND for char in shown)
