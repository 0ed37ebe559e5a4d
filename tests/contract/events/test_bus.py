"""The event bus: facts in calls that EventBridge takes, and an answer for each that it does not."""

from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError

from autosocial.adapters.eventbridge.bus import MAX_BYTES, EventBridgeBus
from autosocial.contracts.outbox import OutboxItem
from tests.fakes.bus import BusWithListener
from tests.fakes.cloud import REGION, moto_cloud


def item(number: int, *, size: int = 10, trace_id: str = "") -> OutboxItem:
    return OutboxItem(
        position=str(number), name="message.received", body=f'{{"a":"{"x" * (size - 8)}"}}', trace_id=trace_id
    )


class Calls:
    """Notes the calls of the bus, and lets them fail with ``error``."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: Exception | None = None) -> None:
        self.batches: list[list[dict[str, Any]]] = []
        call = vars(BaseClient)["_make_api_call"]

        def _make_api_call(client: Any, operation: str, arguments: Any) -> Any:
            if operation == "PutEvents":
                self.batches.append(arguments["Entries"])
                if error:
                    raise error
            return call(client, operation, arguments)

        monkeypatch.setattr(BaseClient, "_make_api_call", _make_api_call)


@pytest.fixture
def bus(monkeypatch):
    with moto_cloud(monkeypatch):
        yield EventBridgeBus(BusWithListener().name, region=REGION)


@pytest.mark.parametrize(
    ("count", "calls"), [(0, []), (1, [1]), (10, [10]), (11, [10, 1]), (25, [10, 10, 5])]
)
def test_ten_facts_fit_into_a_call(bus, monkeypatch, count, calls):
    made = Calls(monkeypatch)
    assert bus.publish([item(number) for number in range(count)]) == []
    assert [len(batch) for batch in made.batches] == calls


def test_a_call_is_never_too_large(bus, monkeypatch):
    made = Calls(monkeypatch)
    sizes = [100_000, 100_000, 100_000, 260_000, 10]
    assert bus.publish([item(number, size=size) for number, size in enumerate(sizes)]) == []
    assert [len(batch) for batch in made.batches] == [2, 1, 2]


def test_a_fact_that_no_call_can_hold_is_refused_for_good_and_the_others_are_not(bus, monkeypatch):
    made = Calls(monkeypatch)
    too_large = item(2, size=MAX_BYTES)
    (refusal,) = bus.publish([item(1), too_large, item(3)])
    assert (refusal.item, refusal.code, refusal.is_final) == (too_large, "fact_too_large", True)
    assert [len(batch) for batch in made.batches] == [2]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ClientError({"Error": {"Code": "ThrottlingException"}}, "PutEvents"), "ThrottlingException"),
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "PutEvents"), "AccessDeniedException"),
        (EndpointConnectionError(endpoint_url="https://events"), "EndpointConnectionError"),
    ],
)
def test_while_the_bus_is_away_every_fact_waits(bus, monkeypatch, error, code):
    Calls(monkeypatch, error)
    refusals = bus.publish([item(number) for number in range(12)])
    assert [refusal.item.position for refusal in refusals] == [str(number) for number in range(12)]
    assert {(refusal.code, refusal.is_final) for refusal in refusals} == {(code, False)}


def test_the_trace_goes_with_the_fact(bus, monkeypatch):
    made = Calls(monkeypatch)
    bus.publish([item(1, trace_id="1-abc-def"), item(2, trace_id="00-w3c-01"), item(3)])
    assert [entry.get("TraceHeader") for entry in made.batches[0]] == ["Root=1-abc-def", None, None]
