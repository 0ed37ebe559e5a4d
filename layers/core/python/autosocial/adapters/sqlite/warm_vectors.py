"""One tenant's vectors in memory, and a cache of them that never mixes tenants."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from autosocial.adapters.sqlite.index_database import IndexDatabase

_K1, _B = 1.2, 0.75


@dataclass(frozen=True, slots=True)
class WarmVectors:
    """Vectors (unit length) and what scoring needs, all in the order of chunk ids."""

    version: str
    rows: "NDArray[np.int64]"
    documents: "NDArray[Any]"
    lengths: "NDArray[np.float32]"
    matrix: "NDArray[np.float32]"

    @property
    def size(self) -> int:
        """Return how many bytes it holds."""
        return self.matrix.nbytes + self.rows.nbytes + self.lengths.nbytes + 80 * len(self.rows)

    def allowed(self, excluded_documents: frozenset[str]) -> "NDArray[np.bool_]":
        """Return which chunks a search may find."""
        if not excluded_documents:
            return np.ones(len(self.rows), dtype=np.bool_)
        return np.fromiter(
            (one not in excluded_documents for one in self.documents), np.bool_, len(self.rows)
        )

    def nearest(
        self, vector: "NDArray[np.float32]", k: int, allowed: "NDArray[np.bool_]"
    ) -> dict[int, float]:
        """Return the ``k`` best rows with their cosines, best first: exact, not approximate."""
        cosines = self.matrix @ (vector / np.linalg.norm(vector))
        return self._best(np.where(allowed, cosines, -np.inf), k, above=-np.inf)

    def matching(
        self, places: list[list[tuple[int, int]]], k: int, allowed: "NDArray[np.bool_]"
    ) -> dict[int, float]:
        """Return the ``k`` best rows by BM25 as Lucene has it; ``places``: (row, how often) by term."""
        order = np.argsort(self.rows)
        scores = np.zeros(len(self.rows), dtype=np.float64)
        norm = _K1 * (1 - _B + _B * self.lengths / max(float(self.lengths.mean()), 1.0))
        for found in places:
            if not found:
                continue
            held = np.asarray(found, dtype=np.int64)
            at = order[np.searchsorted(self.rows, held[:, 0], sorter=order)]
            rarity = np.log1p((len(self.rows) - len(held) + 0.5) / (len(held) + 0.5))
            scores[at] += rarity * held[:, 1] / (held[:, 1] + norm[at])
        return self._best(np.where(allowed, scores, 0.0), k, above=0.0)

    def _best(self, scores: "NDArray[np.floating[Any]]", k: int, *, above: float) -> dict[int, float]:
        best = np.argsort(-scores, kind="stable")[:k]
        return {int(self.rows[at]): float(scores[at]) for at in best if scores[at] > above}


def load_vectors(database: "IndexDatabase", *, version: str, dimensions: int) -> WarmVectors:
    """Read all vectors of an open index file."""
    total = database.total()
    matrix = np.empty((total, dimensions), dtype=np.float32)
    rows, lengths, documents = np.empty(total, np.int64), np.empty(total, np.float32), np.empty(total, object)
    for at, (row, document_id, length, packed) in enumerate(database.vectors()):
        rows[at], documents[at], lengths[at] = row, document_id, length
        matrix[at] = np.frombuffer(packed, dtype="<f4")
    return WarmVectors(version, rows, documents, lengths, matrix)


class WarmVectorCache:
    """The vectors of the tenants used last, bounded by bytes, keyed by tenant and version."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[str, WarmVectors] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, creator_id: str, version: str, load: Callable[[], WarmVectors]) -> WarmVectors:
        """Return the tenant's vectors of this version, loading them if they are not here."""
        with self._lock:
            kept = self._kept.get(creator_id)
            if kept is not None and kept.version == version:
                self._kept.move_to_end(creator_id)
                return kept
        loaded = load()
        with self._lock:
            self._kept[creator_id] = loaded
            self._kept.move_to_end(creator_id)
            while self._kept and sum(one.size for one in self._kept.values()) > self._max_bytes:
                self._kept.popitem(last=False)
        return loaded
