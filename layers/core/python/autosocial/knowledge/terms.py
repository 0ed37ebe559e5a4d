"""Words as the index matches them: folded, without stop words, stemmed for English and Spanish.

Both index adapters store and match these terms as they are, so that they find the same chunks.
"""

from collections.abc import Iterable, Iterator

from autosocial.text.stemming import STEMMED, stem
from autosocial.text.words import fold, is_stop_word, words

MAX_QUERY_WORDS = 48


def chunk_terms(text: str, heading: str, language: str) -> list[str]:
    """Return the terms of a chunk in order, repeats included."""
    return [stem(word, language) for word in _content(words(f"{heading}\n{text}"))]


def question_words(question: str) -> tuple[frozenset[str], ...]:
    """Return for each content word of a question the terms that a chunk may hold it as.

    A short question does not tell its language surely, and visitors leave accents out; so each word is
    stemmed by the rules of every language we know, with and without accents.
    """
    distinct = list(dict.fromkeys(_content(words(question))))[:MAX_QUERY_WORDS]
    groups = (frozenset(stem(form, tongue) for form in (w, fold(w)) for tongue in STEMMED) for w in distinct)
    return tuple(dict.fromkeys(groups))


def question_terms(question: str) -> tuple[str, ...]:
    """Return the terms to search for, each once, in a stable order."""
    return tuple(dict.fromkeys(term for group in question_words(question) for term in sorted(group)))


def _content(found: Iterable[str]) -> Iterator[str]:
    # The stop words of both, whatever the language: chunks and questions must agree on what is left out.
    return (word for word in found if not is_stop_word(word))
