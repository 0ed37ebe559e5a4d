import pytest
from hypothesis import given
from hypothesis import strategies as st

from autosocial.knowledge.terms import MAX_QUERY_WORDS, chunk_terms, question_terms, question_words


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("cancelling classes", "cancel a class", "en"),
        ("The Prices", "price", "en"),
        ("devoluciones", "devolución", "es"),
        ("las clases", "Clase", "es"),
        ("CAFÉ", "cafe\u0301", "es"),
    ],
)
def test_forms_of_one_word_become_one_term(one: str, other: str, language: str) -> None:
    assert chunk_terms(one, "", language) == chunk_terms(other, "", language)


def test_different_words_stay_different() -> None:
    assert chunk_terms("año", "", "es") != chunk_terms("ano", "", "es")
    assert chunk_terms("16 euros", "", "en") != chunk_terms("61 euros", "", "en")


def test_words_without_content_are_left_out() -> None:
    assert chunk_terms("How much is it, and where?", "", "en") == []
    assert chunk_terms("¿Cuánto es y dónde?", "", "es") == []
    assert question_terms("¿Qué es?") == ()


def test_the_heading_comes_first_and_repeats_are_kept() -> None:
    assert chunk_terms("towel towel", "Mats", "en") == ["mat", "towel", "towel"]


def test_a_language_we_cannot_stem_is_only_folded() -> None:
    assert chunk_terms("Preços variáveis", "", "pt") == ["precos", "variaveis"]


@pytest.mark.parametrize(
    ("question", "text", "language"),
    [
        ("cuanto cuesta la inscripcion", "La inscripción cuesta 20 euros", "es"),
        ("¿CUÁNTO CUESTA LA INSCRIPCIÓN?", "La inscripción cuesta 20 euros", "es"),
        ("pilates prices", "Pilates price list", "en"),
        ("pilates", "Clases de Pilates", "es"),
    ],
)
def test_a_question_finds_its_words_in_either_language_and_without_accents(
    question: str, text: str, language: str
) -> None:
    terms = set(chunk_terms(text, "", language))
    assert all(terms & forms for forms in question_words(question))


def test_a_very_long_question_is_cut() -> None:
    question = " ".join(f"palabra{number}" for number in range(5_000))
    assert len(question_words(question)) == MAX_QUERY_WORDS
    assert all(len(term) <= 48 for term in question_terms("x" * 10_000))


@given(st.text(max_size=300), st.sampled_from(["en", "es", "pt", ""]))
def test_any_text_gives_terms_that_neither_index_can_misread(text: str, language: str) -> None:
    for term in (*chunk_terms(text, text, language), *question_terms(text)):
        assert term
        assert not any(char.isspace() or (char.isascii() and not char.isalnum()) for char in term)
        assert term == term.lower()


@given(st.text(max_size=200))
def test_every_term_of_a_question_is_asked_for_once(text: str) -> None:
    terms = question_terms(text)
    assert len(set(terms)) == len(terms)
    assert set(terms) == set().union(*question_words(text))
