"""From a model's stream to the pieces a visitor may see: filtered, then gathered into few deltas."""

import base64
import re
from collections.abc import Callable

_WAIT_CHARS = 2_500
_OPEN = re.compile(
    r"(?:!?\[[^\]\n]{0,300}(?:\](?:\([^)\n]{0,2000})?)?|【[^】\n]{0,30}|<[a-zA-Z/!?][^<>]{0,2000}|[<!])\Z"
)
_LETTERS = re.compile(r"[^A-Za-z]")
_REFUSAL = "NOANSWER"
_LEAK_HINT = 5


class StreamFilter:
    """Lets text through as soon as it is sure what it is.

    A word is held until it is whole, a link or tag until it closes; the beginning until it is clear
    that the model does not refuse (``NO_ANSWER``). ``refused`` and ``leaked`` tell why nothing comes.
    """

    def __init__(self, clean: Callable[[str], str], *, canary: str) -> None:
        self._clean = clean
        self._forms = _forms(canary)
        self._pending = ""
        self._seen = ""
        self._has_begun = False
        self.text = ""
        self.refused = False
        self.leaked = False

    @property
    def is_closed(self) -> bool:
        """Whether nothing more will come."""
        return self.refused or self.leaked

    def feed(self, piece: str) -> str:
        """Take a piece, return what may be shown now."""
        self._pending += piece
        self._seen = (self._seen + _normal(piece))[-2_000:]
        return self._released(self._cut())

    def finish(self) -> str:
        """Return what is left at the end of the stream."""
        return self._released(len(self._pending), at_end=True)

    def _released(self, cut: int, *, at_end: bool = False) -> str:
        self.leaked = self.leaked or any(form in self._seen for form in self._forms)
        if self.is_closed or self._is_undecided(at_end=at_end):
            return ""
        segment, self._pending = self._pending[:cut], self._pending[cut:]
        shown = self._clean(segment)
        if not self.text:
            shown = shown.lstrip()
        self.text += shown
        return shown

    def _is_undecided(self, *, at_end: bool) -> bool:
        if self._has_begun:
            return False
        letters = _LETTERS.sub("", self._pending)
        self.refused = letters.startswith(_REFUSAL)
        if self.refused or (not at_end and _REFUSAL.startswith(letters)):
            return True
        self._has_begun = True
        return False

    def _cut(self) -> int:
        if len(self._pending) > _WAIT_CHARS:
            return len(self._pending)
        if any(_ends_with_start_of(self._seen, form) for form in self._forms):
            return 0
        end = max(self._pending.rfind(" "), self._pending.rfind("\n")) + 1
        held = _OPEN.search(self._pending[:end])
        return min(end, held.start()) if held else end


def _normal(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", text.lower())


def _forms(canary: str) -> tuple[str, ...]:
    """Return how the canary would look: as it is, backwards, and in base64 at any offset."""
    raw = canary.encode()
    inner = []
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw).decode()
        whole_groups = (shift + len(raw)) // 3 * 4
        inner.append(_normal(encoded[4 if shift else 0 : whole_groups]))
    return tuple(form for form in (_normal(canary), _normal(canary)[::-1], *inner) if form)


def _ends_with_start_of(text: str, form: str) -> bool:
    longest = min(len(form) - 1, len(text))
    return any(text.endswith(form[:size]) for size in range(_LEAK_HINT, longest + 1))


class Coalescer:
    """Gathers text: the first piece leaves at once, later ones every ``interval`` seconds or when long."""

    def __init__(self, *, interval: float = 0.075, max_chars: int = 240) -> None:
        self._interval = interval
        self._max_chars = max_chars
        self._text = ""
        self._due_at = 0.0

    def add(self, text: str) -> None:
        """Gather some text."""
        self._text += text

    def wait(self, now: float) -> float | None:
        """Return the seconds until ``take`` gives something; None while there is nothing."""
        if not self._text:
            return None
        return 0.0 if len(self._text) >= self._max_chars else max(0.0, self._due_at - now)

    def take(self, now: float) -> str:
        """Return the gathered text if it is due, else ""."""
        return self.flush(now) if self.wait(now) == 0.0 else ""

    def flush(self, now: float) -> str:
        """Return the gathered text, due or not."""
        taken, self._text = self._text, ""
        self._due_at = now + self._interval
        return taken
