"""What a password may be (ASVS 5.0 V6, level 2), and the one spelling in which it is hashed."""

import re
import unicodedata
from collections.abc import Iterator

from autosocial.auth.model import MAX_PASSWORD_BYTES, MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS
from autosocial.auth.ports import CommonPasswords
from autosocial.kernel.errors import InvalidError

# The estimator's own limit, and as far as its cost stays small.
_ESTIMATED_CHARS = 72
# As many as it takes to try eight characters in which nothing is recognised. Words with a year, a number
# or other letters in place of some take fewer.
_MIN_GUESSES = 10**8
_MIN_WORD_CHARS = 3
_OF_THE_PRODUCT = ("autosocial", "auto", "social", "coach", "coaching")
# Words that make half of a bad password in our languages and are unknown to the estimator, which is English.
_SEASONAL = """
january february march april may june july august september october november december
monday tuesday wednesday thursday friday saturday sunday spring summer autumn winter
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
lunes martes miercoles jueves viernes sabado domingo primavera verano otono invierno
password welcome login admin secret contrasena clave bienvenido bienvenida hola acceso secreto
"""
# Marks of other scripts are letters of their own.
_ACCENTS_AND_INVISIBLE = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_YEAR = re.compile(r"(19|20)\d\d$")
# So many signs and digits at the end of a word are a year, a date or a count.
_TRIED_BY_ALL = 4
_LOOKALIKES = str.maketrans("@4310!$57", "aaeioists")


def normalised_password(password: str) -> str:
    """Return what is hashed: the same for a password typed on another system (RFC 8265, OpaqueString).

    Raises:
        InvalidError: it is too long.
    """
    spaced = "".join(" " if unicodedata.category(char) == "Zs" else char for char in password)
    normalised = unicodedata.normalize("NFC", spaced)
    size = len(normalised.encode("utf-8", "replace"))
    if len(normalised) > MAX_PASSWORD_CHARS or size > MAX_PASSWORD_BYTES:
        raise InvalidError(
            f"A password has at most {MAX_PASSWORD_CHARS} characters.", code="password_too_long"
        )
    return normalised


def spellings(password: str) -> tuple[str, ...]:
    """Return under which spellings a password may have been hashed: today's, and the one it came in."""
    return tuple(dict.fromkeys((normalised_password(password), password)))


def check_new_password(password: str, *, email: str, name: str, is_common: CommonPasswords) -> None:
    """Refuse passwords that are short, common or about the person or us; no rules of composition.

    ``password`` is normalised.

    Raises:
        InvalidError: says which.
    """
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in password):
        raise InvalidError("A password has no control characters.", code="invalid_password")
    if len(password) < MIN_PASSWORD_CHARS:
        raise InvalidError(
            f"A password has at least {MIN_PASSWORD_CHARS} characters; 15 or more are better.",
            code="password_too_short",
        )
    words = personal_words(email, name)
    if not all(_is_good(text, words, is_common) for text in (password, *_without(words, password))):
        raise InvalidError(
            "This password is too easy to guess. A few words that do not belong together make a good one.",
            code="password_too_weak",
        )


def personal_words(email: str, name: str) -> tuple[str, ...]:
    """Return the words that are no secret of this person, the longest first, without accents."""
    local, _, domain = _folded(email).partition("@")
    texts = (local, *domain.split(".")[:-1], _folded(name))
    words = {word for text in texts for word in _split(text)} | set(_OF_THE_PRODUCT)
    known = {word for word in words if len(word) >= _MIN_WORD_CHARS}
    return tuple(sorted(known | {word[::-1] for word in known}, key=lambda word: (-len(word), word)))


def _without(words: tuple[str, ...], password: str) -> Iterator[str]:
    """Yield what of the password is left, once it is read as it is and once with look-alikes for letters."""
    for text in (_folded(password), _folded(password).translate(_LOOKALIKES)):
        rest = text
        for word in words:
            rest = rest.replace(word, "")
        if rest != text:
            yield _trimmed(rest)


def _is_good(text: str, words: tuple[str, ...], is_common: CommonPasswords) -> bool:
    if len(text) < MIN_PASSWORD_CHARS:
        return False
    readings = {text, _folded(text), _folded(text).translate(_LOOKALIKES)}
    cores = {core for reading in readings for core in _cores(reading)}
    if any(len(core) >= MIN_PASSWORD_CHARS and is_common(core.casefold()) for core in cores):
        return False
    return all(guesses(core, words) * _decoration(text, core) >= _MIN_GUESSES for core in cores)


def _cores(text: str) -> Iterator[str]:
    """Yield ``text``, and what is left without the signs, the year, the numbers that people add to a word."""
    yield text
    plain = text.strip(_signs(text))
    yield plain
    yield _YEAR.sub("", plain).rstrip(_signs(plain))
    yield _trimmed(plain)


def _decoration(text: str, core: str) -> float:
    """Return how many times more guesses it takes to find what was put around ``core``, too.

    The estimate makes much of each further part; a sign or a year that everybody tries is not worth it.
    """
    added = len(text) - len(core)
    return 10.0 ** (added if added > _TRIED_BY_ALL else min(added, 2))


def _signs(text: str) -> str:
    return "".join(char for char in text if not char.isalnum()) or " "


def guesses(text: str, words: tuple[str, ...] = ()) -> float:
    """Return after how many guesses somebody who knows ``words`` of a person would have found ``text``."""
    from zxcvbn import zxcvbn

    if not text:
        return 1
    return float(zxcvbn(text[:_ESTIMATED_CHARS], user_inputs=[*words, *_SEASONAL.split()])["guesses"])


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return _ACCENTS_AND_INVISIBLE.sub("", decomposed)


def _split(text: str) -> list[str]:
    return "".join(char if char.isalpha() else " " for char in text).split()


def _trimmed(text: str) -> str:
    """Return ``text`` without the numbers and signs around it."""
    letters = [index for index, char in enumerate(text) if char.isalpha()]
    return text[letters[0] : letters[-1] + 1] if letters else ""
