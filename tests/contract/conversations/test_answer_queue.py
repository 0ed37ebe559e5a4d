"""The answer queue on SQS FIFO (moto): in order, the same work once."""

import boto3
import msgspec
import pytest

from autosocial.adapters.sqs.conversations import SqsAnswerQueue
from autosocial.contracts.inbound import AnswerRequest
from autosocial.kernel.errors import PermanentError
from tests.fakes.answer_turn import CONVERSATION, CREATOR, VISITOR, CountedIds
from tests.fakes.cloud import REGION, moto_cloud


def inbound(message_id: str, *, retry_of: str = "") -> AnswerRequest:
    return AnswerRequest(
        creator_id=CREATOR,
        visitor_id=VISITOR,
        conversation_id=CONVERSATION,
        message_id=message_id,
        request_id="r-1",
        received_at="2026-11-22T12:00:00.000Z",
        retry_of=retry_of,
    )


def test_the_same_message_waits_once_and_once_more_for_each_answer_that_failed(monkeypatch):
    ids = CountedIds()
    first, second, failed = ids(), ids(), ids()
    wanted = [inbound(first), inbound(second), inbound(first, retry_of=failed)]
    with moto_cloud(monkeypatch):
        sqs = boto3.client("sqs", region_name=REGION)
        url = sqs.create_queue(QueueName="answers.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        for message in [*wanted, *wanted]:
            SqsAnswerQueue(url).send(message)
        got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [msgspec.json.decode(message["Body"], type=AnswerRequest) for message in got] == wanted


def test_a_queue_that_does_not_exist_will_not_come_back(monkeypatch):
    with moto_cloud(monkeypatch), pytest.raises(PermanentError):
        SqsAnswerQueue("https://sqs.us-east-1.amazonaws.com/123456789012/nowhere.fifo").send(inbound("m"))
