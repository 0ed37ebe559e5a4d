"""The relay: every fact of an outbox reaches the bus, and none holds up another."""

from importlib import import_module, reload
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient

from autosocial.contracts.event_examples import EXAMPLES
from autosocial.runtime.settings import SettingsError
from tests.fakes.bus import BusWithListener
from tests.fakes.cloud import REGION, moto_cloud
from tests.fakes.events import LambdaContext
from tests.fakes.streams import image_of, position, stream_event

FACTS = list(EXAMPLES)
IMAGES = [image_of(fact) for fact in FACTS]


class RelayCloud:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sqs = boto3.client("sqs", region_name=REGION)
        self.bus = BusWithListener()
        self.dlq = self.sqs.create_queue(QueueName="relay-dlq")["QueueUrl"]
        monkeypatch.setenv("EVENT_BUS_NAME", self.bus.name)
        monkeypatch.setenv("DLQ_URL", self.dlq)
        self.handler = reload(import_module("functions.events.relay.handler")).handler

    def relay(self, *images: dict[str, Any]) -> list[str]:
        """Relay new items; return the positions from which they must come again."""
        answer = self.handler(stream_event(images), LambdaContext())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def dead_letters(self) -> dict[str, str]:
        """Return reasons by body."""
        answer = self.sqs.receive_message(
            QueueUrl=self.dlq, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=0
        )
        return {
            message["Body"]: message["MessageAttributes"]["reason"]["StringValue"]
            for message in answer.get("Messages", [])
        }


@pytest.fixture
def cloud(monkeypatch):
    with moto_cloud(monkeypatch):
        yield RelayCloud(monkeypatch)


def refuse(monkeypatch, code: str, *, names: set[str]) -> None:
    """Let the bus refuse the facts with these names."""
    call = vars(BaseClient)["_make_api_call"]

    def _make_api_call(client: Any, operation: str, arguments: Any) -> Any:
        if operation != "PutEvents":
            return call(client, operation, arguments)
        taken = [entry for entry in arguments["Entries"] if entry["DetailType"] not in names]
        if taken:
            call(client, operation, {"Entries": taken})
        return {
            "Entries": [
                {"ErrorCode": code} if entry["DetailType"] in names else {"EventId": "1"}
                for entry in arguments["Entries"]
            ]
        }

    monkeypatch.setattr(BaseClient, "_make_api_call", _make_api_call)


def test_facts_reach_their_listeners_whole_and_in_order(cloud):
    assert cloud.relay(*IMAGES) == []
    assert cloud.bus.heard() == FACTS


def test_nothing_new_is_nothing_to_do(cloud):
    assert cloud.relay() == []
    assert cloud.handler({}, LambdaContext()) == {"batchItemFailures": []}


@pytest.mark.parametrize(
    "poison",
    [
        {},
        {"name": {"S": "x"}},
        {"name": {"S": "x"}, "body": {"S": "no json"}},
        {"name": {"S": "x"}, "body": {"S": "[]"}},
        {"name": {"N": "1"}, "body": {"S": "{}"}},
    ],
)
def test_what_is_no_fact_is_put_aside_and_holds_up_no_other(cloud, poison):
    assert cloud.relay(IMAGES[0], poison, IMAGES[1]) == []
    assert cloud.bus.heard() == FACTS[:2]
    assert list(cloud.dead_letters().values()) == ["fact_malformed"]


def test_a_fact_that_the_bus_will_never_take_is_put_aside_with_its_reason(cloud, monkeypatch):
    refuse(monkeypatch, "MalformedDetail", names={FACTS[1].name})
    assert cloud.relay(*IMAGES[:3]) == []
    assert cloud.bus.heard() == [FACTS[0], FACTS[2]]
    assert cloud.dead_letters() == {IMAGES[1]["body"]["S"]: "MalformedDetail"}


def test_a_fact_that_the_bus_does_not_take_now_comes_again_with_all_behind_it(cloud, monkeypatch):
    with monkeypatch.context() as away:
        refuse(away, "InternalFailure", names={FACTS[1].name, FACTS[3].name})
        assert cloud.relay(*IMAGES[:4]) == [position(2)]
        assert cloud.dead_letters() == {}
    assert cloud.relay(*IMAGES[1:4]) == []
    assert {fact.event_id for fact in cloud.bus.heard()} == {fact.event_id for fact in FACTS[:4]}


def test_behind_a_fact_that_comes_again_nothing_is_put_aside_twice(cloud, monkeypatch):
    refuse(monkeypatch, "ThrottlingException", names={FACTS[0].name})
    assert cloud.relay(IMAGES[0], {}, IMAGES[1]) == [position(1)]
    assert cloud.dead_letters() == {}


def test_what_cannot_be_put_aside_comes_again(cloud, monkeypatch):
    cloud.sqs.delete_queue(QueueUrl=cloud.dlq)
    assert cloud.relay(IMAGES[0], {}, IMAGES[1]) == [position(2)]


def test_a_relay_without_its_settings_names_them(monkeypatch):
    for name in ("EVENT_BUS_NAME", "DLQ_URL"):
        monkeypatch.delenv(name, raising=False)
    handler = reload(import_module("functions.events.relay.handler")).handler
    with pytest.raises(SettingsError, match="DLQ_URL, EVENT_BUS_NAME"):
        handler(stream_event([]), LambdaContext())
