"""Languages of passages, with the help of a model where the small words do not tell.

For the indexer only: loading the model takes half a second of CPU.
"""

from functools import cache
from typing import Any

from autosocial.text import language

_SURE = 0.5


def detect_language(text: str) -> str:
    """Return one of ``text.language.DETECTED``, or "" for a text that does not tell or is in another."""
    return language.detect_language(text) or _told_by_model(text)


def _told_by_model(text: str) -> str:
    # Of all the languages that the model knows: asked for ours alone, it would find one in any text.
    likeliest, confidence = _model().rank(text)[0]
    return likeliest if likeliest in language.DETECTED and confidence >= _SURE else ""


@cache
def _model() -> Any:
    from py3langid import langid  # type: ignore[import-untyped]

    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
