"""Local copies of index files: each version a file that never changes, the newest one kept."""

import os
import shutil
import uuid
from collections.abc import Iterator
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

    def newest(self, creator_id: str, *, afresh: bool = False) -> Snapshot | None:
        """Return the version that is stored now, fetched only if it changed; None if there is none."""
        known = None if afresh else self._on_disk(creator_id)
        fetched = self._place(creator_id, f".{uuid.uuid4().hex}")
        try:
            version = self._files.fetch(creator_id, fetched, known=known.version if known else "")
            if not version:
                self._forget_others(creator_id, kept=None)
                return None
            if known is not None and version == known.version:
                os.utime(known.path)
                return known
            return self._keep(creator_id, fetched, version)
        finally:
            fetched.unlink(missing_ok=True)

    @contextmanager
    def draft(self, creator_id: str, base: Snapshot | None) -> Iterator[Path]:
        """Give a private copy of ``base`` (an empty file without one), which is gone afterwards."""
        path = self._place(creator_id, f".{uuid.uuid4().hex}")
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

    def _place(self, creator_id: str, name: str) -> Path:
        folder = self._directory / creator_id
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name

    def _keep(self, creator_id: str, file: Path, version: str) -> Snapshot:
        path = self._place(creator_id, version.encode().hex() + _SUFFIX)
        file.replace(path)
        self._forget_others(creator_id, kept=path)
        self._make_room(kept=path)
        return Snapshot(path, version)

    def _make_room(self, *, kept: Path) -> None:
        """Remove the copies that were not used for longest, of any tenant, until all fit the budget."""
        copies = [(path.stat(), path) for path in self._directory.glob(f"*/[0-9a-f]*{_SUFFIX}")]
        excess = sum(status.st_size for status, _ in copies) - self._budget_bytes
        for status, path in sorted(copies, key=lambda copy: copy[0].st_mtime_ns):
            if excess <= 0:
                return
            if path != kept:
                path.unlink(missing_ok=True)
                excess -= status.st_size

    def _on_disk(self, creator_id: str) -> Snapshot | None:
        for path in self._place(creator_id, "").glob(f"[0-9a-f]*{_SUFFIX}"):
            return Snapshot(path, bytes.fromhex(path.stem).decode())
        return None

    def _forget_others(self, creator_id: str, *, kept: Path | None) -> None:
        for path in self._place(creator_id, "").glob(f"[0-9a-f]*{_SUFFIX}"):
            if path != kept:
                path.unlink(missing_ok=True)
