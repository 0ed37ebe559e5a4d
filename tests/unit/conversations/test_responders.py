"""Ways to answer: the first that has something to say is heard, and a new one is an item of a list."""

import pytest

from autosocial.contracts.outbound import Failed
from autosocial.conversations.citations import Cited
from autosocial.conversations.responders.not_in_documents import NotInDocuments
from autosocial.conversations.responding import Draft, Question, Responder
from autosocial.conversations.writing import PieceWriter
from autosocial.kernel.errors import PermanentError, TransientError
from tests.fakes.answer_turn import Turn


def saying(text: str) -> Responder:
    return lambda question, pieces: Draft("answered", Cited(text, ()), "test")


def silent(question: Question, pieces: PieceWriter) -> None:
    return None


def turn_with(*responders: Responder) -> Turn:
    turn = Turn()
    turn.answer._responders = responders
    return turn


def test_the_first_draft_is_the_answer_and_later_ways_are_not_tried() -> None:
    def unwanted(question: Question, pieces: PieceWriter) -> Draft:
        raise AssertionError("was asked")

    ending = turn_with(silent, saying("from the second"), unwanted).completed()
    assert (ending.text, ending.model) == ("from the second", "test")


def test_a_responder_sees_the_message_what_was_said_before_and_its_language() -> None:
    seen: list[Question] = []

    def watching(question: Question, pieces: PieceWriter) -> None:
        seen.append(question)

    turn = turn_with(watching, NotInDocuments())
    turn.ask("¿Cuánto cuesta?")
    turn.ask("ok")
    assert [question.message.text for question in seen] == ["¿Cuánto cuesta?", "ok"]
    assert [len(question.history) for question in seen] == [0, 2]
    assert [question.language for question in seen] == ["es", "es"]


def test_what_a_responder_shows_is_numbered_before_the_ending() -> None:
    def showing(question: Question, pieces: PieceWriter) -> Draft:
        pieces.write("One ")
        pieces.write("two.")
        return Draft("answered", Cited("One two.", ()))

    turn = turn_with(showing)
    assert turn.completed().seq == 3
    assert turn.shown() == ["One ", "two."]


def test_a_part_that_is_away_ends_the_answer_with_its_code() -> None:
    def away(question: Question, pieces: PieceWriter) -> None:
        raise TransientError("away", code="index_unavailable")

    assert turn_with(away, NotInDocuments()).failed() == Failed(1, "index_unavailable")


def test_a_list_that_has_no_answer_is_a_fault_of_ours_and_the_visitor_is_told() -> None:
    turn = turn_with(silent)
    with pytest.raises(PermanentError):
        turn.ask()
    assert [ending for _, ending in turn.endings()] == [Failed(1, "internal_error")]
