"""The socket function in process: API Gateway's events in, frames out of its management endpoint."""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import boto3
import msgspec
import pytest
from moto.apigatewaymanagementapi.models import (
    ApiGatewayManagementApiBackend,
    apigatewaymanagementapi_backends,
)

from autosocial.adapters.dynamodb.conversations import DynamoConversationStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.contracts.inbound import AnswerRequest
from autosocial.conversations.model import Conversation, Visitor
from autosocial.kernel.clock import iso, utc_now
from autosocial.runtime.socket import socket_function
from functions.channels.socket.handler import build
from functions.channels.socket.settings import SocketSettings
from tests.fakes.answer_turn import CONVERSATION, CREATOR, NOW, VISITOR
from tests.fakes.clock import hold_time
from tests.fakes.cloud import REGION, create_table, moto_cloud
from tests.fakes.conversations_cloud import (
    CONNECTIONS_TABLE,
    CONVERSATIONS_TABLE,
    create_conversations_table,
)
from tests.fakes.events import LambdaContext, event
from tests.fakes.naughty_frames import NAUGHTY

EVENT = event("channels/socket_message")
CONNECTION = EVENT["requestContext"]["connectionId"]
HELLO = {"type": "message.send", "client_id": "client-00001", "text": "How much?"}


@dataclass
class Cloud:
    handler: Any
    queue_url: str

    def send(self, body: object = None, *, kind: str = "MESSAGE", **identity: str) -> int:
        sent = copy.deepcopy(EVENT)
        sent["requestContext"]["eventType"] = kind
        sent["requestContext"]["authorizer"].update(identity)
        if kind == "MESSAGE":
            sent["body"] = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        else:
            del sent["body"]
        return self.handler(sent, LambdaContext())["statusCode"]

    def received(self, connection_id: str = CONNECTION) -> list[dict[str, Any]]:
        """Return the frames that were posted to a connection since the last look."""
        connections = apigatewaymanagementapi_backends["123456789012"][REGION].connections
        connection_id = quote(connection_id)
        text = connections.pop(connection_id).data.decode() if connection_id in connections else ""
        return [json.loads(line) for line in text.replace("}{", "}\n{").splitlines()]

    def rows(self) -> set[str]:
        """Return who is connected."""
        items = boto3.client("dynamodb").scan(TableName=CONNECTIONS_TABLE)["Items"]
        return {item["sk"]["S"] for item in items if item["sk"]["S"].startswith("CONNECTION#")}

    def queued(self) -> list[AnswerRequest]:
        got = boto3.client("sqs").receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10)
        return [
            msgspec.json.decode(message["Body"], type=AnswerRequest) for message in got.get("Messages", [])
        ]


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with moto_cloud(monkeypatch):
        create_conversations_table()
        create_table(CONNECTIONS_TABLE)
        queue = boto3.client("sqs").create_queue(QueueName="answers.fifo", Attributes={"FifoQueue": "true"})
        for name, value in {
            "CONVERSATIONS_TABLE": CONVERSATIONS_TABLE,
            "CONNECTIONS_TABLE": CONNECTIONS_TABLE,
            "ANSWER_QUEUE_URL": queue["QueueUrl"],
            "SOCKET_ENDPOINT_URL": f"https://abcdef1234.execute-api.{REGION}.amazonaws.com/live",
        }.items():
            monkeypatch.setenv(name, value)
        store = DynamoConversationStore(Tables(), CONVERSATIONS_TABLE, clock=utc_now)
        at = iso(NOW)
        conversation = Conversation(
            CREATOR, CONVERSATION, VISITOR, language="en", created_at=at, last_activity_at=at
        )
        store.open(Visitor(CREATOR, VISITOR, CONVERSATION, at), conversation)
        yield Cloud(socket_function(SocketSettings, build), queue["QueueUrl"])


def test_a_connection_comes_and_goes(cloud: Cloud) -> None:
    assert cloud.send(kind="CONNECT") == 200
    assert cloud.rows() == {f"CONNECTION#{VISITOR}#{CONNECTION}"}
    assert cloud.send(kind="CONNECT", role="creator", subject=CREATOR) == 200
    assert f"CONNECTION#creator#{CONNECTION}" in cloud.rows()
    assert cloud.send(kind="DISCONNECT") == 200
    assert cloud.send(kind="DISCONNECT", role="creator", subject=CREATOR) == 200
    assert cloud.rows() == set()


def test_a_message_is_stored_queued_and_acknowledged(cloud: Cloud) -> None:
    cloud.send(kind="CONNECT")
    assert cloud.send(HELLO) == 200
    (ack,) = cloud.received()
    assert (ack["type"], ack["client_id"], ack["conversation_id"]) == (
        "message.ack",
        "client-00001",
        CONVERSATION,
    )
    (queued,) = cloud.queued()
    assert (queued.message_id, queued.visitor_id) == (ack["message_id"], VISITOR)


def test_a_message_sent_again_is_acknowledged_with_the_same_id(cloud: Cloud) -> None:
    cloud.send(kind="CONNECT")
    for _ in range(2):
        cloud.send(HELLO)
    first, again = cloud.received()
    assert (again["message_id"], again["duplicate"]) == (first["message_id"], True)
    assert len(cloud.queued()) == 1


def test_naughty_frames_get_an_error_and_the_function_stays_well(cloud: Cloud) -> None:
    cloud.send(kind="CONNECT")
    for text in NAUGHTY:
        assert cloud.send(text) == 200
        (error,) = cloud.received()
        assert error["type"] == "error", text
    assert cloud.rows() == {f"CONNECTION#{VISITOR}#{CONNECTION}"}


def test_naughty_texts_are_messages_like_others(cloud: Cloud) -> None:
    cloud.send(kind="CONNECT")
    for place, text in enumerate(
        ["\x00", "🧘" * 4_000, "\u202eabc", "'; --", "<script>", "\ufeff.", "%s%n{}"]
    ):
        cloud.send({**HELLO, "client_id": f"naughty-{place:03}", "text": text})
        (ack,) = cloud.received()
        assert ack["type"] == "message.ack", repr(text[:20])


def test_the_limit_holds_over_processes(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    hold_time(monkeypatch)
    processes = [socket_function(SocketSettings, build) for _ in range(2)]
    types = []
    for number in range(12):
        cloud.handler = processes[number % 2]
        cloud.send({**HELLO, "client_id": f"client-{number:05}"})
        types += [frame["type"] for frame in cloud.received()]
    assert types == ["message.ack"] * 10 + ["error"] * 2


def test_a_socket_that_floods_is_told_and_closed(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    hold_time(monkeypatch)
    cloud.send(kind="CONNECT")
    calls: list[str] = []
    monkeypatch.setattr(
        ApiGatewayManagementApiBackend,
        "delete_connection",
        lambda _, connection_id: calls.append(connection_id),
    )
    for _ in range(140):
        cloud.send({"type": "ping", "id": "1"})
    *pongs, error = cloud.received()
    assert {frame["type"] for frame in pongs} == {"pong"} and len(pongs) == 129
    assert (error["type"], error["code"], error["retry_after"]) == ("error", "rate_limited", 5)
    assert calls == [quote(CONNECTION)]
    assert cloud.rows() == set()


def test_nobody_is_served_without_a_verified_caller(cloud: Cloud) -> None:
    assert cloud.send(kind="CONNECT", creator_id="") == 401
    assert cloud.rows() == set()


def test_another_tenant_under_the_same_visitor_id_reaches_nothing(cloud: Cloud) -> None:
    cloud.send(HELLO, creator_id="01J9ZQ6X8E3V5T7R9P1N3M5K7J")
    (error,) = cloud.received()
    assert error["code"] == "visitor_not_found"
    assert cloud.queued() == []


def test_no_text_of_a_visitor_reaches_the_log(
    cloud: Cloud, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICE_NAME", "logs-of-this-test")
    cloud.send(kind="CONNECT")
    cloud.send({**HELLO, "text": "my secret illness"})
    cloud.send('{"type":"shout","text":"my secret illness"}')
    logged = capsys.readouterr().out
    assert CREATOR in logged
    assert "illness" not in logged
