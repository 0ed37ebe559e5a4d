"""Words as the index matches them: folded, without stop words, stemmed for English and Spanish.

Both index adapters store and match these terms as they are, so that they find the same chunks.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any

from autosocial.knowledge.stop_words import STOP_WORDS

MAX_QUERY_WORDS = 48
_MAX_WORD_CHARS = 48
_WORD = re.compile(r"[^\W_]+")
_STEMMERS = {"en": "english", "es": "spanish"}
_ACUTE_AND_KIN = re.compile(
    "[\u0300-\u0302\u0304-\u036f]"
)  # all marks but the tilde, which makes ñ another letter


def words(text: str) -> Iterator[str]:
    """Yield the words of a text in lower case, cut to a sane length."""
    for match in _WORD.finditer(unicodedata.normalize("NFKC", text).lower()):
        yield match.group()[:_MAX_WORD_CHARS]


def fold(word: str) -> str:
    """Return the word without accents; ñ stays."""
    if word.isascii():
        return word
    return unicodedata.normalize("NFC", _ACUTE_AND_KIN.sub("", unicodedata.normalize("NFD", word)))


def chunk_terms(text: str, heading: str, language: str) -> list[str]:
    """Return the terms of a chunk in order, repeats included."""
    return [_stem(word, language) for word in _content(words(f"{heading}\n{text}"))]


def question_words(question: str) -> tuple[frozenset[str], ...]:
    """Return for each content word of a question the terms that a chunk may hold it as.

    A short question does not tell its language surely, and visitors leave accents out; so each word is
    stemmed by the rules of every language we know, with and without accents.
    """
    distinct = list(dict.fromkeys(_content(words(question))))[:MAX_QUERY_WORDS]
    groups = (
        frozenset(_stem(form, tongue) for form in (w, fold(w)) for tongue in _STEMMERS) for w in distinct
    )
    return tuple(dict.fromkeys(groups))


def question_terms(question: str) -> tuple[str, ...]:
    """Return the terms to search for, each once, in a stable order."""
    return tuple(dict.fromkeys(term for group in question_words(question) for term in sorted(group)))


def _content(found: Iterable[str]) -> Iterator[str]:
    return (word for word in found if fold(word) not in STOP_WORDS)


@lru_cache(maxsize=65_536)
def _stem(word: str, language: str) -> str:
    if language not in _STEMMERS:
        return fold(word)
    return fold(str(_stemmer(language).stemWord(word)))


@cache
def _stemmer(language: str) -> Any:
    # Imported late: only functions that search or index pay for it.
    import snowballstemmer  # type: ignore[import-untyped]

    return snowballstemmer.stemmer(_STEMMERS[language])
