"""Queue functions: no message lost, none done twice, the hopeless ones kept for a person."""

import json

import msgspec
import pytest

from autosocial.contracts.inbound import AnswerRequest
from autosocial.kernel.errors import InvalidError, NotFoundError, PermanentError, TransientError
from autosocial.runtime.queue import Consumer, consumer_function
from autosocial.runtime.settings import Settings
from autosocial.wiring.queue import reader
from tests.fakes.clock import FakeClock
from tests.fakes.consuming import InMemoryIdempotencyStore, RecordingDeadLetters, RecordingVisibility
from tests.fakes.events import LambdaContext, event


class Answering:
    """A consumer that fails as told."""

    def __init__(self):
        self.clock = FakeClock()
        self.store = InMemoryIdempotencyStore(self.clock)
        self.letters, self.visibility = RecordingDeadLetters(), RecordingVisibility()
        self.handled: list[str] = []
        self.failures: dict[str, BaseException] = {}

    def handle(self, message: AnswerRequest) -> None:
        if message.message_id in self.failures:
            raise self.failures[message.message_id]
        self.handled.append(message.message_id)

    def built(self) -> Consumer[AnswerRequest]:
        return Consumer(
            read=reader(AnswerRequest),
            key=lambda message: message.message_id,
            handle=self.handle,
            idempotency=self.store,
            dead_letters=self.letters,
            visibility=self.visibility,
        )


def _batch(*bodies: str) -> dict:
    batch = event("sqs")
    (sample,) = batch["Records"]
    batch["Records"] = [{**sample, "messageId": f"sqs-{n}", "body": body} for n, body in enumerate(bodies)]
    return batch


def _message(message_id: str) -> str:
    return json.dumps(
        {
            "creator_id": "c",
            "visitor_id": "v",
            "conversation_id": "k",
            "message_id": message_id,
            "request_id": "req-1",
            "received_at": "2026-03-01T12:00:00.000Z",
        }
    )


@pytest.fixture
def consumer():
    return Answering()


def _failed(consumer, *bodies) -> list[str]:
    handler = consumer_function(Settings, lambda _: consumer.built())
    answer = handler(_batch(*bodies), LambdaContext())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_of_ten_messages_a_poisoned_one_comes_again_and_nine_are_done(consumer):
    consumer.failures["m3"] = TransientError("away")
    assert _failed(consumer, *[_message(f"m{n}") for n in range(10)]) == ["sqs-3"]
    assert consumer.visibility.hidden == [15]
    assert consumer.handled == [f"m{n}" for n in range(10) if n != 3]
    consumer.failures.clear()
    assert _failed(consumer, _message("m3")) == []
    assert consumer.handled[-1] == "m3"


@pytest.mark.parametrize("error", [TransientError("x"), ValueError("x")])
def test_a_batch_that_fails_whole_comes_again_without_raising(consumer, error):
    consumer.failures["m0"] = error
    assert _failed(consumer, _message("m0")) == ["sqs-0"]


def test_a_message_that_comes_twice_is_done_once(consumer):
    assert _failed(consumer, _message("m0"), _message("m0")) == []
    assert _failed(consumer, _message("m0")) == []
    assert consumer.handled == ["m0"]


def test_a_message_that_is_being_done_elsewhere_comes_again(consumer):
    assert consumer.store.claim("m0")
    assert _failed(consumer, _message("m0")) == ["sqs-0"]
    consumer.store.release("m0")
    assert _failed(consumer, _message("m0")) == []
    assert consumer.handled == ["m0"]


@pytest.mark.parametrize("error", [PermanentError("x", code="broken"), NotFoundError("x")])
def test_the_hopeless_is_a_dead_letter_with_its_reason_and_done_when_a_person_sends_it_again(consumer, error):
    consumer.failures["m0"] = error
    assert _failed(consumer, _message("m0")) == []
    assert consumer.letters.sent == [(_message("m0"), error.code, "req-1")]
    del consumer.failures["m0"]
    assert _failed(consumer, _message("m0")) == []
    assert consumer.handled == ["m0"]
    assert len(consumer.letters.sent) == 1


@pytest.mark.parametrize("body", ["", "no json", "{}", '{"version": 2}'])
def test_what_is_no_message_is_a_dead_letter(consumer, body):
    assert _failed(consumer, body, _message("m1")) == []
    assert consumer.letters.sent == [(body, "message_malformed", "")]
    assert consumer.handled == ["m1"]


def test_what_cannot_even_become_a_dead_letter_comes_again(consumer):
    consumer.failures["m0"] = PermanentError("x")
    consumer.letters.is_away = True
    assert _failed(consumer, _message("m0"), "no json") == ["sqs-0", "sqs-1"]
    consumer.letters.is_away = False
    assert _failed(consumer, _message("m0")) == []
    assert len(consumer.letters.sent) == 1


def test_a_process_that_died_in_the_middle_loses_nothing(consumer):
    class Crash(BaseException):
        pass

    consumer.failures["m0"] = Crash()
    with pytest.raises(Crash):
        _failed(consumer, _message("m0"))
    consumer.failures.clear()
    consumer.clock.pass_(seconds=60)
    assert _failed(consumer, _message("m0")) == []
    assert consumer.handled == ["m0"]


def test_an_event_without_records_is_nothing_to_do(consumer):
    assert consumer_function(Settings, lambda _: consumer.built())({"Records": []}, LambdaContext()) == {
        "batchItemFailures": []
    }


class Told(msgspec.Struct):
    """A message in an envelope, as events come."""

    subject: str


def test_messages_may_be_msgspec_structs():
    assert reader(Told)('{"subject": "x"}') == Told("x")
    for body in ("", "[]", '{"subject": 1}'):
        with pytest.raises(InvalidError):
            reader(Told)(body)
