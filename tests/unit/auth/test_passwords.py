"""Which passwords are refused, and why; which are not."""

import pytest

from autosocial.auth.passwords import check_new_password, normalised_password, personal_words, spellings
from autosocial.kernel.errors import InvalidError

ANA = {"email": "ana.garcia@yogastudio.com", "name": "Ana García Pérez"}
COMMON = {"vrbgqns997", "zag12wsx", "plumafuerte"}


def _check(password: str) -> None:
    check_new_password(normalised_password(password), **ANA, is_common=COMMON.__contains__)


def _code(call) -> str:
    with pytest.raises(InvalidError) as refusal:
        call()
    return refusal.value.code


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "contraseña difícil",
        "密码很长很难猜的句子",
        "שלום עולם טוב מאוד",
        "नीली नदी शांत",
        "xK9#mQ2$vL",
        "xK9#mQ2$",
        "x7" * 3 + "plötz" * 24,
        "😀🐎🔋📎🌧️☂️🎸🍕",
        "sunflower tractor 12",
        "quiet river under stars",
        "García-x7Kq9Zp2vL",
        "Kayaking-with-Ana-in-the-rain",
    ],
)
def test_good_passwords_need_no_special_composition(password):
    _check(password)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short1!", "password_too_short"),
        ("é" * 7, "password_too_short"),
        ("e\u0301" * 7, "password_too_short"),
        ("password", "password_too_weak"),
        ("Password1!", "password_too_weak"),
        ("aaaaaaaaaaaaaaaa", "password_too_weak"),
        ("plain\x00 words in a row", "invalid_password"),
        ("plain\nwords in a row", "invalid_password"),
        ("x" * 129, "password_too_long"),
        ("😀" * 128 + "x", "password_too_long"),
    ],
)
def test_bad_passwords_are_refused_with_the_reason(password, code):
    assert _code(lambda: _check(password)) == code


@pytest.mark.parametrize(
    "password",
    [
        "anagarcia",
        "AnaGarcia2024",
        "garcia1985!",
        "Perez-Garcia",
        "Garc1a-1985",
        "aicrag2024",
        "yogastudio99",
        "YogaStudio.Ana",
        "autosocial-coach",
        "AutoSocial2026!",
        "4utos0c1al!!",
        "MyCoach2026!!",
    ],
)
def test_what_is_about_the_person_or_the_product_is_no_secret(password):
    assert _code(lambda: _check(password)) == "password_too_weak"


@pytest.mark.parametrize(
    "password",
    [
        "password1!",
        "Summer2026",
        "Summer-2026!",
        "Verano2026",
        "Contraseña1",
        "Monday-2026",
        "Septiembre#2025",
        "Welcome2026!",
        "P@ssw0rd123",
        "!backspace1",
        "momanddad12026",
    ],
)
def test_a_word_that_everybody_takes_is_not_better_for_what_is_put_around_it(password):
    assert _code(lambda: _check(password)) == "password_too_weak"


@pytest.mark.parametrize(
    "password",
    [
        "vrbgqns997",
        "VRBGQNS997",
        "Zag12wsx!",
        "!!zag12wsx",
        "vrbgqns9972026",
        "plumafuerte77",
        "pluma\u200bfuerte",
        "plum@fuert3",
        "plúmafuérte",
    ],
)
def test_a_listed_password_is_found_however_it_is_written(password):
    assert _code(lambda: _check(password)) == "password_too_weak"


def test_a_password_is_as_long_as_it_is_seen():
    assert len(normalised_password("e\u0301" * 128)) == 128
    assert _code(lambda: normalised_password("e\u0301" * 129)) == "password_too_long"


@pytest.mark.parametrize(
    ("typed", "hashed"),
    [
        ("cafe\u0301", "caf\u00e9"),
        ("a\u00a0b\u3000c d", "a b c d"),
        ("한국어".encode().decode(), "한국어"),
        ("\u1112\u1161\u11ab", "한"),
        ("ＡＢＣ", "ＡＢＣ"),
        ("ﬁne", "ﬁne"),
        ("UPPER lower", "UPPER lower"),
        (" edges ", " edges "),
    ],
)
def test_the_spelling_that_is_hashed_is_the_opaque_string_of_rfc_8265(typed, hashed):
    assert normalised_password(typed) == hashed
    assert spellings(typed)[0] == hashed
    assert spellings(typed)[-1] == typed
    assert normalised_password(hashed) == hashed


def test_the_words_of_a_person_are_their_names_and_address_both_ways_round():
    words = personal_words("Jo.O'Neill+news@mail.bücher-haus.co.uk", "Jo O’Neill-Šimić")
    assert {"neill", "news", "mail", "bucher", "haus", "simic", "llien", "cimis", "autosocial"} <= set(words)
    assert not {"jo", "o", "co", "uk"} & set(words)
