"""From a parser's blocks to one clean text."""

from hypothesis import given
from hypothesis import strategies as st

from autosocial.knowledge.extraction import Block, clean, normalise, reflow, table_rows


@given(st.lists(st.builds(Block, st.text(max_size=60), level=st.integers(0, 2)), max_size=10))
def test_every_section_is_a_slice_of_the_text(blocks):
    normalised = normalise(blocks)
    assert [normalised.text[s.start : s.end] for s in normalised.sections] == [
        clean(block.text) for block in blocks if clean(block.text)
    ]


def test_ligatures_of_print_are_spelled_out_and_other_forms_kept():
    assert clean("an oﬀer of 5 m² for the oﬃce") == "an offer of 5 m² for the office"


def test_invisible_characters_are_removed():
    hidden = "a\u200bb\u202ec\U000e0041\U000e007fd\x00e\xadf\ue000"
    assert clean(hidden) == "abcdef"


def test_blanks_are_folded_and_accents_composed():
    assert clean("  cafe\u0301 \t\u00a0 con   leche \r\n\r\n sí ") == "caf\u00e9 con leche\nsí"


def test_a_deeper_heading_ends_with_its_section():
    blocks = [Block("A", level=1), Block("B", level=3), Block("x"), Block("C", level=2), Block("y")]
    assert [section.heading for section in normalise(blocks).sections] == [
        "A",
        "A > B",
        "A > B",
        "A > C",
        "A > C",
    ]


def test_wrapped_lines_become_one_paragraph_and_hyphens_are_undone():
    lines = ["This line goes on and on to the mar-", "gin and then it simply stops.", "", "A new one starts."]
    assert reflow(lines) == [
        "This line goes on and on to the margin and then it simply stops.",
        "A new one starts.",
    ]


def test_a_short_line_that_ends_a_sentence_ends_the_paragraph():
    lines = [
        "A long first line of a paragraph that fills",
        "the width.",
        "Another paragraph that is about as long",
    ]
    assert len(reflow(lines)) == 2


def test_list_items_stay_apart():
    assert reflow(["Bring:", "- a towel", "- water", "1. Arrive early", "2. Breathe"]) == [
        "Bring:",
        "- a towel",
        "- water",
        "1. Arrive early",
        "2. Breathe",
    ]


def test_a_row_says_its_columns_where_the_table_names_them():
    assert table_rows([["Course", "Price"], ["Yoga", "20"], ["", ""], ["Yin", ""]]) == [
        "Course: Yoga; Price: 20",
        "Course: Yin",
    ]


def test_a_table_without_names_keeps_its_cells():
    assert table_rows([["1", "2"], ["3", "4"]]) == ["1 | 2", "3 | 4"]
    assert table_rows([["only"], ["one column"]]) == ["only", "one column"]
    assert table_rows([]) == []
