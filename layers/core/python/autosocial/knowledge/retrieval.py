"""Retrieval: from a question to the passages that bear on it."""

from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING

from autosocial.contracts.passages import Passage, Retrieval
from autosocial.kernel.budget import carried
from autosocial.kernel.errors import PermanentError, TransientError
from autosocial.knowledge.fusion import FusedChunk, fuse
from autosocial.knowledge.index_ports import IndexQuery
from autosocial.knowledge.relevance import E5_SMALL, Question, RelevanceRule
from autosocial.knowledge.terms import question_terms
from autosocial.text.language import detect_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autosocial.knowledge.index_ports import KnowledgeIndex
    from autosocial.knowledge.ports import Embedder

CANDIDATES = 50
_LOOKED_AT = 20
_MAX_QUERY_CHARS = 2_000


class Retrieve:
    """Finds passages by meaning and by words; by words alone while embeddings are not to be had."""

    def __init__(
        self,
        *,
        index: "KnowledgeIndex",
        embedder: "Embedder",
        withdrawn: "Callable[[str], frozenset[str]]",
        rule: RelevanceRule = E5_SMALL,
    ) -> None:
        """``withdrawn`` gives a creator's documents that are being deleted; see ``DocumentStore``."""
        self._index = index
        self._embedder = embedder
        self._withdrawn = withdrawn
        self._rule = rule

    def __call__(self, creator_id: str, query: str, *, limit: int = 5) -> Retrieval:
        """Return the relevant passages, best first; none when the documents do not hold the answer.

        ``Passage.lexical_score`` is the share of the question's content words that the passage holds.
        """
        text = query.strip()[:_MAX_QUERY_CHARS]
        language = detect_language(text)
        if not text:
            return Retrieval(passages=(), query_language=language)
        # Side by side: both go over the network, and a visitor waits.
        with ThreadPoolExecutor(max_workers=1) as aside:
            withdrawn = aside.submit(carried(self._withdrawn), creator_id)
            vector, error = self._vector(text)
        mode = "hybrid" if vector is not None else "lexical"
        wanted = IndexQuery(question_terms(text), vector, CANDIDATES, withdrawn.result())
        hits = self._index.search(creator_id, wanted)
        fused = fuse(hits, question_language=language)[:_LOOKED_AT]
        relevant = self._relevant(Question(text, language), fused, by_words=vector is None)
        return Retrieval(
            passages=tuple(islice(relevant, limit)),
            mode=mode,
            query_language=language,
            embedding_error=error,
        )

    def _vector(self, text: str) -> "tuple[Sequence[float] | None, str]":
        """Return the question's vector, or None and the code of what kept it away."""
        try:
            return self._embedder.embed_query(text), ""
        except (TransientError, PermanentError) as error:
            return None, error.code

    def _relevant(
        self, question: Question, fused: "Sequence[FusedChunk]", *, by_words: bool
    ) -> "Iterator[Passage]":
        for found in fused:
            share = question.share_held(found)
            if question.is_answered_by(found, share, self._rule, by_words=by_words):
                yield _passage(found, share)


def _passage(found: FusedChunk, share: float) -> Passage:
    chunk = found.chunk
    return Passage(
        passage_id=chunk.chunk_id,
        document_id=chunk.document_id,
        document_name=chunk.document_name,
        text=chunk.text,
        page=chunk.page,
        heading=chunk.heading,
        language=chunk.language,
        start=chunk.start,
        end=chunk.end,
        score=round(found.score, 6),
        similarity=found.similarity,
        lexical_score=share,
    )
