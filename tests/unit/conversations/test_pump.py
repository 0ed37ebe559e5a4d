"""Reading a model's stream from another thread."""

from collections.abc import Iterator
from threading import Event

import pytest

from autosocial.conversations.fallback import FirstAvailable
from autosocial.conversations.ports import Prompt
from autosocial.conversations.pump import ThreadedPieces
from autosocial.kernel.errors import PermanentError, TransientError
from tests.fakes.models import ScriptedChatModel

PROMPT = Prompt("", ())
# How long a loaded machine may take; nothing is asserted of it.
PATIENCE_SECONDS = 60


class Waiting:
    """A stream that says one word and waits until it is told to go on."""

    def __init__(self) -> None:
        self.model = "patient"
        self.go_on, self.ended = Event(), Event()

    def __iter__(self) -> Iterator[str]:
        try:
            yield "one"
            self.go_on.wait(PATIENCE_SECONDS)
            yield "two"
            yield "three"
        finally:
            self.ended.set()


def test_pieces_come_in_order_with_the_writers_label() -> None:
    pieces = ThreadedPieces(lambda: ScriptedChatModel(pieces=["a", "b"]).stream(PROMPT))
    assert [pieces.next(PATIENCE_SECONDS), pieces.next(PATIENCE_SECONDS), pieces.next(PATIENCE_SECONDS)] == [
        "a",
        "b",
        None,
    ]
    assert pieces.model == "scripted"


@pytest.mark.parametrize("model", [ScriptedChatModel(fail=True), ScriptedChatModel(breaks_after=0)])
def test_a_failure_of_the_stream_is_raised_to_the_reader(model: ScriptedChatModel) -> None:
    pieces = ThreadedPieces(lambda: model.stream(PROMPT))
    with pytest.raises(TransientError):
        pieces.next(PATIENCE_SECONDS)


def test_a_silent_stream_does_not_hold_the_reader() -> None:
    stream = Waiting()
    pieces = ThreadedPieces(lambda: stream)
    assert pieces.next(PATIENCE_SECONDS) == "one"
    with pytest.raises(TimeoutError):
        pieces.next(0.01)
    pieces.abandon()
    stream.go_on.set()
    assert stream.ended.wait(PATIENCE_SECONDS)


def test_the_second_model_answers_while_the_first_refuses_us() -> None:
    refusal = PermanentError("The token is old.", code="model_refused")
    first, second = ScriptedChatModel(refusal=refusal), ScriptedChatModel(pieces=["b"])
    assert list(FirstAvailable([first, second]).stream(PROMPT)) == ["b"]
    second.refusal = refusal
    with pytest.raises(PermanentError) as caught:
        FirstAvailable([first, second]).stream(PROMPT)
    assert caught.value.code == "model_refused"


def test_the_second_model_answers_while_the_first_is_away() -> None:
    first, second = ScriptedChatModel(fail=True), ScriptedChatModel(pieces=["b"])
    assert list(FirstAvailable([first, second]).stream(PROMPT)) == ["b"]
    first.fail = False
    assert list(FirstAvailable([first, second]).stream(PROMPT)) == list(first.pieces)
    first.fail = second.fail = True
    with pytest.raises(TransientError):
        FirstAvailable([first, second]).stream(PROMPT)
