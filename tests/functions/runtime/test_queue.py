"""Queue functions: no message lost, none done twice, the hopeless ones kept for a person."""

import json
import time
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from autosocial.contracts.inbound import AnswerRequest
from autosocial.kernel import budget
from autosocial.kernel.errors import InvalidError, NotFoundError, PermanentError, TransientError
from autosocial.kernel.lease import WORKER_DIED, Lease
from autosocial.runtime.queue import HIDDEN_SECONDS, LEASE_SECONDS, MAX_TRIES, consumer_function
from autosocial.runtime.queue_ports import Consumer
from autosocial.runtime.settings import Settings
from autosocial.wiring.queue import reader
from tests.fakes.clock import FakeClock
from tests.fakes.consuming import InMemoryIdempotencyStore, RecordingDeadLetters, RecordingVisibility
from tests.fakes.events import LambdaContext, event

SOON_SECONDS = 10


class Crash(BaseException):
    """The end of the process."""


class Answering:
    """A consumer that does as told."""

    def __init__(self, *, beat_seconds: float = 0.01) -> None:
        self.clock = FakeClock()
        self.store = InMemoryIdempotencyStore(self.clock)
        self.letters, self.visibility = RecordingDeadLetters(), RecordingVisibility()
        self.handled: list[str] = []
        self.failures: dict[str, BaseException] = {}
        self.during: Callable[[], None] = lambda: None
        self.handler = consumer_function(Settings, lambda _: self.built(), beat_seconds=beat_seconds)

    def handle(self, message: AnswerRequest) -> None:
        self.during()
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

    def failed(self, *bodies: str) -> list[str]:
        """Hand a batch over; return the ids of the messages that come again."""
        answer = self.handler(_batch(*bodies), LambdaContext())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def hidden(self, place: int = 0) -> int:
        """Return for how long a message of the batch was hidden last."""
        return self.visibility.last(f"receipt-{place}")

    def beats(self) -> None:
        """Return once a beat began and ended after now."""
        wanted = self.visibility.calls + 2
        deadline = time.monotonic() + SOON_SECONDS
        while self.visibility.calls < wanted:
            assert time.monotonic() < deadline, "The heart does not beat."
            time.sleep(0.001)


def _batch(*bodies: str) -> dict[str, Any]:
    batch = event("sqs")
    (sample,) = batch["Records"]
    batch["Records"] = [
        {**sample, "messageId": f"sqs-{n}", "receiptHandle": f"receipt-{n}", "body": body}
        for n, body in enumerate(bodies)
    ]
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
def consumer() -> Answering:
    return Answering()


def test_of_ten_messages_a_poisoned_one_comes_again_and_nine_are_done(consumer):
    consumer.failures["m3"] = TransientError("away")
    assert consumer.failed(*[_message(f"m{n}") for n in range(10)]) == ["sqs-3"]
    assert consumer.hidden(3) == 15
    assert consumer.handled == [f"m{n}" for n in range(10) if n != 3]
    consumer.failures.clear()
    assert consumer.failed(_message("m3")) == []
    assert consumer.handled[-1] == "m3"


@pytest.mark.parametrize("error", [TransientError("x", code="away"), ValueError("x")])
def test_three_tries_then_a_dead_letter_with_the_last_reason(consumer, error):
    consumer.failures["m0"] = error
    for pause in (15, 120):
        assert consumer.failed(_message("m0")) == ["sqs-0"]
        assert consumer.hidden() == pause
    assert consumer.letters.sent == []
    assert consumer.failed(_message("m0")) == []
    assert consumer.letters.sent == [(_message("m0"), getattr(error, "code", "internal_error"), "req-1")]


def test_a_message_that_comes_twice_is_done_once(consumer):
    assert consumer.failed(_message("m0"), _message("m0")) == []
    assert consumer.failed(_message("m0")) == []
    assert consumer.handled == ["m0"]


def test_what_is_being_done_elsewhere_comes_again_when_the_lease_ends_and_spends_no_try(consumer):
    lease = consumer.store.claim("m0")
    for _ in range(MAX_TRIES + 1):
        assert consumer.failed(_message("m0")) == ["sqs-0"]
        assert consumer.hidden() == LEASE_SECONDS + 1
    consumer.store.release(lease, failure="x")
    consumer.failures["m0"] = TransientError("x")
    assert consumer.failed(_message("m0")) == ["sqs-0"]
    assert consumer.hidden() == 120
    assert consumer.letters.sent == []


@pytest.mark.parametrize("error", [PermanentError("x", code="broken"), NotFoundError("x")])
def test_the_hopeless_is_a_dead_letter_with_its_reason_and_done_when_a_person_sends_it_again(consumer, error):
    consumer.failures["m0"] = error
    assert consumer.failed(_message("m0")) == []
    assert consumer.letters.sent == [(_message("m0"), error.code, "req-1")]
    consumer.failures["m0"] = TransientError("x")
    assert consumer.failed(_message("m0")) == ["sqs-0"]
    assert consumer.hidden() == 15
    del consumer.failures["m0"]
    assert consumer.failed(_message("m0")) == []
    assert consumer.handled == ["m0"]
    assert len(consumer.letters.sent) == 1


@pytest.mark.parametrize("body", ["", "no json", "{}", '{"version": 2}'])
def test_what_is_no_message_is_a_dead_letter(consumer, body):
    assert consumer.failed(body, _message("m1")) == []
    assert consumer.letters.sent == [(body, "message_malformed", "")]
    assert consumer.handled == ["m1"]


def test_what_cannot_even_become_a_dead_letter_comes_again(consumer):
    consumer.failures["m0"] = PermanentError("x", code="broken")
    consumer.letters.is_away = True
    assert consumer.failed(_message("m0"), "no json") == ["sqs-0", "sqs-1"]
    assert (consumer.hidden(0), consumer.hidden(1)) == (15, 15)
    consumer.letters.is_away = False
    assert consumer.failed(_message("m0")) == []
    assert consumer.letters.sent == [(_message("m0"), "broken", "req-1")]


def test_while_the_store_is_away_messages_come_again_and_spend_no_try(consumer):
    consumer.store.is_away = True
    for _ in range(MAX_TRIES + 1):
        assert consumer.failed(_message("m0")) == ["sqs-0"]
        assert consumer.hidden() == 15
    consumer.store.is_away = False
    assert consumer.failed(_message("m0")) == []
    assert consumer.handled == ["m0"]


def test_a_message_whose_queue_is_away_comes_again_in_the_queues_own_time(consumer):
    consumer.failures["m0"] = TransientError("x")
    consumer.visibility.is_away = True
    assert consumer.failed(_message("m0")) == ["sqs-0"]


def test_a_worker_that_died_loses_nothing(consumer):
    consumer.failures["m0"] = Crash()
    with pytest.raises(Crash):
        consumer.failed(_message("m0"))
    assert consumer.hidden() == HIDDEN_SECONDS > LEASE_SECONDS
    consumer.failures.clear()
    consumer.clock.pass_(seconds=HIDDEN_SECONDS)
    assert consumer.failed(_message("m0")) == []
    assert consumer.handled == ["m0"]


def test_what_kills_every_worker_is_given_up_after_three(consumer):
    consumer.failures["m0"] = Crash()
    for _ in range(MAX_TRIES):
        with pytest.raises(Crash):
            consumer.failed(_message("m0"))
        consumer.clock.pass_(seconds=HIDDEN_SECONDS)
    assert consumer.failed(_message("m0")) == []
    assert consumer.letters.sent == [(_message("m0"), WORKER_DIED, "req-1")]


def test_while_a_message_is_worked_on_it_stays_ours_and_hidden_and_so_does_the_rest_of_its_batch(consumer):
    def long_work() -> None:
        for _ in range(5):
            consumer.clock.pass_(seconds=LEASE_SECONDS - 5)
            consumer.beats()
        assert not isinstance(consumer.store.claim(f"m{len(consumer.handled)}"), Lease)

    consumer.during = long_work
    assert consumer.failed(_message("m0"), _message("m1")) == []
    assert consumer.handled == ["m0", "m1"]
    assert {seconds for _, seconds in consumer.visibility.hidden} == {HIDDEN_SECONDS}
    last = [handle for handle, _ in consumer.visibility.hidden][-3:]
    assert last == ["receipt-1"] * 3


def test_the_heart_beats_on_when_store_and_queue_are_away_for_a_while(consumer):
    def outage() -> None:
        consumer.store.is_away = consumer.visibility.is_away = True
        consumer.beats()
        consumer.store.is_away = consumer.visibility.is_away = False
        consumer.beats()

    consumer.during = outage
    assert consumer.failed(_message("m0")) == []


@pytest.mark.parametrize("error", [None, TransientError("x"), PermanentError("x"), ValueError("x")])
def test_who_lost_the_lease_leaves_the_message_to_the_other_worker(error):
    consumer = Answering(beat_seconds=3_600)

    def freeze() -> None:
        # The heart's first and only beat may come in between.
        while not isinstance(lease := consumer.store.claim("m0"), Lease):
            consumer.clock.pass_(seconds=LEASE_SECONDS)
        taken.append(lease)

    taken: list[Any] = []
    consumer.during = freeze
    if error:
        consumer.failures["m0"] = error
    assert consumer.failed(_message("m0")) == ["sqs-0"]
    assert consumer.letters.sent == []
    assert consumer.store.renew(taken[0]), "the other worker's lease was touched"


def test_an_event_without_records_is_nothing_to_do(consumer):
    assert consumer.failed() == []


class Told(msgspec.Struct):
    """A message of the lean kind."""

    subject: str


def test_messages_may_be_msgspec_structs():
    assert reader(Told)('{"subject": "x"}') == Told("x")
    for body in ("", "[]", '{"subject": 1}'):
        with pytest.raises(InvalidError):
            reader(Told)(body)


def test_work_ends_in_time_to_remember_or_hand_back_the_message(consumer):
    seen = []
    consumer.during = lambda: seen.append(budget.remaining())
    consumer.handler(_batch(_message("m-1")), LambdaContext(seconds=300))
    assert seen == [pytest.approx(294, abs=0.5)]
