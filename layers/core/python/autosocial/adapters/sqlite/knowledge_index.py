"""The embedded knowledge index: one SQLite file a tenant, kept whole in an object store."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from autosocial.adapters.sqlite.index_database import IndexDatabase
from autosocial.adapters.sqlite.index_snapshots import IndexFiles, IndexSnapshots, Snapshot
from autosocial.adapters.sqlite.warm_vectors import WarmVectorCache, WarmVectors, load_vectors
from autosocial.kernel.errors import (
    ConflictError,
    InvalidError,
    PermanentError,
    TooLargeError,
    TransientError,
)
from autosocial.kernel.retry import Retry
from autosocial.knowledge.index_ports import IndexedChunk, IndexHits, IndexQuery

MAX_INDEX_BYTES = 200 * 2**20
_WARM_BYTES = 128 * 2**20
_WRITE_AGAIN = Retry(tries=12, first_seconds=0.05, longest_seconds=1.0, total_seconds=30.0)
# A damaged local file is fetched anew: nothing to wait for.
_READ_AGAIN = Retry(tries=3, first_seconds=0.0)
_TENANT = re.compile(r"[A-Za-z0-9_-]{1,64}")
T = TypeVar("T")


class EmbeddedKnowledgeIndex:
    """A ``KnowledgeIndex`` without a server. Writers never lock: the store refuses all but the first."""

    def __init__(
        self,
        files: IndexFiles,
        directory: Path,
        *,
        dimensions: int,
        retry: Retry = _WRITE_AGAIN,
    ) -> None:
        self._snapshots = IndexSnapshots(files, directory)
        self._dimensions = dimensions
        self._warm = WarmVectorCache(_WARM_BYTES)
        self._retry = retry

    def put(self, creator_id: str, chunks: Sequence[IndexedChunk]) -> None:
        """Add chunks, replacing those with the same id; durable and visible when it returns."""
        latest = {chunk.chunk_id: chunk for chunk in chunks}
        packed = [self._packed(chunk.vector) for chunk in latest.values()]

        def put_all(database: IndexDatabase) -> int:
            database.put(list(latest.values()), packed)
            return len(latest)

        if latest:
            self._change(creator_id, put_all)

    def remove_document(
        self, creator_id: str, document_id: str, *, keep: frozenset[str] = frozenset()
    ) -> int:
        """Remove a document's chunks except the ids in ``keep``; return how many went."""
        removed = 0
        if self.count(creator_id, document_id) > 0:
            removed = self._change(creator_id, lambda database: database.remove_document(document_id, keep))
        # Also when nothing was left to remove: an earlier try may have failed just here.
        self._snapshots.forget_old(creator_id)
        return removed

    def count(self, creator_id: str, document_id: str) -> int:
        """Return how many chunks of a document are in the index."""
        return self._read(creator_id, lambda _, database: database.count(document_id), nothing=0)

    def search(self, creator_id: str, query: IndexQuery) -> IndexHits:
        """Return both result lists in one call."""
        vector = None if query.vector is None else np.frombuffer(self._packed(query.vector), dtype="<f4")

        def find(snapshot: Snapshot, database: IndexDatabase) -> IndexHits:
            warm = self._warm_vectors(creator_id, snapshot, database)
            if not len(warm.rows):
                return IndexHits()
            allowed = warm.allowed(query.excluded_documents)
            nearest = {} if vector is None else warm.nearest(vector, query.k, allowed)
            matching = warm.matching([database.places(term) for term in query.terms], query.k, allowed)
            return IndexHits(dense=database.scored(nearest), lexical=database.scored(matching))

        return self._read(creator_id, find, nothing=IndexHits())

    def _warm_vectors(self, creator_id: str, snapshot: Snapshot, database: IndexDatabase) -> WarmVectors:
        def load() -> WarmVectors:
            database.verify(creator_id, self._dimensions)
            return load_vectors(database, version=snapshot.version, dimensions=self._dimensions)

        return self._warm.get(creator_id, snapshot.version, load)

    def _read(self, creator_id: str, use: Callable[[Snapshot, IndexDatabase], T], *, nothing: T) -> T:
        _check_tenant(creator_id)
        try:
            return _READ_AGAIN(
                lambda attempt: self._read_once(creator_id, use, nothing, afresh=attempt > 0),
                on=sqlite3.DatabaseError,
            )
        except sqlite3.DatabaseError as error:
            raise _damaged() from error

    def _read_once(
        self, creator_id: str, use: Callable[[Snapshot, IndexDatabase], T], nothing: T, *, afresh: bool
    ) -> T:
        with self._snapshots.newest(creator_id, afresh=afresh) as snapshot:
            if snapshot is None:
                return nothing
            with IndexDatabase.published(snapshot.path) as database:
                return use(snapshot, database)

    def _change(self, creator_id: str, apply: Callable[[IndexDatabase], int]) -> int:
        _check_tenant(creator_id)
        try:
            return self._retry(
                lambda attempt: self._change_once(creator_id, apply, afresh=attempt > 0),
                on=(ConflictError, sqlite3.DatabaseError),
            )
        except sqlite3.DatabaseError as error:
            raise _damaged() from error
        except ConflictError as error:
            raise TransientError("The knowledge index is busy; try again.", code="index_busy") from error

    def _change_once(self, creator_id: str, apply: Callable[[IndexDatabase], int], *, afresh: bool) -> int:
        snapshots = self._snapshots
        with snapshots.newest(creator_id, afresh=afresh) as base, snapshots.draft(creator_id, base) as path:
            with IndexDatabase.draft(path, creator_id=creator_id, dimensions=self._dimensions) as database:
                changed = apply(database)
            if path.stat().st_size > MAX_INDEX_BYTES:
                raise TooLargeError("The knowledge base is full: remove documents first.", code="index_full")
            if changed:
                snapshots.publish(creator_id, path, base)
            return changed

    def _packed(self, vector: Sequence[float]) -> bytes:
        values = np.asarray(vector, dtype="<f4")
        if values.shape != (self._dimensions,) or not np.isfinite(values).all() or not values.any():
            raise InvalidError(
                f"A vector must have {self._dimensions} finite numbers, not all 0.", code="bad_vector"
            )
        return bytes((values / np.linalg.norm(values)).astype("<f4").tobytes())


def _damaged() -> PermanentError:
    return PermanentError("The knowledge index is damaged.", code="index_damaged")


def _check_tenant(creator_id: str) -> None:
    if not _TENANT.fullmatch(creator_id):
        raise InvalidError("A search needs the id of a creator.", code="invalid_id")
