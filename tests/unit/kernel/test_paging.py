"""Pages of lists, and cursors that clients carry without understanding them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autosocial.kernel.errors import InvalidError
from autosocial.kernel.paging import MAX_CURSOR_CHARS, Page, opened_cursor

LONGEST_POSITION = "2026-03-01T12:00:00.000Z#01J9ZQ6X8E3V5T7R9P1N3M5K7H"


def test_a_page_ends_where_its_limit_is_and_says_where_to_go_on() -> None:
    page = Page.of([3, 2, 1], 2, position=str)
    assert page == Page((3, 2), "2")
    assert page.map(str).items == ("3", "2")
    assert page.map(str).cursor == "2"


@pytest.mark.parametrize("found", [[], [1], [2, 1]])
def test_the_last_page_leads_nowhere(found: list[int]) -> None:
    page = Page.of(found, 2, position=str)
    assert page == Page(tuple(found), "")
    assert page.next_cursor is None


@given(st.text(min_size=1, max_size=200).filter(lambda text: text.isprintable()))
@example(LONGEST_POSITION)
def test_a_cursor_comes_back_as_it_was_and_shows_nothing(position: str) -> None:
    cursor = Page((), position).next_cursor
    assert cursor is not None
    assert cursor.isascii() and cursor.replace("-", "").replace("_", "").isalnum()
    assert opened_cursor(cursor) == position


def test_our_longest_cursor_fits() -> None:
    assert len(Page((), LONGEST_POSITION).next_cursor or "") <= MAX_CURSOR_CHARS


def test_no_cursor_is_the_beginning() -> None:
    assert opened_cursor("") == ""


@given(st.text(min_size=1, max_size=50))
@example("01J9ZQ6X8E3V5T7R9P1N3M5K7H")
@example("AAAA")
@example("////")
@example("MTo")  # nothing behind the seal
@example("é")
@example("\ud800")
def test_what_we_never_made_is_refused_and_never_a_fault(sent: str) -> None:
    try:
        position = opened_cursor(sent)
    except InvalidError as error:
        assert error.code == "invalid_cursor"
    else:
        assert Page((), position).next_cursor == sent
