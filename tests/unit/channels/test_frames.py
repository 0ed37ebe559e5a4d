"""Frames as text: what a client may send, and how large frames travel."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autosocial.channels.frames import client_id_of, encode, parse
from autosocial.contracts.socket import MAX_FRAME_BYTES, AnswerDelta, MessageSend
from autosocial.kernel.errors import InvalidError
from tests.fakes.channels import joined
from tests.fakes.clock import SequentialIds
from tests.fakes.naughty_frames import NAUGHTY

CLIENT_ID = "client-00001"


def sent(**changes: object) -> str:
    return json.dumps({"type": "message.send", "client_id": CLIENT_ID, "text": "Hello", **changes})


@pytest.mark.parametrize("text", NAUGHTY)
def test_whatever_is_no_frame_is_refused_with_a_code(text: str) -> None:
    with pytest.raises(InvalidError) as caught:
        parse(text)
    assert caught.value.code in {"bad_json", "unknown_type", "invalid_frame"}


@given(st.text())
def test_any_text_of_a_visitor_survives_the_frame(text: str) -> None:
    if not 1 <= len(text) <= 4_000:
        return
    frame = parse(sent(text=text))
    assert isinstance(frame, MessageSend)
    assert frame.text == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("not json", "bad_json"),
        ('{"type":"shout"}', "unknown_type"),
        (sent(text="x" * 4_001), "text_too_long"),
        (sent(text="x" * 40_000), "frame_too_large"),
        (sent(client_id="short"), "invalid_frame"),
        (sent(admin=True), "invalid_frame"),
    ],
)
def test_each_refusal_has_its_own_code(text: str, code: str) -> None:
    with pytest.raises(InvalidError) as caught:
        parse(text)
    assert caught.value.code == code


def test_a_refused_message_is_named_by_its_client_id() -> None:
    assert client_id_of(sent(text="x" * 4_001)) == CLIENT_ID
    assert client_id_of("not json") == ""
    assert client_id_of('{"client_id": "' + "x" * 100 + '"}') == ""
    assert client_id_of("[" * 5_000) == ""


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200), st.integers(1, 600))
def test_large_frames_travel_in_parts_that_fit_and_join(text: str, times: int) -> None:
    frame = AnswerDelta(answer_id="a", seq=1, text=text * times)
    texts = encode(frame, SequentialIds())
    assert all(len(part.encode()) <= MAX_FRAME_BYTES for part in texts)
    assert joined(texts) == [frame]


def test_a_frame_that_fits_travels_whole() -> None:
    assert len(encode(AnswerDelta(answer_id="a", seq=1, text="x" * 30_000), SequentialIds())) == 1


@pytest.mark.parametrize("text", ['"' * 20_000, "\\" * 20_000, "🧘" * 20_000, "\x00" * 8_000])
def test_what_grows_when_it_is_quoted_still_fits(text: str) -> None:
    frame = AnswerDelta(answer_id="a", seq=1, text=text)
    texts = encode(frame, SequentialIds())
    assert len(texts) > 1
    assert all(len(part.encode()) <= MAX_FRAME_BYTES for part in texts)
    assert joined(texts) == [frame]
