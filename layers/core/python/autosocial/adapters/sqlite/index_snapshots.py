"""Local copies of index files: each version a file that never changes, the newest one kept."""

import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_SUFFIX = ".sqlite"
# The disk of a function serves all tenants for as long as it stays warm.
_BUDGET_BYTES = 1_000_000_000


class IndexFiles(Protocol):
    """Where the files of all tenants live; versions are opaque and "" means no file."""

    def fetch(self, creator_id: str, target: Path, *, known: str = "") -> str:
        """Write the file to ``target`` and return its version; return ``known`` if it is unchanged."""

    def store(self, creator_id: str, source: Path, *, expected: str) -> str:
        """Store over version ``expected``, else raise ``ConflictError``; return the new version."""

    def forget_old(self, creator_id: str) -> None:
        """Remove whatever the store keeps of earlier versions."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of one tenant's file on the local disk."""

    path: Path
    version: str


class IndexSnapshots:
    """Local copies under ``directory``; safe for several processes that share it."""

    def __init__(self, files: IndexFiles, directory: Path, *, budget_bytes: int = _BUDGET_BYTES) -> None:
        self._files = files
        self._directory = directory
        self._budget_bytes = budget_bytes

    @contextmanager
    def newest(self, creator_id: str, *, afresh: bool = False) -> Iterator[Snapshot | None]:
        """Give the version that is stored now, fetched only if it changed; None if there is none.

        It has a name of its own until the end, so that nobody removes it while it is read.
        """
        mine = self._private_place(creator_id)
        try:
            known = "" if afresh else self._take_kept(creator_id, mine)
            yield self._current(creator_id, mine, known)
        finally:
            mine.unlink(missing_ok=True)

    @contextmanager
    def draft(self, creator_id: str, base: Snapshot | None) -> Iterator[Path]:
        """Give a private copy of ``base`` (an empty file without one), which is gone afterwards."""
        path = self._private_place(creator_id)
        try:
            if base is None:
                path.touch()
            else:
                shutil.copyfile(base.path, path)
            yield path
        finally:
            path.unlink(missing_ok=True)

    def publish(self, creator_id: str, draft: Path, base: Snapshot | None) -> None:
        """Store a draft over its base. Raises ``ConflictError`` if that is not current any more."""
        version = self._files.store(creator_id, draft, expected=base.version if base else "")
        self._keep(creator_id, draft, version)

    def forget_old(self, creator_id: str) -> None:
        """Remove whatever the store keeps of earlier versions."""
        self._files.forget_old(creator_id)

    def _current(self, creator_id: str, mine: Path, known: str) -> Snapshot | None:
        """Bring ``mine``, which holds version ``known``, up to date."""
        fetched = self._private_place(creator_id)
        try:
            version = self._files.fetch(creator_id, fetched, known=known)
            if not version:
                self._forget_others(creator_id, kept=None)
                return None
            if version != known:
                fetched.replace(mine)
                self._keep(creator_id, mine, version)
            return Snapshot(mine, version)
        finally:
            fetched.unlink(missing_ok=True)

    def _take_kept(self, creator_id: str, mine: Path) -> str:
        """Link the kept copy to ``mine`` and return its version; return "" if none is kept."""
        for path in self._place(creator_id, "").glob(f"[0-9a-f]*{_SUFFIX}"):
            try:
                mine.hardlink_to(path)
            except FileNotFoundError:  # A newer version took its place just now.
                return ""
            os.utime(mine)
            return bytes.fromhex(path.stem).decode()
        return ""

    def _keep(self, creator_id: str, file: Path, version: str) -> None:
        """Make ``file`` the one copy that is kept, beside the name it has."""
        path = self._place(creator_id, version.encode().hex() + _SUFFIX)
        link = self._private_place(creator_id)
        link.hardlink_to(file)
        link.replace(path)
        self._forget_others(creator_id, kept=path)
        self._make_room(kept=path)

    def _place(self, creator_id: str, name: str) -> Path:
        # Closed to other accounts of the machine; a folder that is theirs is refused, as it cannot be closed.
        if not self._directory.is_dir() or self._directory.stat().st_mode & 0o077:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._directory.chmod(0o700)
        folder = self._directory / creator_id
        folder.mkdir(exist_ok=True)
        return folder / name

    def _private_place(self, creator_id: str) -> Path:
        return self._place(creator_id, f".{uuid.uuid4().hex}")

    def _make_room(self, *, kept: Path) -> None:
        """Remove the copies that were not used for longest, of any tenant, until all fit the budget."""
        copies = list(_statuses(self._directory.glob(f"*/[0-9a-f]*{_SUFFIX}")))
        excess = sum(status.st_size for status, _ in copies) - self._budget_bytes
        for status, path in sorted(copies, key=lambda copy: copy[0].st_mtime_ns):
            if excess <= 0:
                return
            if path != kept:
                path.unlink(missing_ok=True)
                excess -= status.st_size

    def _forget_others(self, creator_id: str, *, kept: Path | None) -> None:
        for path in self._place(creator_id, "").glob(f"[0-9a-f]*{_SUFFIX}"):
            if path != kept:
                path.unlink(missing_ok=True)


def _statuses(paths: Iterable[Path]) -> Iterator[tuple[os.stat_result, Path]]:
    for path in paths:
        try:
            yield path.stat(), path
        except FileNotFoundError:  # Removed by another process since it was listed.
            continue
