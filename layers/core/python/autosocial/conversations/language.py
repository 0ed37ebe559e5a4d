"""English or Spanish, from a few words; and the sentences the coach says by itself in both."""

import re
from typing import Literal

Language = Literal["en", "es"]

_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
_SPANISH_STOPWORDS = """
el la los las un una unos unas de del al y o que qué en es son está están hay por para con sin se su sus mi
mis tu tus yo usted ustedes cómo como cuánto cuánta cuántos cuántas cuál cuáles cuándo dónde quién quiénes
puedo puede pueden tengo tiene tienen también pero más muy lo le les nos me te ser hacer cuanto cuando donde
cual
"""
_ENGLISH_STOPWORDS = """
the a an of and or to in is are was were be do does did what which who whom whose when where why how much
many can could would should will i you he she it we they my your his her its our their for with without on at
by from there this that these those have has had not please about any me us
"""
# Words that tell the language but carry meaning.
_SPANISH_HINTS = "hola gracias buenos buenas días tardes noches cuesta cuestan precio quiero necesito horario"
_ENGLISH_HINTS = "hello hi hey thanks thank price cost costs want need hours"
_SPANISH = frozenset((_SPANISH_STOPWORDS + _SPANISH_HINTS).split())
_ENGLISH = frozenset((_ENGLISH_STOPWORDS + _ENGLISH_HINTS).split())
STOPWORDS = frozenset((_SPANISH_STOPWORDS + _ENGLISH_STOPWORDS).split())

PHRASES: dict[str, dict[Language, str]] = {
    "greeting": {
        "en": "Hello! What would you like to know?",
        "es": "¡Hola! ¿Qué te gustaría saber?",
    },
    "thanks": {
        "en": "You're welcome! Is there anything else you would like to know?",
        "es": "¡De nada! ¿Hay algo más que quieras saber?",
    },
    "farewell": {
        "en": "Goodbye! Come back whenever you like.",
        "es": "¡Hasta luego! Vuelve cuando quieras.",
    },
    "no_answer": {
        "en": "I don't know: I could not find this in the documents I answer from. "
        "Try asking in other words, or come back later: "
        "the creator of this assistant can read this conversation.",
        "es": "No lo sé: no lo he encontrado en los documentos con los que respondo. "
        "Prueba a preguntarlo con otras palabras o vuelve más tarde: "
        "quien creó este asistente puede leer esta conversación.",
    },
    "degraded": {
        "en": "The assistant is away for the moment, so I cannot word an answer. "
        "These passages from the documents come closest:",
        "es": "El asistente no está disponible por el momento y no puedo redactar una respuesta. "
        "Estos pasajes de los documentos son los más cercanos:",
    },
}


def words(text: str) -> list[str]:
    """Return the words of a text, lower-cased, without numbers."""
    return [word.lower() for word in _WORD.findall(text)]


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning in English or Spanish."""
    return [word for word in words(text) if word not in STOPWORDS and len(word) > 1]


def language_of(text: str, *, otherwise: str = "en") -> Language:
    """Return the language of a text; ``otherwise`` (or English) where the text does not tell."""
    found = words(text)
    spanish = sum(word in _SPANISH for word in found) + 2 * sum(char in "¿¡ñ" for char in text.lower())
    english = sum(word in _ENGLISH for word in found)
    if spanish == english:
        return "es" if otherwise.lower().startswith("es") else "en"
    return "es" if spanish > english else "en"


def phrase(name: str, language: Language) -> str:
    """Return one of the coach's own sentences."""
    return PHRASES[name][language]
