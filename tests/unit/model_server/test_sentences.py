import pytest

from functions.model_server.extractive.prompt import Source
from functions.model_server.extractive.sentences import sentences_of


def quotes(text):
    return [sentence.quote for sentence in sentences_of(Source("1", text, "en"), 0)]


def test_sentences_end_at_full_stops_but_not_at_abbreviations_or_initials():
    text = "Ask Dr. Smith or J. Doe by 5 p.m. on Friday. It costs 3.50 euros. Done!"

    assert quotes(text) == ["Ask Dr. Smith or J. Doe by 5 p.m. on Friday.", "It costs 3.50 euros.", "Done!"]


def test_a_sentence_that_runs_over_wrapped_lines_is_one():
    text = (
        "You may cancel without giving a reason up to fourteen days\nafter registration and get it all back."
    )

    assert quotes(text) == [
        "You may cancel without giving a reason up to fourteen days after registration and get it all back."
    ]


def test_a_heading_is_context_and_never_a_quotation():
    (sentence,) = sentences_of(Source("1", "Refunds\n\nWithin thirty days.", "en"), 4)

    assert (sentence.quote, sentence.context, sentence.source) == ("Within thirty days.", "Refunds", 4)


def test_a_question_of_the_document_is_context_of_its_answer():
    (sentence,) = sentences_of(Source("1", "Can my employer pay? Many do and you get an invoice.", "en"), 0)

    assert sentence.quote == "Many do and you get an invoice."
    assert sentence.full_text == "Can my employer pay? Many do and you get an invoice."


def test_a_bare_yes_goes_with_what_follows():
    assert quotes("Sí. Sustituye la carne por legumbre.") == ["Sí. Sustituye la carne por legumbre."]


def test_list_items_stay_with_the_line_that_leads_in():
    assert quotes("You need:\n- a pen\n- a timer\n\nNothing else is needed.") == [
        "You need: - a pen - a timer",
        "Nothing else is needed.",
    ]


def test_a_table_row_knows_its_header():
    first, second = sentences_of(Source("1", "Plan | Price\nGroup | 640\nGuided | 1120", "en"), 0)

    assert (first.quote, first.context) == ("Group | 640", "Plan | Price")
    assert (second.quote, second.context) == ("Guided | 1120", "Plan | Price")


def test_a_numbered_heading_is_a_heading_and_a_numbered_list_is_none():
    assert quotes("3. How to cook\n\nBoil the water first.") == ["Boil the water first."]
    assert quotes("1. Mix flour and salt\n2. Add the water") == ["1. Mix flour and salt", "2. Add the water"]


@pytest.mark.parametrize("text", ["", "   \n\n ", "\x00"])
def test_text_without_words_has_nothing_to_quote_or_one_odd_piece(text):
    assert quotes(text) in ([], ["\x00"])
