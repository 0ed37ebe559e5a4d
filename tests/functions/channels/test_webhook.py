"""The second door fits: a signed message in, our real functions in between, a signed answer out.

The cloud is moto, the model and the search are fakes; the queues are carried by hand as SQS would.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

from autosocial.channels.signatures import is_signed, read_stamp
from autosocial.contracts.outbound import DeliverReply
from autosocial.kernel.clock import utc_now
from autosocial.runtime.http import asgi_function
from autosocial.wiring import answers
from autosocial.wiring.queue import queue_function
from functions.channels.api.handler import build as build_api
from functions.channels.api.settings import ChannelsApiSettings
from functions.channels.deliver.handler import build as build_deliver
from functions.channels.deliver.settings import DeliverSettings
from functions.channels.webhook.handler import build as build_webhook
from functions.channels.webhook.settings import WebhookSettings
from functions.conversations.answer import handler as answer_function
from functions.conversations.api.handler import build as build_reading
from functions.conversations.api.settings import ConversationsApiSettings
from tests.fakes.answer_turn import CREATOR, OTHER_CREATOR, PRICES
from tests.fakes.callback_server import CallbackServer, letter, signed
from tests.fakes.cloud import REGION, create_signing_key, create_table, moto_cloud
from tests.fakes.conversations import FixedRetriever
from tests.fakes.conversations_cloud import (
    CONNECTIONS_TABLE,
    CONVERSATIONS_TABLE,
    create_conversations_table,
)
from tests.fakes.events import Answer, LambdaContext, as_creator, call, no_secrets
from tests.fakes.models import ScriptedChatModel

CHANNEL = "/api/v1/creators/channels/webhook"


def fifo(name: str) -> str:
    queue = boto3.client("sqs").create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})
    return queue["QueueUrl"]


@dataclass
class Shop:
    """A creator's own system beside our functions."""

    counterpart: CallbackServer
    answer_queue: str
    reply_queue: str
    dlq: str
    secret: str = field(default="", init=False)
    path: str = field(default="", init=False)
    handed_out: dict[str, Any] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.api = asgi_function(ChannelsApiSettings, build_api, open_secrets=no_secrets)
        self.webhook = asgi_function(WebhookSettings, build_webhook, open_secrets=no_secrets)
        self.reading = asgi_function(ConversationsApiSettings, build_reading, open_secrets=no_secrets)
        self.answer = answer_function.handler
        self.deliver = queue_function(
            DeliverSettings,
            build_deliver,
            message=DeliverReply,
            key=lambda command: command.answer_id,
            scope="deliver",
        )

    def connect(self, **body: Any) -> Answer:
        wanted = {"callback_url": f"{self.counterpart.url}/answers", **body}
        made = call(self.api, "PUT", CHANNEL, caller=as_creator(CREATOR), body=wanted)
        self.secret = made.body["secret"] or self.secret
        self.path = made.body["inbound_url"].removeprefix("https://app.example")
        return made

    def post(
        self, body: str, *, message_id: str = "msg_1", at: datetime | None = None, **changes: str
    ) -> Answer:
        headers = signed(changes.pop("secret", self.secret), body, message_id=message_id, now=at or utc_now())
        return call(
            self.webhook,
            "POST",
            changes.pop("path", self.path),
            body=changes.pop("sent", body),
            headers={**headers, **changes},
        )

    def carry(self, queue_url: str, function: Any) -> list[dict[str, Any]]:
        """Hand everything that waits in a queue to a function; return what it gives back."""
        sqs = boto3.client("sqs")
        got = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages", [])
        self.handed_out[queue_url] = got
        failed: list[dict[str, Any]] = []
        for message in got:
            record = {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": {"ApproximateReceiveCount": "1"},
                "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:{queue_url.rsplit('/', 1)[1]}",
            }
            answer = function({"Records": [record]}, LambdaContext())
            failed += answer["batchItemFailures"]
            if not answer["batchItemFailures"]:
                sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
        return failed

    def retry(self, queue_url: str) -> None:
        """Let what was given back be seen at once."""
        sqs = boto3.client("sqs")
        for message in self.handed_out.get(queue_url, []):
            sqs.change_message_visibility(
                QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )

    def work(self) -> list[dict[str, Any]]:
        """Let everything happen that waits to happen."""
        return self.carry(self.answer_queue, self.answer) + self.carry(self.reply_queue, self.deliver)

    def waiting(self, queue_url: str) -> int:
        client = boto3.client("sqs")
        known = client.get_queue_attributes(
            QueueUrl=queue_url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(known["Attributes"]["ApproximateNumberOfMessages"])


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Shop]:
    model = ScriptedChatModel(pieces=["A single session ", "costs 50 euros [1]."])
    monkeypatch.setattr(answers, "chat_model", lambda _: model)
    monkeypatch.setattr(answer_function, "_retriever", lambda *_, **__: FixedRetriever(PRICES))
    with moto_cloud(monkeypatch), CallbackServer.running() as counterpart:
        create_conversations_table()
        for name in (CONNECTIONS_TABLE, "creators", "auth", "documents"):
            create_table(name)
        create_table("idempotency", sort_key=False)
        queues = [fifo(name) for name in ("answers", "replies", "dlq")]
        for name, value in {
            "SERVICE_NAME": request.node.name,
            "CONVERSATIONS_TABLE": CONVERSATIONS_TABLE,
            "CONNECTIONS_TABLE": CONNECTIONS_TABLE,
            "CREATORS_TABLE": "creators",
            "AUTH_TABLE": "auth",
            "DOCUMENTS_TABLE": "documents",
            "IDEMPOTENCY_TABLE": "idempotency",
            "SIGNING_KEY_IDS": create_signing_key(),
            "TOKEN_ISSUER": "https://app.example",
            "PUBLIC_URL": "https://app.example",
            "CHANNEL_SECRETS_PREFIX": "autosocial-test-channels/",
            "CALLS_PRIVATE_ADDRESSES": "true",
            "ANSWER_QUEUE_URL": queues[0],
            "REPLY_QUEUE_URL": queues[1],
            "DLQ_URL": queues[2],
            "SOCKET_ENDPOINT_URL": f"https://abcdef1234.execute-api.{REGION}.amazonaws.com/live",
            "CHAT_MODEL_ID": "chat",
            "EMBEDDING_MODEL_ID": "embed",
            "INDEX_KIND": "embedded",
        }.items():
            monkeypatch.setenv(name, value)
        made = Shop(counterpart, *queues)
        made.connect()
        # A logger writes to the standard output that it found when its name was first used.
        monkeypatch.setenv("SERVICE_NAME", f"{request.node.name} door")
        yield made


def test_a_signed_message_is_answered_by_a_signed_callback_with_numbered_sources(shop: Shop) -> None:
    taken = shop.post(letter("How much does a session cost?"), message_id="order-77")
    assert taken.status == 202, taken.body
    assert shop.work() == []
    ((path, headers, body),) = shop.counterpart.got
    assert path == "/answers"
    assert is_signed(headers, body, stamp=read_stamp(headers, now=utc_now()), secrets=[shop.secret])
    data = shop.counterpart.data()
    assert data["text"] == "A single session costs 50 euros [1].\n\n[1] Prices.pdf, p. 1"
    assert data["sources"][0]["quote"] == "A single session costs 50 euros."
    assert (data["in_reply_to"], data["sender"]) == ("order-77", "customer-42")
    assert (data["message_id"], data["conversation_id"]) == (
        taken.body["message_id"],
        taken.body["conversation_id"],
    )


def test_the_conversation_is_in_the_dashboards_list_under_its_channel(shop: Shop) -> None:
    taken = shop.post(letter("¿Cuánto cuesta?", language="es"))
    shop.work()
    listed = call(shop.reading, "GET", "/api/v1/creators/conversations", caller=as_creator(CREATOR))
    (item,) = listed.body["items"]
    assert (item["channel"], item["language"], item["message_count"]) == ("webhook", "es", 2)
    assert item["conversation_id"] == taken.body["conversation_id"]
    others = call(shop.reading, "GET", "/api/v1/creators/conversations", caller=as_creator(OTHER_CREATOR))
    assert others.body["items"] == []


def test_a_second_message_of_a_sender_goes_on_with_the_conversation(shop: Shop) -> None:
    first = shop.post(letter("How much?"), message_id="a")
    second = shop.post(letter("And with a friend?"), message_id="b")
    other = shop.post(letter("How much?", sender="customer-43"), message_id="c")
    assert second.body["conversation_id"] == first.body["conversation_id"]
    assert other.body["conversation_id"] != first.body["conversation_id"]


def test_a_replay_has_no_second_effect_and_is_answered_alike(shop: Shop) -> None:
    body = letter("How much?")
    first, again = shop.post(body), shop.post(body)
    later = shop.post(body, at=utc_now() + timedelta(seconds=30))
    assert [answer.status for answer in (first, again, later)] == [202, 202, 202]
    assert {answer.body["message_id"] for answer in (first, again, later)} == {first.body["message_id"]}
    assert [answer.body["duplicate"] for answer in (first, again, later)] == [False, True, True]
    shop.work()
    assert len(shop.counterpart.got) == 1


@pytest.mark.parametrize(
    ("cause", "changes"),
    [
        ("signature_wrong", {"secret": "whsec_" + "QUJD" * 11}),
        ("signature_wrong", {"sent": letter("Give me everything for free")}),
        ("signature_wrong", {"webhook-id": "another"}),
        ("headers_missing", {"webhook-signature": ""}),
        ("timestamp_old", {"at": timedelta(seconds=-302)}),
        ("timestamp_future", {"at": timedelta(seconds=302)}),
        ("connection_unknown", {"path": f"/webhook/webhook/{OTHER_CREATOR}-7J1M4P8R0T"}),
        ("connection_unknown", {"path": "/webhook/webhook/nobody"}),
    ],
)
def test_what_is_not_proven_is_refused_without_a_hint_and_leaves_nothing(
    shop: Shop, cause: str, changes: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    if "at" in changes:
        changes = {**changes, "at": utc_now() + changes["at"]}
    refused = shop.post(letter("my secret illness"), **changes)
    assert (refused.status, refused.body["code"]) == (403, "request_refused")
    assert cause not in json.dumps(refused.body)
    assert shop.waiting(shop.answer_queue) == 0
    assert boto3.client("dynamodb").scan(TableName=CONVERSATIONS_TABLE)["Count"] == 0
    logged = capsys.readouterr().out
    assert f'"cause":"{cause}"' in logged.replace(": ", ":")
    assert "illness" not in logged and shop.secret not in logged


def test_a_body_that_holds_no_message_is_told_apart(shop: Shop) -> None:
    assert shop.post("{}").body["code"] == "webhook_body_invalid"
    assert shop.post(letter("  ")).body["code"] == "text_empty"
    assert shop.post(letter("x" * 70_000)).status == 413
    assert (
        shop.post(letter("Hi"), path=shop.path.replace("/webhook/webhook", "/webhook/pigeon")).status == 404
    )


def test_a_connection_that_was_cut_takes_nothing_any_more(shop: Shop) -> None:
    assert shop.post(letter("Hello?"), message_id="a").status == 202
    call(shop.api, "DELETE", CHANNEL, caller=as_creator(CREATOR))
    assert shop.post(letter("Hello?"), message_id="b").status == 403


def test_both_secrets_work_after_a_rotation(shop: Shop) -> None:
    old = shop.secret
    shop.post(letter("Hello?"), message_id="a")
    shop.connect(rotate=True)
    assert shop.secret != old
    assert shop.post(letter("Hello?"), message_id="b", secret=old).status == 202
    assert shop.post(letter("Hello?"), message_id="c").status == 202


def test_a_callback_that_fails_is_tried_again_under_the_same_id(shop: Shop) -> None:
    shop.counterpart.status = 503
    shop.post(letter("How much?"))
    assert len(shop.work()) == 1
    shop.counterpart.status = 204
    shop.retry(shop.reply_queue)
    assert shop.work() == []
    first, again = (headers["webhook-id"] for _, headers, _ in shop.counterpart.got)
    assert first == again


def test_a_callback_that_is_refused_is_parked_with_its_status(shop: Shop) -> None:
    shop.counterpart.status = 410
    shop.post(letter("How much?"))
    assert shop.work() == []
    parked = boto3.client("sqs").receive_message(QueueUrl=shop.dlq, MessageAttributeNames=["All"])
    (message,) = parked["Messages"]
    assert message["MessageAttributes"]["reason"]["StringValue"] == "callback_410"
    assert "euros" not in message["Body"]
