"""The queue wrapper: no message lost, none done twice, the hopeless ones parked."""

import json

import pytest

from autosocial.contracts.messages import InboundMessage
from autosocial.kernel.errors import NotFoundError, PermanentError, TransientError
from autosocial.runtime.queue import queue_function
from autosocial.runtime.settings import Settings
from tests.fakes.clock import FakeClock
from tests.fakes.events import LambdaContext, event
from tests.fakes.idempotency import InMemoryOnce, RecordingParkingLot


class Answering:
    """A consumer that fails as told."""

    message_type = InboundMessage

    def __init__(self):
        self.clock = FakeClock()
        self.once = InMemoryOnce(self.clock)
        self.parking_lot = RecordingParkingLot()
        self.handled: list[str] = []
        self.failures: dict[str, BaseException] = {}

    def key(self, message: InboundMessage) -> str:
        return message.message_id

    def handle(self, message: InboundMessage) -> None:
        if message.message_id in self.failures:
            raise self.failures[message.message_id]
        self.handled.append(message.message_id)


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


def _failed(consumer, *bodies, fifo=False) -> list[str]:
    handler = queue_function(Settings, lambda _: consumer, fifo=fifo)
    answer = handler(_batch(*bodies), LambdaContext())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_of_ten_messages_a_poisoned_one_is_given_back_and_nine_are_done(consumer):
    consumer.failures["m3"] = TransientError("away")
    assert _failed(consumer, *[_message(f"m{n}") for n in range(10)]) == ["sqs-3"]
    assert consumer.parking_lot.given_back == [15]
    assert consumer.handled == [f"m{n}" for n in range(10) if n != 3]
    consumer.failures.clear()
    assert _failed(consumer, _message("m3")) == []
    assert consumer.handled[-1] == "m3"


@pytest.mark.parametrize("error", [TransientError("x"), ValueError("x")])
def test_a_batch_that_fails_whole_is_given_back_without_raising(consumer, error):
    consumer.failures["m0"] = error
    assert _failed(consumer, _message("m0")) == ["sqs-0"]


def test_in_a_fifo_queue_what_comes_after_a_failure_waits(consumer):
    consumer.failures["m1"] = TransientError("away")
    assert _failed(consumer, *[_message(f"m{n}") for n in range(3)], fifo=True) == ["sqs-1", "sqs-2"]
    assert consumer.handled == ["m0"]


def test_a_message_that_comes_twice_is_done_once(consumer):
    assert _failed(consumer, _message("m0"), _message("m0")) == []
    assert _failed(consumer, _message("m0")) == []
    assert consumer.handled == ["m0"]


def test_a_message_that_is_being_done_elsewhere_is_given_back_not_lost(consumer):
    assert consumer.once.claim("m0")
    assert _failed(consumer, _message("m0")) == ["sqs-0"]
    consumer.once.release("m0")
    assert _failed(consumer, _message("m0")) == []
    assert consumer.handled == ["m0"]


@pytest.mark.parametrize("error", [PermanentError("x", code="broken"), NotFoundError("x")])
def test_the_hopeless_is_parked_with_its_reason_and_done_when_a_person_sends_it_again(consumer, error):
    consumer.failures["m0"] = error
    assert _failed(consumer, _message("m0")) == []
    assert consumer.parking_lot.parked == [(_message("m0"), error.code, "req-1")]
    del consumer.failures["m0"]
    assert _failed(consumer, _message("m0")) == []
    assert consumer.handled == ["m0"]
    assert len(consumer.parking_lot.parked) == 1


@pytest.mark.parametrize("body", ["", "no json", "{}", '{"version": 2}'])
def test_what_is_no_message_is_parked(consumer, body):
    assert _failed(consumer, body, _message("m1")) == []
    assert consumer.parking_lot.parked == [(body, "message_malformed", "")]
    assert consumer.handled == ["m1"]


def test_what_cannot_even_be_parked_is_given_back_and_free_to_try_again(consumer):
    consumer.failures["m0"] = PermanentError("x")
    consumer.parking_lot.is_full = True
    assert _failed(consumer, _message("m0"), "no json") == ["sqs-0", "sqs-1"]
    consumer.parking_lot.is_full = False
    assert _failed(consumer, _message("m0")) == []
    assert len(consumer.parking_lot.parked) == 1


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
    assert queue_function(Settings, lambda _: consumer)({"Records": []}, LambdaContext()) == {
        "batchItemFailures": []
    }
