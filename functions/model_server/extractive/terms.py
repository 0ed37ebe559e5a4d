"""Content words of English and Spanish text, stemmed, so that a question and a sentence can be compared."""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer  # type: ignore[import-untyped]

_WORD = re.compile(r"\w+", re.UNICODE)
_ALGORITHMS = {"en": "english", "es": "spanish"}

_ENGLISH = """
a about after again all also am an and any are aren as at be because been before being but by can could
couldn d did didn do does doesn doing don down during each few for from further get give had has hasn
have haven having he her here hers him his how i if in into is isn it its just know let long like ll m many
may me might more most much must my need no nor not now of off often ok on once only or other our out over own
please re s same she should so some such t tell than thank thanks that the their them then there these
they this those through to too under until up us ve very want was we were what when where which while who
whom whose why will with won would you your yours
"""
_SPANISH = """
a al algo algun alguna algunas alguno algunos ante antes aqui asi aun aunque cada como con contra cual
cuales cualquier cuando cuanta cuantas cuanto cuantos de decir decirme del desde dime donde dos durante e
el ella ellas ellos en entre era es esa esas ese eso esos esta estaba estan estar estas este esto estos
estoy fue fueron gracias ha haber habia hace hacen hacer hasta hay he la las le les lo los mas me mi mis
mucha muchas mucho muchos muy nada necesito ni no nos nosotros nuestra nuestras nuestro nuestros o os
otra otras otro otros para pero poco por porque puede pueden puedo que quien quienes quiero quisiera se
sea sean ser si sido sin sobre solo son soy su sus suya suyo tal tambien tan tanto te tener tengo ti
tiene tienen toda todas todo todos tu tus un una unas uno unos usted ustedes va vais van voy vuestra
vuestro y ya yo
"""
_STOP_WORDS = {"en": frozenset(_ENGLISH.split()), "es": frozenset(_SPANISH.split())}
_COMMON = _STOP_WORDS["en"] & _STOP_WORDS["es"]


def words(text: str) -> list[str]:
    """Return the words of a text, lower case."""
    return _WORD.findall(text.lower())


def guessed_language(text: str) -> str:
    """Return ``en`` or ``es`` by the small words of the text and its letters, "" where they do not tell."""
    folded = [fold(word) for word in words(text)]
    hits = {
        language: sum(word in stops and word not in _COMMON for word in folded)
        for language, stops in _STOP_WORDS.items()
    }
    hits["es"] += 2 * len(re.findall("[ñ¿¡]", text.lower())) + len(re.findall("[áéíóú]", text.lower()))
    if hits["en"] == hits["es"]:
        return ""
    return max(hits, key=lambda language: hits[language])


def content_terms(text: str, language: str) -> list[str]:
    """Return the stems of the content words, in order. An unknown language counts as English."""
    chosen = language if language in _ALGORITHMS else "en"
    stops = _STOP_WORDS[chosen]
    return [
        _stem(word, chosen)
        for word in words(text)
        if fold(word) not in stops and (len(word) > 1 or word.isdigit())
    ]


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Return the word without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


@lru_cache(maxsize=50_000)
def _stem(word: str, language: str) -> str:
    stemmed = snowballstemmer.stemmer(_ALGORITHMS[language]).stemWord(word)
    return fold(stemmed)
