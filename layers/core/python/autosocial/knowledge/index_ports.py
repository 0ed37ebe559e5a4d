"""The knowledge index as a role: chunks of one tenant, found by meaning and by words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from autosocial.kernel.errors import InvalidError


@dataclass(frozen=True, slots=True)
class IndexedChunk:
    """One chunk as it goes into the index; ``start``/``end`` are offsets in the document's text."""

    chunk_id: str
    document_id: str
    document_name: str
    ordinal: int
    text: str
    page: int | None
    heading: str
    language: str
    start: int
    end: int
    vector: Sequence[float]


@dataclass(frozen=True, slots=True)
class ScoredChunk:
    """One found chunk. ``score`` is the cosine in a dense list and BM25 (> 0) in a lexical one."""

    chunk_id: str
    document_id: str
    document_name: str
    ordinal: int
    text: str
    page: int | None
    heading: str
    language: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """What to look for. ``terms`` come from ``knowledge.terms`` and are matched as they are.

    ``vector`` is a unit vector or None (then only words count); ``k`` bounds each result list;
    chunks of ``excluded_documents`` are left out during the search, not after it.
    """

    terms: tuple[str, ...]
    vector: Sequence[float] | None
    k: int
    excluded_documents: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not 1 <= self.k <= 1_000:
            raise InvalidError("A search returns between 1 and 1000 chunks.")


@dataclass(frozen=True, slots=True)
class IndexHits:
    """Both result lists of one search, each best first, equal scores ordered by chunk id."""

    dense: tuple[ScoredChunk, ...] = ()
    lexical: tuple[ScoredChunk, ...] = ()


class KnowledgeIndex(Protocol):
    """Chunks by tenant. Raises ``TransientError`` while the index is away."""

    def put(self, creator_id: str, chunks: Sequence[IndexedChunk]) -> None:
        """Add chunks, replacing those with the same id; durable and visible when it returns."""

    def remove_document(
        self, creator_id: str, document_id: str, *, keep: frozenset[str] = frozenset()
    ) -> int:
        """Remove a document's chunks except the ids in ``keep``; return how many went."""

    def count(self, creator_id: str, document_id: str) -> int:
        """Return how many chunks of a document are in the index."""

    def search(self, creator_id: str, query: IndexQuery) -> IndexHits:
        """Return both result lists in one call."""
