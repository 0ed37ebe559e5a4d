import pytest

from autosocial.text.language import detect_language
from autosocial.text.stemming import content_stems


def test_endings_and_accents_do_not_matter():
    assert content_stems("¿Cuánto cuestan los envíos?", "es") == content_stems("cuestan envíos", "es")
    assert content_stems("cancellation of classes", "en") == content_stems("cancellations class", "en")


def test_small_words_carry_no_content():
    assert content_stems("What is it that you have for me?", "en") == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How long do I have to ask for a refund?", "en"),
        ("¿Cuánto tiempo tengo para pedir la devolución?", "es"),
        ("cuanto cuesta el plan", "es"),
        ("12345", ""),
    ],
)
def test_the_language_shows_in_the_small_words(text, language):
    assert detect_language(text) == language
