"""The sentences that the product says by itself, in every language that it speaks."""

from collections.abc import Mapping
from typing import Final

from autosocial.text.language import Language

PHRASES: Final[Mapping[str, Mapping[Language, str]]] = {
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


def phrase(name: str, language: Language) -> str:
    """Return one of the product's own sentences."""
    return PHRASES[name][language]
