"""Stems: the forms of one word made equal, for the languages that we can stem."""

from functools import cache, lru_cache
from typing import Any, Final

from autosocial.text.words import content_words, fold

STEMMED: Final = ("en", "es")
_ALGORITHMS = {"en": "english", "es": "spanish"}


@lru_cache(maxsize=65_536)
def stem(word: str, language: str) -> str:
    """Return the stem of a word without accents; in a language that we cannot stem, the word without them."""
    if language not in _ALGORITHMS:
        return fold(word)
    return fold(str(_stemmer(language).stemWord(word)))


def content_stems(text: str, language: str) -> list[str]:
    """Return the stems of the words that carry meaning, in order, repeats included."""
    return [stem(word, language) for word in content_words(text, language)]


@cache
def _stemmer(language: str) -> Any:
    # Imported late: only who searches, indexes or quotes pays for it.
    import snowballstemmer  # type: ignore[import-untyped]

    return snowballstemmer.stemmer(_ALGORITHMS[language])
