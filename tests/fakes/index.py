"""A ``KnowledgeIndex`` in memory: exact cosine, Lucene's BM25, nothing shared between tenants."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from autosocial.kernel.errors import InvalidError, TransientError
from autosocial.knowledge.index_ports import IndexedChunk, IndexHits, IndexQuery, ScoredChunk
from autosocial.knowledge.terms import chunk_terms


class InMemoryKnowledgeIndex:
    """Keeps chunks by tenant. Set ``away`` to make every call raise ``TransientError``."""

    def __init__(self, *, dimensions: int) -> None:
        self._dimensions = dimensions
        self._chunks: dict[str, dict[str, IndexedChunk]] = {}
        self.away = False

    def put(self, creator_id: str, chunks: Sequence[IndexedChunk]) -> None:
        tenant = self._tenant(creator_id)
        for chunk in chunks:
            self._check(chunk.vector)
        tenant.update({chunk.chunk_id: chunk for chunk in chunks})

    def remove_document(
        self, creator_id: str, document_id: str, *, keep: frozenset[str] = frozenset()
    ) -> int:
        tenant = self._tenant(creator_id)
        gone = [key for key, one in tenant.items() if one.document_id == document_id and key not in keep]
        for key in gone:
            del tenant[key]
        return len(gone)

    def count(self, creator_id: str, document_id: str) -> int:
        return sum(one.document_id == document_id for one in self._tenant(creator_id).values())

    def search(self, creator_id: str, query: IndexQuery) -> IndexHits:
        everything = list(self._tenant(creator_id).values())
        allowed = [one for one in everything if one.document_id not in query.excluded_documents]
        vector = query.vector
        dense: Iterable[ScoredChunk] = ()
        if vector is not None:
            self._check(vector)
            dense = (_scored(one, _cosine(one.vector, vector)) for one in allowed)
        bm25 = _bm25(everything, query.terms)
        lexical = (_scored(one, bm25(one)) for one in allowed)
        return IndexHits(_best(dense, query.k), _best((one for one in lexical if one.score > 0), query.k))

    def _tenant(self, creator_id: str) -> dict[str, IndexedChunk]:
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", creator_id):
            raise InvalidError("A search needs the id of a creator.")
        if self.away:
            raise TransientError("The knowledge index is not to be reached right now.")
        return self._chunks.setdefault(creator_id, {})

    def _check(self, vector: Sequence[float]) -> None:
        if len(vector) != self._dimensions or not all(map(math.isfinite, vector)) or not any(vector):
            raise InvalidError("A vector must have as many finite numbers, not all 0.")


def _bm25(chunks: Sequence[IndexedChunk], terms: Sequence[str]) -> Callable[[IndexedChunk], float]:
    held = {one.chunk_id: Counter(chunk_terms(one.text, one.heading, one.language)) for one in chunks}
    average = sum(found.total() for found in held.values()) / max(len(held), 1) or 1.0
    holders = {term: sum(term in found for found in held.values()) for term in terms}

    def score(chunk: IndexedChunk) -> float:
        found, total = held[chunk.chunk_id], 0.0
        norm = 1.2 * (0.25 + 0.75 * found.total() / average)
        for term in terms:
            rarity = math.log1p((len(held) - holders[term] + 0.5) / (holders[term] + 0.5))
            total += rarity * found[term] / (found[term] + norm)
        return total

    return score


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / (math.hypot(*one) * math.hypot(*other))


def _scored(chunk: IndexedChunk, score: float) -> ScoredChunk:
    fields = {name: getattr(chunk, name) for name in ScoredChunk.__slots__ if name != "score"}
    return ScoredChunk(**fields, score=score)


def _best(found: Iterable[ScoredChunk], k: int) -> tuple[ScoredChunk, ...]:
    return tuple(sorted(found, key=lambda one: (-one.score, one.chunk_id))[:k])
