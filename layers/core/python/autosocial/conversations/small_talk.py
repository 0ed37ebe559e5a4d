"""Greetings, thanks and goodbyes: messages that are nothing else need no documents."""

from autosocial.text.language import Language
from autosocial.text.words import words

_MAX_WORDS = 6
_KINDS: dict[str, dict[Language, frozenset[str]]] = {
    "thanks": {"en": frozenset({"thanks", "thank", "thx", "cheers"}), "es": frozenset({"gracias"})},
    "farewell": {
        "en": frozenset({"bye", "goodbye"}),
        "es": frozenset({"adiós", "adios", "chao", "hasta"}),
    },
    "greeting": {
        "en": frozenset({"hello", "hi", "hey", "morning", "afternoon", "evening"}),
        "es": frozenset({"hola", "buenos", "buenas", "saludos"}),
    },
}
_COMPANIONS = """
good nice day days see later there you so much very everyone all a again your help and ok okay great
días dias tardes noches luego pronto mañana muchas mil todos todas por tu ayuda y vale perfecto genial
"""
_ALLOWED = frozenset(_COMPANIONS.split()).union(
    *(group for kind in _KINDS.values() for group in kind.values())
)


def small_talk(text: str) -> tuple[str, Language] | None:
    """Return (kind, language) if the message is only small talk, else None."""
    found = list(words(text))
    if not found or len(found) > _MAX_WORDS or any(char.isdigit() for char in text):
        return None
    if any(word not in _ALLOWED for word in found):
        return None
    for kind, languages in _KINDS.items():
        for language, keys in languages.items():
            if any(word in keys for word in found):
                return kind, language
    return None
