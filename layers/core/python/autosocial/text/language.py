"""Which language a text is in: told from its small words, endings and letters; "" where they do not tell.

Pure and quick (no model), so that it may stand on a visitor's path. Whoever has the time may ask a model
about the texts that this leaves open.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, get_args

from autosocial.text.words import STOP_WORDS, fold, words

# The languages in which the product itself speaks, and those that a text can be told to be in.
Language = Literal["en", "es"]
SPOKEN: Final[tuple[Language, ...]] = get_args(Language)
DETECTED: Final = ("en", "es", "pt", "fr", "de", "it")

_LONG_ENOUGH_CHARS = 2_000
# Words that carry meaning and still tell the language: they stand in greetings and short questions.
_TELLING = {
    "en": "booking cost costs hello hey hi hours open opening price prices yes",
    "es": "abierto buenas buenos clase clases cuesta cuestan dias hola horario horarios necesito "
    "noches precio precios quiero tardes",
    "pt": "aberto aula aulas boa bom custa custam dia horario horarios noite obrigada obrigado "
    "ola preco precos",
    "fr": "bonjour bonsoir cours coute coutent horaires merci ouvert prix salut seance seances tarif tarifs "
    "trouve",
    "de": "abend bitte danke guten hallo kosten kostet kurs kurse morgen offnungszeiten "
    "preis preise stunde tag",
    "it": "aperto buonasera buongiorno ciao corsi corso costa costano grazie lezione orari orario "
    "prezzi prezzo",
}
# Languages that are not told apart, but are near enough to be taken for one that is.
_NEIGHBOURS = {
    "ca": "amb aquest aquesta dels els meu meva molt nostre puc quan quant quin quina sense soc tinc vull",
    "nl": "aan als bij dat de deze die dit door een er geen heb heeft hebben het hoe hun ik in is je "
    "jij jullie kan kun kunnen kunt maar met mijn moet naar niet nog om onze ook op uit uw van veel "
    "voor waar wanneer was wat we welke wij worden wordt zijn zo zonder",
    "pl": "co czy dla do gdzie ile jak jaki jest kiedy mam moge na nie od po przez sa sie w z za",
    "sv": "ar att av det du ett har hur inte jag kan med min nar ni och om pa som till vad vi",
}
# Said in every language.
_EVERYBODYS = {"ok"}
_ENDINGS = {
    "en": ("ing", "tion"),
    "es": ("cion", "ciones", "ais", "eis"),
    "pt": ("ção", "ções", "cao", "coes"),
    "fr": ("tion",),
    "de": ("ung", "ungen", "keit"),
    "it": ("zione", "zioni"),
}
_LETTERS = {"es": "ñ¿¡", "pt": "ãõ", "de": "äöüß", "fr": "œêîûëï", "": "łąęźćśńğşıțășøåæčšžřěůőűđþð"}
_LAST_LATIN = "\u024f"
_ENDING_WEIGHT = 0.5
_MIN_WORD_WITH_ENDING = 6
# Most visitors write one of the languages that the product speaks, so the others must be surer.
_PRIOR_OF_SPOKEN = 0.25
_ENOUGH = 0.4
_LEAD = 0.5
_LEAD_OF_SPOKEN = 0.2
# What is longer than a question has many small words of its one language and few of the next.
_LONGER_WORDS = 12
_LONGER_COVERAGE = 0.25
_LONGER_RUNNER_UP = 0.7

Shares = Mapping[str, float]


def detect_language(text: str) -> str:
    """Return one of ``DETECTED``, or "" for a text that does not tell or is in none (or several) of them."""
    text = text[:_LONG_ENOUGH_CHARS].lower()
    if not _is_mostly_latin(text):
        return ""
    found = [fold(word) for word in words(text) if not word.isnumeric()]
    scores, hits = _counted(found, text)
    ranked = sorted(scores.items(), key=lambda entry: -entry[1])
    (best, most), (_, second) = [*ranked, ("", 0.0), ("", 0.0)][:2]
    lead = _LEAD_OF_SPOKEN if best in SPOKEN else _LEAD
    if best not in DETECTED or most < _ENOUGH or most - second < lead:
        return ""
    if len(found) >= _LONGER_WORDS and (
        hits[best] < _LONGER_COVERAGE * len(found) or second > _LONGER_RUNNER_UP * most
    ):
        return ""
    return best


def spoken_language(text: str, *, otherwise: str = "") -> Language:
    """Return the language to speak to somebody who wrote ``text``.

    ``otherwise`` (a language code) decides where the text does not tell or is in a language that the product
    does not speak; English where that does not help either.
    """
    detected = detect_language(text)
    for wanted in (detected, otherwise.lower()[:2]):
        for language in SPOKEN:
            if wanted == language:
                return language
    return SPOKEN[0]


def _is_mostly_latin(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return 2 * sum(char <= _LAST_LATIN for char in letters) >= len(letters)


def _counted(found: Sequence[str], text: str) -> tuple[dict[str, float], Counter[str]]:
    """Return for each language the weight of what speaks for it, and the number of its words.

    A word that several languages have counts for each by its share.
    """
    scores: defaultdict[str, float] = defaultdict(float)
    hits: Counter[str] = Counter()
    for word in found:
        for language, share in _shares_of(word).items():
            scores[language] += share
            hits[language] += 1
    for language, letters in _LETTERS.items():
        scores[language] += sum(text.count(letter) for letter in letters)
    for language in SPOKEN:
        scores[language] += _PRIOR_OF_SPOKEN if hits[language] else 0
    return scores, hits


def _shares_of(word: str) -> Shares:
    known = _SHARES.get(word)
    if known is not None or len(word) < _MIN_WORD_WITH_ENDING:
        return known or {}
    languages = [language for language, endings in _ENDINGS.items() if word.endswith(endings)]
    return {language: _ENDING_WEIGHT / len(languages) for language in languages}


def _word_lists() -> Iterator[tuple[str, frozenset[str]]]:
    for language, listed in STOP_WORDS.items():
        yield language, (listed | frozenset(_TELLING[language].split())) - _EVERYBODYS
    for language, telling in _NEIGHBOURS.items():
        yield language, frozenset(telling.split())


def _shares() -> dict[str, Shares]:
    speakers: dict[str, list[str]] = {}
    for language, listed in _word_lists():
        for word in listed:
            speakers.setdefault(word, []).append(language)
    return {word: dict.fromkeys(known, 1 / len(known)) for word, known in speakers.items()}


_SHARES = _shares()
