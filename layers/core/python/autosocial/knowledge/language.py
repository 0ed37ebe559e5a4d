"""Which language a text is in, good enough for one short question."""

from functools import cache
from typing import Any

from autosocial.knowledge.terms import fold, words

_LONG_ENOUGH_CHARS = 2_000
# Words that settle the matter at once, since none of the other languages has them.
_ENGLISH_ONLY = frozenset({
    "the", "what", "how", "is", "are", "you", "your", "can", "my", "where", "who", "which", "does", "have",
    "for", "with", "of", "and", "to", "this", "it", "i", "hello", "hi", "thanks",
})  # fmt: skip
_SPANISH_ONLY = frozenset({
    "el", "los", "las", "como", "cuanto", "cuanta", "cuantos", "cuantas", "cuando", "donde", "cual", "hay",
    "tengo", "tienes", "tiene", "tienen", "teneis", "puedo", "puede", "pueden", "quiero", "necesito", "y",
    "hasta", "desde", "muy", "pero", "soy", "esta", "estan", "hacer", "del", "se", "hola", "gracias", "mi",
})  # fmt: skip
# Between these two the model is right in 99 of 100 short questions. It takes accent-free Spanish for
# Portuguese or French now and then, but never surely: a third language must be sure.
_EXPECTED = ("en", "es")
_OTHERS = ("pt", "fr", "de", "it")
_SURE = 0.87


def detect_language(text: str) -> str:
    """Return ``en``, ``es``, ``pt``, ``fr``, ``de`` or ``it``; "" for a text without words."""
    text = text[:_LONG_ENOUGH_CHARS]
    found = [fold(word) for word in words(text) if not word.isnumeric()]
    if not found:
        return ""
    english, spanish = (sum(word in only for word in found) for only in (_ENGLISH_ONLY, _SPANISH_ONLY))
    spanish += 2 * ("¿" in text or "¡" in text)
    if max(english, spanish) >= min(2, len(found)) and min(english, spanish) == 0:
        return "en" if english else "es"
    ranked: list[tuple[str, float]] = _model().rank(text)
    language, confidence = ranked[0]
    if language in _EXPECTED or confidence >= _SURE:
        return language
    return next(language for language, _ in ranked if language in _EXPECTED)


@cache
def _model() -> Any:
    # Imported and loaded late: it takes half a second of CPU, and most questions do without.
    from py3langid import langid  # type: ignore[import-untyped]

    model = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    model.set_languages((*_EXPECTED, *_OTHERS))
    return model
