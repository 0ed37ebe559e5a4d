"""How well a sentence answers a question, and when no sentence does.

Words count inside one language, meaning alone across languages. The thresholds belong to e5-small's cosines;
they were fitted on the ``tune`` documents of ``tests/data/retrieval`` and are checked on the others.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from autosocial.text.language import detect_language
from autosocial.text.stemming import content_stems
from functions.model_server.extractive.prompt import ReadPrompt
from functions.model_server.extractive.sentences import Sentence

MAX_QUOTES = 3
_NEAR = 0.12
_WEIGHT_OF_ORDER = 0.03
_WEIGHT_OF_WORDS = 0.1
_RELATED = 0.847
_RELATED_ACROSS_LANGUAGES = 0.803
_COVERED_WITHOUT_VECTORS = 0.5


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence with what speaks for it. ``similarity`` is None where nothing could be embedded."""

    sentence: Sentence
    similarity: float | None
    coverage: float
    is_translated: bool

    @property
    def score(self) -> float:
        """For ranking only. e5's cosines lie between 0.7 and 0.95, so they are spread first."""
        meaning = 0.0 if self.similarity is None else (self.similarity - 0.75) * 5
        order = _WEIGHT_OF_ORDER * max(0, 2 - self.sentence.source)
        return meaning + order + (0.0 if self.is_translated else 0.6 * self.coverage)


class Coverage:
    """How much of the question's content a sentence holds; rare words weigh more."""

    def __init__(self, prompt: ReadPrompt, sentences: Sequence[Sentence]) -> None:
        asked = detect_language(prompt.question)
        self._languages = [source.language or detect_language(source.text) for source in prompt.sources]
        self.question_language = asked or (self._languages[0] if self._languages else "")
        self._terms = set(content_stems(prompt.question, self.question_language))
        self._sentences = {
            id(sentence): set(content_stems(sentence.full_text, self._languages[sentence.source]))
            for sentence in sentences
        }
        counts = Counter(term for terms in self._sentences.values() for term in terms & self._terms)
        total = max(1, len(sentences))
        self._weights = {term: 1 + math.log(total / (1 + counts[term]) + 1) for term in self._terms}
        self._weight = sum(self._weights.values())

    def of(self, sentence: Sentence) -> float:
        """Return the covered share of the question's content words, 0 to 1."""
        if not self._weight:
            return 0.0
        return sum(self._weights[term] for term in self._terms & self._sentences[id(sentence)]) / self._weight

    def is_translated(self, sentence: Sentence) -> bool:
        """Return whether question and sentence are in different languages, so that words do not tell."""
        language = self._languages[sentence.source]
        return bool(language and self.question_language and language != self.question_language)


def is_answered(best: Scored, passage_similarity: float | None) -> bool:
    """Return whether the sources speak about what was asked: the best passage does, in sense and words."""
    if passage_similarity is None:
        return best.coverage >= _COVERED_WITHOUT_VECTORS
    if best.is_translated:
        return passage_similarity >= _RELATED_ACROSS_LANGUAGES
    return passage_similarity + _WEIGHT_OF_WORDS * best.coverage >= _RELATED


def chosen(ranked: Sequence[Scored]) -> list[Scored]:
    """Return the one to three sentences to quote, in reading order."""
    near = [item for item in ranked[:MAX_QUOTES] if item.score >= ranked[0].score - _NEAR]
    return sorted(near, key=lambda item: (item.sentence.source, item.sentence.position))
