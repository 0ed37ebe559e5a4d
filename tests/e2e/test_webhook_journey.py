"""Journey of an own system: it posts a signed message to the deployed app and is called back, signed."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from autosocial.channels.signatures import is_signed, read_stamp
from autosocial.kernel.clock import utc_now
from infra.local.seed import DemoApi
from tests.e2e.conftest import RunningStack
from tests.fakes.callback_server import CallbackServer, letter, signed

CALLBACK_SECONDS = 60


@pytest.fixture
def api(running: RunningStack) -> Iterator[DemoApi]:
    with DemoApi(running.addresses.edge_url) as api:
        assert api.sign_in(running.login)
        yield api


@pytest.fixture
def counterpart() -> Iterator[CallbackServer]:
    with CallbackServer.running() as server:
        yield server


def post(
    channel: dict[str, Any], body: str, *, message_id: str = "order-77", **changes: str
) -> httpx.Response:
    headers = signed(channel["secret"], body, message_id=message_id, now=utc_now())
    url = channel["inbound_url"]
    return httpx.post(url, content=body.encode(), headers={**headers, **changes}, timeout=30)


def test_a_signed_message_through_the_edge_is_answered_by_a_signed_callback(
    api: DemoApi, counterpart: CallbackServer
) -> None:
    wanted = {"callback_url": f"{counterpart.url}/answers"}
    channel = api.call("PUT", "/creators/channels/webhook", body=wanted).json()

    taken = post(channel, letter("How much is the Guided plan?"))
    assert taken.status_code == 202, taken.text
    counterpart.wait_for(1, timeout_seconds=CALLBACK_SECONDS)

    ((path, headers, body),) = counterpart.got
    assert path == "/answers"
    assert is_signed(headers, body, stamp=read_stamp(headers, now=utc_now()), secrets=[channel["secret"]])
    data = counterpart.data()
    assert (data["in_reply_to"], data["outcome"]) == ("order-77", "answered")
    assert data["sources"] and data["text"].rstrip().splitlines()[-1].startswith("[")

    listed = api.call("GET", "/creators/conversations").json()["items"]
    assert (listed[0]["channel"], listed[0]["conversation_id"]) == ("webhook", data["conversation_id"])

    assert post(channel, letter("How much is the Guided plan?")).json()["duplicate"]
    forged = post(channel, letter("How much?"), **{"webhook-signature": "v1," + "A" * 44})
    assert (forged.status_code, forged.json()["code"]) == (403, "request_refused")

    api.call("DELETE", "/creators/channels/webhook")
    assert post(channel, letter("Anybody there?"), message_id="order-78").status_code == 403
    assert len(counterpart.got) == 1
