"""Whether a passage bears on a question at all, so that "the documents do not hold it" can be said. Pure.

The figures were measured with multilingual-e5-small on the question sets in tests/data/retrieval
(tests/bench/retrieval.py prints them anew); another embedding model needs its own rule.
"""

from dataclasses import dataclass

from autosocial.knowledge.fusion import FusedChunk, languages_differ
from autosocial.knowledge.terms import chunk_terms, question_words


@dataclass(frozen=True, slots=True)
class RelevanceRule:
    """What a passage must show. Shares are of the question's words that the passage holds.

    In the question's language the cosine plus ``word_bonus`` times the share must reach
    ``same_language``; in another language the cosine alone must reach ``other_language``. A passage with
    ``enough_words`` of two words or more is taken whatever the cosine says, which finds part numbers and
    names. Without vectors ``words_without_vectors`` decides.
    """

    same_language: float = 0.83
    other_language: float = 0.80
    word_bonus: float = 0.05
    enough_words: float = 0.6
    words_without_vectors: float = 0.33


E5_SMALL = RelevanceRule()
# For embeddings whose cosines nobody has measured here: it stops only what is plainly unlike, and leaves
# saying that the documents do not hold it to the chat model.
UNMEASURED = RelevanceRule(same_language=0.35, other_language=0.30)


def rule_for(embedding_model_id: str) -> RelevanceRule:
    """Return the rule that belongs to an embedding model."""
    return E5_SMALL if "e5" in embedding_model_id else UNMEASURED


class Question:
    """A question, taken apart once for many passages."""

    def __init__(self, text: str, language: str) -> None:
        self.language = language
        self._words = question_words(text)

    def share_held(self, found: FusedChunk) -> float:
        """Return which share of the question's content words a passage holds (0..1)."""
        if not self._words:
            return 0.0
        chunk = found.chunk
        terms = frozenset(chunk_terms(chunk.text, chunk.heading, chunk.language))
        return sum(not terms.isdisjoint(forms) for forms in self._words) / len(self._words)

    def is_answered_by(self, found: FusedChunk, share: float, rule: RelevanceRule, *, by_words: bool) -> bool:
        """Return whether the passage bears on the question; ``by_words``: there were no vectors."""
        if by_words:
            return share >= rule.words_without_vectors
        if len(self._words) >= 2 and share >= rule.enough_words:
            return True
        if found.similarity is None:
            return False
        if languages_differ(self.language, found.chunk.language):
            return found.similarity >= rule.other_language
        return found.similarity + rule.word_bonus * share >= rule.same_language
