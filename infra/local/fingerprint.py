"""Skip what did not change: a stamp file holds the hash of everything a step was made from."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

_IGNORED = frozenset({"__pycache__", "node_modules", "dist", ".build", "cdk.out", ".vite", "coverage"})


def fingerprint(paths: Iterable[Path], *, extra: Sequence[str] = ()) -> str:
    """Return a hash of names and contents below ``paths`` and of ``extra``; absent paths count as empty."""
    digest = hashlib.sha256()
    for word in extra:
        digest.update(word.encode() + b"\0")
    for root in paths:
        for file in _files(root):
            digest.update(str(file).encode() + b"\0")
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


class Stamp:
    """Remembers the fingerprint of the last good run of a step."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def matches(self, current: str) -> bool:
        """Tell whether the step ran well with exactly this input."""
        return self._file.exists() and self._file.read_text() == current

    def set(self, current: str) -> None:
        """Remember a good run."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(current)

    def clear(self) -> None:
        """Forget it: the step is about to run."""
        self._file.unlink(missing_ok=True)


def _files(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
        return
    if not root.is_dir():
        return
    for entry in sorted(root.iterdir()):
        if entry.name in _IGNORED or entry.suffix == ".pyc":
            continue
        yield from _files(entry)
