"""Dead letters: whoever waits is told, then the message is parked with its reason."""

from typing import Any

import pytest
from msgspec import Struct

from autosocial.kernel.errors import NotFoundError, TransientError
from autosocial.runtime.dead_letters import NO_WORKER, DeadLetterReader, dead_letter_function
from autosocial.runtime.settings import Settings
from autosocial.wiring.queue import reader, written
from tests.fakes.consuming import RecordingDeadLetters
from tests.fakes.events import LambdaContext, event


class Letter(Struct):
    creator_id: str
    request_id: str
    is_told: bool = False


class Reading:
    """Reads dead letters as told."""

    def __init__(self) -> None:
        self.parked = RecordingDeadLetters()
        self.failure: Exception | None = None

    def tell(self, letter: Letter) -> Letter:
        if self.failure:
            raise self.failure
        return Letter(letter.creator_id, letter.request_id, is_told=True)

    def failed(self, body: str, **told: str) -> list[str]:
        parts = DeadLetterReader(read=reader(Letter), write=written, tell=self.tell, parked=self.parked)
        batch: Any = event("sqs")
        attributes = {name: {"stringValue": value, "dataType": "String"} for name, value in told.items()}
        batch["Records"][0] |= {"messageId": "sqs-0", "body": body, "messageAttributes": attributes}
        answer = dead_letter_function(Settings, lambda _: parts)(batch, LambdaContext())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


BODY = '{"creator_id":"c","request_id":"req-1","is_told":false}'
TOLD = '{"creator_id":"c","request_id":"req-1","is_told":true}'


@pytest.fixture
def reading() -> Reading:
    return Reading()


def test_who_waits_is_told_and_the_message_parked_as_it_may_be_sent_again(reading: Reading):
    assert reading.failed(BODY, reason="broken", request_id="req-1") == []
    assert reading.parked.sent == [(TOLD, "broken", "req-1")]


def test_what_the_queue_itself_gave_up_says_that_no_worker_ran(reading: Reading):
    assert reading.failed(BODY) == []
    assert reading.parked.sent == [(TOLD, NO_WORKER, "req-1")]


def test_what_is_no_message_is_parked_as_it_is(reading: Reading):
    assert reading.failed("no json", reason="message_malformed") == []
    assert reading.parked.sent == [("no json", "message_malformed", "")]


def test_what_is_about_nothing_any_more_is_parked_as_it_is(reading: Reading):
    reading.failure = NotFoundError("gone")
    assert reading.failed(BODY, reason="broken") == []
    assert reading.parked.sent == [(BODY, "broken", "req-1")]


@pytest.mark.parametrize("error", [TransientError("away"), ValueError("x")])
def test_what_cannot_be_told_now_stays_a_dead_letter(reading: Reading, error: Exception):
    reading.failure = error
    assert reading.failed(BODY) == ["sqs-0"]
    assert reading.parked.sent == []


def test_what_cannot_be_parked_now_stays_a_dead_letter(reading: Reading):
    reading.parked.is_away = True
    assert reading.failed(BODY) == ["sqs-0"]
