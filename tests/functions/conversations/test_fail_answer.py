"""The function that reads the answer queue's dead letters, in process on moto."""

import json
from importlib import import_module, reload
from typing import Any

import boto3
import msgspec
import pytest

from autosocial.adapters.dynamodb.answers import DynamoAnswerStore
from autosocial.adapters.dynamodb.conversations import DynamoConversationStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.contracts.inbound import AnswerRequest
from autosocial.contracts.outbound import Failed
from autosocial.conversations.model import Conversation, Message, Visitor
from autosocial.kernel.clock import iso, utc_now
from tests.fakes.answer_turn import CONVERSATION, CREATOR, NOW, VISITOR, CountedIds
from tests.fakes.cloud import create_table, moto_cloud
from tests.fakes.conversations_cloud import (
    CONNECTIONS_TABLE,
    CONVERSATIONS_TABLE,
    create_conversations_table,
)
from tests.fakes.events import LambdaContext, event

AT = iso(NOW)
MESSAGE = CountedIds()()


@pytest.fixture
def parked_url(monkeypatch: pytest.MonkeyPatch):
    with moto_cloud(monkeypatch):
        create_conversations_table()
        create_table(CONNECTIONS_TABLE)
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName="parked.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        settings = {
            "CONVERSATIONS_TABLE": CONVERSATIONS_TABLE,
            "CONNECTIONS_TABLE": CONNECTIONS_TABLE,
            "SOCKET_ENDPOINT_URL": "http://127.0.0.1:9/live",
            "REPLY_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/1/replies.fifo",
            "PARKED_URL": url,
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        yield url


def dead_letter(inbound: AnswerRequest) -> dict[str, Any]:
    batch: Any = event("sqs")
    reason = {"reason": {"stringValue": "worker_died", "dataType": "String"}}
    batch["Records"][0] |= {"body": msgspec.json.encode(inbound).decode(), "messageAttributes": reason}
    return batch


def test_a_visitor_whose_message_was_given_up_is_told_and_the_message_is_parked(parked_url: str):
    store = DynamoConversationStore(Tables(), CONVERSATIONS_TABLE, clock=utc_now)
    conversation = Conversation(
        CREATOR, CONVERSATION, VISITOR, language="en", created_at=AT, last_activity_at=AT
    )
    store.open(Visitor(CREATOR, VISITOR, CONVERSATION, AT), conversation)
    waiting = Message(CREATOR, CONVERSATION, MESSAGE, "visitor", "?", AT, answer_state="pending")
    store.accept(waiting, client_id="client-00001")
    inbound = AnswerRequest(
        creator_id=CREATOR,
        visitor_id=VISITOR,
        conversation_id=CONVERSATION,
        message_id=MESSAGE,
        request_id="r-1",
        received_at=AT,
    )
    handler = reload(import_module("functions.conversations.fail_answer.handler")).handler
    assert handler(dead_letter(inbound), LambdaContext()) == {"batchItemFailures": []}
    message = store.message(CREATOR, CONVERSATION, MESSAGE)
    assert message is not None and message.answer_state == "failed"
    answers = DynamoAnswerStore(Tables(), CONVERSATIONS_TABLE, clock=utc_now)
    answer = answers.answer(CREATOR, message.answer_id)
    assert answer is not None and answer.ending == Failed(1, "answer_abandoned")
    (parked,) = boto3.client("sqs").receive_message(QueueUrl=parked_url, MessageAttributeNames=["All"])[
        "Messages"
    ]
    assert parked["MessageAttributes"]["reason"]["StringValue"] == "worker_died"
    assert json.loads(parked["Body"])["retry_of"] == message.answer_id
