import pytest

from functions.model_server.extractive.terms import content_terms, guessed_language


def test_endings_and_accents_do_not_matter():
    assert content_terms("¿Cuánto cuestan los envíos?", "es") == content_terms("cuestan envíos", "es")
    assert content_terms("cancellation of classes", "en") == content_terms("cancellations class", "en")


def test_small_words_carry_no_content():
    assert content_terms("What is it that you have for me?", "en") == []


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
    assert guessed_language(text) == language
