"""The answer turn: what a visitor gets to which question, whatever the parts do."""

from datetime import timedelta

import msgspec
import pytest

from autosocial.contracts.outbound import Completed, Failed, Piece
from autosocial.conversations.writing import Patience
from autosocial.kernel.breaker import Breaker
from autosocial.kernel.errors import NotFoundError, PermanentError, TransientError
from tests.fakes.answer_turn import CONVERSATION, CREATOR, PRICES, Turn


def test_a_question_streams_numbered_pieces_and_one_cited_ending() -> None:
    turn = Turn()
    ending = turn.completed()
    told = [what for _, what in turn.replies.told]
    assert told == ["started", Piece(1, "A single session "), Piece(2, "costs 50 euros [1]."), ending]
    assert ending.text == "A single session costs 50 euros [1]."
    assert (ending.outcome, ending.model, ending.seq) == ("answered", "scripted", 3)
    (citation,) = ending.citations
    assert citation.quote == "A single session costs 50 euros."
    assert citation.passage[citation.quote_start :].startswith(citation.quote)
    assert "".join(turn.shown()) == ending.text


def test_every_piece_and_the_ending_are_stored_before_they_are_told() -> None:
    turn = Turn()
    turn.ask()
    calls = turn.faults.calls
    assert calls.index("append") < calls.index("tell", calls.index("append"))
    assert calls[calls.index("finish") + 1] == "tell"


@pytest.mark.parametrize(
    ("text", "reply"),
    [("Hello!", "Hello!"), ("¡Hola, buenos días!", "¡Hola!"), ("thank you so much", "You're welcome")],
)
def test_small_talk_needs_neither_documents_nor_model(text: str, reply: str) -> None:
    turn = Turn()
    ending = turn.completed(text)
    assert ending.outcome == "small_talk"
    assert ending.text.startswith(reply)
    assert not turn.retriever.queries
    assert not turn.model.prompts


@pytest.mark.parametrize(
    "question", ["Hi, what is the price?", "thanks but when do you open", "hola cuánto cuesta"]
)
def test_a_greeting_with_a_question_is_a_question(question: str) -> None:
    turn = Turn()
    turn.ask(question)
    assert turn.retriever.queries


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who won the world cup?", ("I don't know", "the creator of this assistant can read this")),
        ("¿Quién ganó el mundial?", ("No lo sé", "quien creó este asistente puede leer esta")),
    ],
)
def test_without_relevant_passages_the_coach_says_so_in_the_visitors_language(
    question: str, words: tuple[str, ...]
) -> None:
    turn = Turn(passages=[])
    answer = turn.ask(question)
    assert isinstance(answer.ending, Completed)
    assert answer.ending.outcome == "no_answer"
    assert all(each in answer.ending.text for each in words)
    assert not turn.model.prompts
    assert turn.table.messages[CREATOR, CONVERSATION, answer.answer_id].outcome == "no_answer"


@pytest.mark.parametrize(
    "pieces", [["NO_ANSWER"], ["NO", "_ANS", "WER", "."], ["**NO\\_ANSWER** sorry"], [" `NO_ANSWER`"]]
)
def test_a_refusal_of_the_model_never_reaches_the_visitor(pieces: list[str]) -> None:
    turn = Turn(pieces=pieces)
    ending = turn.completed()
    assert ending.outcome == "no_answer"
    assert turn.shown() == []
    assert "NO" not in ending.text.split()


def test_an_answer_without_a_citation_that_holds_becomes_an_honest_no_answer() -> None:
    turn = Turn(pieces=["The world cup was won by Argentina [1]."])
    ending = turn.completed()
    assert ending.outcome == "no_answer"
    assert "Argentina" not in ending.text


def test_markers_of_no_source_are_dropped_from_pieces_and_text() -> None:
    turn = Turn(pieces=["A session costs ", "50 euros [1][7] ", "[99]."])
    ending = turn.completed()
    assert "7" not in "".join(turn.shown())
    assert ending.text == "A session costs 50 euros [1] ."


@pytest.mark.parametrize("breaks_after", [0, 1, 2])
def test_when_the_model_breaks_off_the_passages_are_quoted_and_cited(breaks_after: int) -> None:
    turn = Turn()
    turn.model.breaks_after = breaks_after
    ending = turn.completed()
    assert ending.outcome == "degraded"
    assert "away for the moment" in ending.text
    assert [citation.index for citation in ending.citations] == [1, 2]
    assert ending.citations[0].quote == "A single session costs 50 euros."
    assert ending.seq == len(turn.shown()) + 1


def test_a_model_that_refuses_us_is_as_good_as_away_but_takes_nobody_elses_answer() -> None:
    turn = Turn()
    turn.model.refusal = PermanentError("The token is old.", code="model_refused")
    for _ in range(4):
        ending = turn.completed()
        assert (ending.outcome, len(ending.citations)) == ("degraded", 2)
    # What one prompt is refused for says nothing about the next one's, and a refusal costs no time.
    assert len(turn.model.prompts) == 4 and not turn.breaker.is_open
    causes = [(record.error_name, record.code) for record in turn.records]
    assert causes == [("PermanentError", "model_refused")] * 4


def test_the_record_tells_of_a_silent_model_and_of_the_time_that_it_cost() -> None:
    turn = Turn(pieces=["A single session ", 120.0, "costs"], patience=Patience(total=240, silence=90))
    turn.ask()
    (record,) = turn.records
    assert (record.error_name, record.code) == ("TimeoutError", "model_away")
    fields = record.fields()
    assert fields["first_piece_ms"] == 0
    assert fields["total_ms"] == pytest.approx(90_000, abs=1_000)


def test_the_record_tells_a_fault_of_ours_by_its_class() -> None:
    turn = Turn(passages=[None])  # type: ignore[list-item]
    with pytest.raises(PermanentError) as caught:
        turn.ask()
    turn.records[0].failed(caught.value)
    assert turn.records[0].error_name == type(caught.value.__cause__).__name__ == "AttributeError"
    assert turn.records[0].outcome == "failed"


def test_an_attempt_that_came_too_late_is_recorded_as_superseded() -> None:
    turn = Turn()
    record = turn.record()
    record.ended(None)
    assert record.fields() == {"outcome": "superseded", "total_ms": 0}
    assert not record.is_trouble


def test_a_spanish_question_is_told_in_spanish_that_the_model_is_away() -> None:
    turn = Turn()
    turn.model.fail = True
    ending = turn.completed("¿Cuánto cuesta una sesión?")
    assert "no está disponible" in ending.text


def test_a_silent_model_is_given_up_on_and_the_passages_are_quoted() -> None:
    turn = Turn(pieces=["A single session ", 120.0, "costs"], patience=Patience(total=240, silence=90))
    ending = turn.completed()
    assert ending.outcome == "degraded"
    assert turn.ticker.now == pytest.approx(90, abs=1)


@pytest.mark.parametrize("before", [[], ["A single session "]], ids=["from the start", "in the middle"])
def test_ten_seconds_of_silence_are_the_most_a_visitor_bears(before: list[object]) -> None:
    turn = Turn(pieces=[*before, 120.0, "costs"])
    assert turn.completed().outcome == "degraded"
    assert turn.ticker.now == pytest.approx(10, abs=0.5)


@pytest.mark.parametrize(("searched", "total"), [(4.0, 10.0), (9.0, 14.0)])
def test_the_time_of_the_search_is_part_of_the_silence_but_the_model_always_gets_half(
    searched: float, total: float
) -> None:
    turn = Turn(pieces=[120.0])
    question, record = turn.asked(), turn.record()
    turn.ticker.now += searched
    turn.answer(question, record)
    assert turn.ticker.now == pytest.approx(total, abs=0.5)


def test_what_one_worker_went_through_with_a_hanging_model_no_other_one_does() -> None:
    worker, other = Turn(pieces=[120.0]), Turn()
    other.breaker = Breaker("chat", worker.breakers, clock=worker.clock)
    other.assemble()
    for _ in range(3):
        worker.ask()
    assert other.completed().outcome == "degraded"
    assert other.model.prompts == []
    worker.clock.now += timedelta(seconds=16)
    assert other.completed().outcome == "answered"


def test_an_answer_that_takes_too_long_in_all_ends_in_time() -> None:
    turn = Turn(pieces=["word ", 50.0] * 20, patience=Patience(total=240, silence=90))
    ending = turn.completed()
    assert ending.outcome == "degraded"
    assert turn.ticker.now == pytest.approx(240, abs=1)


def test_the_breaker_spares_a_dead_model_and_notices_within_seconds_that_it_is_back() -> None:
    turn = Turn()
    turn.model.fail = True
    for _ in range(5):
        turn.ask()
    assert len(turn.model.prompts) == 3
    turn.model.fail = False
    turn.clock.now += timedelta(seconds=16)
    ending = turn.completed()
    assert ending.outcome == "answered"


def test_without_the_index_the_answer_fails_with_a_code_and_can_be_asked_again() -> None:
    turn = Turn()
    turn.retriever.fail = True
    ending = turn.failed()
    assert (ending.code, ending.retryable, ending.seq) == ("index_unavailable", True, 1)
    assert [told for _, told in turn.endings()] == [ending]


def test_a_fault_of_ours_tells_the_visitor_and_parks_the_message() -> None:
    turn = Turn(passages=PRICES)
    turn.model.pieces = [None]  # type: ignore[list-item]
    turn.retriever.passages = [None]  # type: ignore[list-item]
    with pytest.raises(PermanentError) as caught:
        turn.ask()
    assert caught.value.code == "answer_crashed"
    ((_, ending),) = turn.endings()
    assert ending == Failed(1, "internal_error")


def test_a_message_that_is_answered_is_not_answered_twice() -> None:
    turn = Turn()
    inbound = turn.asked()
    first = turn.answer(inbound, turn.record())
    again = turn.answer(inbound, turn.record())
    assert again == first
    assert len(turn.model.prompts) == 1
    assert first is not None
    assert turn.endings() == [(first.answer_id, first.ending)] * 2


def test_a_message_that_is_not_there_is_parked() -> None:
    turn = Turn()
    inbound = turn.asked()
    missing = msgspec.structs.replace(inbound, message_id="01J9ZQ6X8E000000000000NONE")
    with pytest.raises(NotFoundError):
        turn.answer(missing, turn.record())


def test_a_store_that_is_away_gives_the_message_back() -> None:
    turn = Turn()
    turn.faults.fail = lambda name: name == "finish"
    with pytest.raises(TransientError):
        turn.ask()
    assert turn.endings() == []


def test_pieces_that_cannot_be_stored_are_not_told_and_the_ending_holds_all() -> None:
    turn = Turn()
    turn.faults.fail = lambda name: name == "append"
    ending = turn.completed()
    assert turn.shown() == []
    assert (ending.seq, ending.outcome) == (1, "answered")


def test_a_visitor_who_does_not_see_it_being_written_still_gets_the_answer() -> None:
    turn = Turn()
    turn.faults.fail = lambda name: name == "tell" and "finish" not in turn.faults.calls
    answer = turn.ask()
    assert turn.shown() == []
    assert turn.endings() == [(answer.answer_id, answer.ending)]


def test_an_ending_that_could_not_be_told_gives_the_message_back_and_is_told_then() -> None:
    turn = Turn()
    turn.faults.fail = lambda name: name == "tell"
    inbound = turn.asked()
    with pytest.raises(TransientError):
        turn.answer(inbound, turn.record())
    turn.faults.fail = lambda _: False
    answer = turn.answer(inbound, turn.record())
    assert answer is not None
    assert turn.endings() == [(answer.answer_id, answer.ending)]
    assert len(turn.model.prompts) == 1


def test_a_short_question_about_something_else_is_not_searched_with_the_one_before() -> None:
    turn = Turn()
    turn.ask("Who won the world cup in 1978?")
    turn.ask("What does the programme cost?")
    assert turn.retriever.queries[-1] == (CREATOR, "What does the programme cost?")


def test_a_short_question_that_finds_nothing_is_searched_with_the_one_before() -> None:
    turn = Turn(passages=[])
    turn.ask("Do you offer individual yoga coaching sessions?")
    turn.ask("And online?")
    queries = [query for _, query in turn.retriever.queries[1:]]
    assert queries == ["And online?", "Do you offer individual yoga coaching sessions? And online?"]


def test_a_short_follow_up_is_searched_with_the_question_before_it() -> None:
    turn = Turn()
    turn.ask("Do you offer individual yoga coaching sessions?")
    turn.ask("and how much is it?")
    assert turn.retriever.queries[-1] == (
        CREATOR,
        "Do you offer individual yoga coaching sessions? and how much is it?",
    )
