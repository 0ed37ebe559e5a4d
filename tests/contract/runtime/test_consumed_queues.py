"""What consumers do to their queues, on moto."""

import boto3
import pytest

from autosocial.adapters.sqs.consuming import SqsDeadLetterQueue, SqsVisibility
from autosocial.kernel.errors import AutoSocialError, PermanentError
from tests.fakes.cloud import REGION, moto_cloud


@pytest.fixture
def sqs(monkeypatch):
    with moto_cloud(monkeypatch):
        yield boto3.client("sqs", region_name=REGION)


def _letters(sqs, url):
    answer = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], MaxNumberOfMessages=10)
    return [
        (
            message["Body"],
            {name: value["StringValue"] for name, value in message["MessageAttributes"].items()},
        )
        for message in answer.get("Messages", [])
    ]


def test_a_dead_letter_is_kept_with_its_reason_and_request(sqs):
    url = sqs.create_queue(QueueName="answers-dlq")["QueueUrl"]
    SqsDeadLetterQueue(url).send('{"a": 1}', reason="not_found", request_id="req-1")
    assert _letters(sqs, url) == [('{"a": 1}', {"reason": "not_found", "request_id": "req-1"})]


def test_a_dead_letter_without_a_request_is_kept_too(sqs):
    url = sqs.create_queue(QueueName="answers-dlq")["QueueUrl"]
    SqsDeadLetterQueue(url).send("broken", reason="message_malformed", request_id="")
    assert _letters(sqs, url) == [("broken", {"reason": "message_malformed"})]


def test_a_fifo_queue_keeps_the_same_dead_letter_once(sqs):
    url = sqs.create_queue(QueueName="answers-dlq.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    letters = SqsDeadLetterQueue(url)
    letters.send("x", reason="r", request_id="1")
    letters.send("x", reason="r", request_id="1")
    letters.send("y", reason="r", request_id="2")
    assert [body for body, _ in _letters(sqs, url)] == ["x", "y"]


def test_a_queue_that_does_not_exist_will_not_come_back(sqs):
    with pytest.raises(PermanentError):
        SqsDeadLetterQueue("https://sqs.us-east-1.amazonaws.com/123456789012/nowhere").send(
            "x", reason="r", request_id=""
        )


def test_hidden_messages_are_handed_out_again_after_the_time_asked_for(sqs):
    url = sqs.create_queue(QueueName="answers", Attributes={"VisibilityTimeout": "120"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    for number in range(12):
        sqs.send_message(QueueUrl=url, MessageBody=f"message {number}")
    handles = [message["ReceiptHandle"] for _ in range(2) for message in _received(sqs, url)]
    assert len(handles) == 12 and _received(sqs, url) == []
    SqsVisibility(f"{url}-dlq").hide(arn, handles, seconds=0)
    assert len(_received(sqs, url) + _received(sqs, url)) == 12


def test_hiding_what_the_queue_does_not_know_is_told(sqs):
    url = sqs.create_queue(QueueName="answers")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    for unknown in (arn, f"{arn}-gone"):
        with pytest.raises(AutoSocialError):
            SqsVisibility(f"{url}-dlq").hide(unknown, ["x"], seconds=0)


def _received(sqs, url):
    return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
