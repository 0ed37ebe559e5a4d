"""Citations: a marker stays only where the passage holds what the sentence says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autosocial.conversations.citations import best_sentence, quoted, sentences, supports, verified
from tests.fakes.answer_turn import PRICES, passage

SPANISH = passage(3, "Las sesiones duran 90 minutos. El precio es de 50 euros por sesión.", language="es")


@pytest.mark.parametrize(
    ("text", "expected", "indexes"),
    [
        ("A session costs 50 euros [1].", "A session costs 50 euros [1].", [1]),
        ("A session costs 50 euros. [1]", "A session costs 50 euros. [1]", [1]),
        ("A session costs 60 euros [1].", "A session costs 60 euros.", []),
        ("A session costs 50 euros [2].", "A session costs 50 euros.", []),
        ("Bring your own mat [1]. Dogs are welcome [2].", "Bring your own mat [1]. Dogs are welcome.", [1]),
        ("Refunds within 14 days [1][2].", "Refunds within 14 days [2].", [2]),
        ("You can get refunds in the first 14 days [2]\n- Bring a mat [1]", None, [1, 2]),
        ("[1]", "", []),
        ("", "", []),
    ],
)
def test_markers_without_support_are_dropped(text: str, expected: str | None, indexes: list[int]) -> None:
    checked = verified(text, PRICES)
    assert [citation.index for citation in checked.citations] == indexes
    assert checked.text == (text if expected is None else expected)


def test_a_quote_stands_literally_where_it_says() -> None:
    checked = verified("Refunds are given within 14 days [2]. A session costs 50 euros [1].", PRICES)
    for citation in checked.citations:
        end = citation.quote_start + len(citation.quote)
        assert citation.passage[citation.quote_start : end] == citation.quote
    assert [citation.quote for citation in checked.citations] == [
        "A single session costs 50 euros.",
        "Refunds are possible within 14 days.",
    ]


def test_across_languages_the_figures_must_agree() -> None:
    assert supports(SPANISH, "One session costs 50 euros and it takes 90 minutes")
    assert not supports(SPANISH, "One session costs 70 euros and it takes 90 minutes")


def test_figures_are_compared_as_numbers_not_as_they_are_written() -> None:
    assert supports(passage(1, "The course costs 1,200 euros."), "The course costs 1200 euros")
    assert supports(passage(1, "The course costs 1200 euros."), "The course costs 1.200 euros")


@given(st.text(max_size=300))
def test_sentences_are_found_where_they_stand_and_nothing_is_lost(text: str) -> None:
    found = sentences(text)
    assert all(text[start : start + len(sentence)] == sentence for start, sentence in found)
    assert "".join("".join(sentence for _, sentence in found).split()) == "".join(text.split())


@given(st.text(alphabet="abc 50.\n[1][2]!", max_size=120))
def test_no_marker_is_left_without_its_citation(text: str) -> None:
    checked = verified(text, PRICES)
    for citation in checked.citations:
        assert f"[{citation.index}]" in checked.text
    named = {index for index in range(1, 3) if f"[{index}]" in checked.text}
    assert named == {citation.index for citation in checked.citations}


def test_the_best_sentence_is_the_one_that_shares_most_with_the_claim() -> None:
    start, quote = best_sentence(PRICES[0].text, "How much does a session cost?")
    assert quote == "A single session costs 50 euros."
    assert PRICES[0].text[start:].startswith(quote)


def test_when_nobody_words_an_answer_at_most_three_passages_are_quoted() -> None:
    many = [passage(number, f"Fact number {number}. More.") for number in range(1, 6)]
    content = quoted(many, "fact", "en")
    assert [citation.index for citation in content.citations] == [1, 2, 3]
    assert all(f"“{citation.quote}” [{citation.index}]" in content.text for citation in content.citations)


GERMAN = "Eine Einzelstunde kostet 50 Euro und dauert 90 Minuten. Absagen sind bis zum Vortag kostenlos."
OTHER_LANGUAGES = {
    "de": GERMAN,
    "fr": "Une séance individuelle coûte 50 euros et dure 90 minutes. L'annulation est gratuite la veille.",
    "pt": "Uma aula individual custa 50 euros e dura 90 minutos. O cancelamento é gratuito até à véspera.",
    "it": "Una lezione individuale costa 50 euro e dura 90 minuti. Disdire è gratuito fino al giorno prima.",
    "es": "Una clase individual cuesta 50 euros y dura 90 minutos. Cancelar es gratis hasta el día anterior.",
    "": "Een enkele les kost 50 euro en duurt 90 minuten. Afzeggen is gratis tot de dag voor de les.",
}


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
@pytest.mark.parametrize("is_named", [True, False])
def test_a_passage_in_another_language_supports_a_sentence_by_its_figures(
    language: str, is_named: bool
) -> None:
    source = passage(1, OTHER_LANGUAGES[language], language=language if is_named else "")
    assert supports(source, "A single lesson costs 50 euros and takes 90 minutes.")
    assert not supports(source, "A single lesson costs 60 euros and takes 90 minutes.")


def test_a_passage_in_the_same_language_must_hold_the_words_too() -> None:
    source = passage(1, "We teach yoga. A single session costs 50 euros. Bring your own mat.")
    assert not supports(source, "The parking garage takes 50 dollars from residents.")
