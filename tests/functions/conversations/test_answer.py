"""The answer function in process: SQS's events in, a stored and posted answer out."""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import msgspec
import pytest

from autosocial.adapters.dynamodb.answers import DynamoAnswerStore
from autosocial.adapters.dynamodb.channels import DynamoConnectionStore
from autosocial.adapters.dynamodb.conversations import DynamoConversationStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.channels.dashboards import Dashboards
from autosocial.channels.deliver import Deliver, QueuedReplies
from autosocial.channels.model import WEB, Connection
from autosocial.channels.push import Push
from autosocial.channels.web import WebChannel, ending_frame
from autosocial.contracts.inbound import AnswerRequest
from autosocial.conversations.answer import AnswerMessage
from autosocial.conversations.model import Conversation, Message, Visitor
from autosocial.conversations.pump import ThreadedPieces
from autosocial.conversations.responders.documents import FromDocuments
from autosocial.conversations.responders.not_in_documents import NotInDocuments
from autosocial.conversations.responders.small_talk import SmallTalk
from autosocial.conversations.writing import Patience, Writer
from autosocial.kernel.breaker import Breaker
from autosocial.kernel.clock import iso, utc_now
from autosocial.kernel.errors import PermanentError
from autosocial.kernel.ids import new_id
from autosocial.runtime.logs import build_logger
from autosocial.wiring.queue import ConsumesQueue, queue_function
from functions.conversations.answer import handler as answer_function
from functions.conversations.answer.reporting import reported
from functions.conversations.answer.settings import AnswerSettings
from tests.fakes.answer_turn import CONVERSATION, CREATOR, NOW, PRICES, VISITOR, CountedIds
from tests.fakes.breaker import InMemoryBreakerStore
from tests.fakes.channels import InMemoryReplyQueue, RecordedSockets
from tests.fakes.cloud import create_table, moto_cloud
from tests.fakes.conversations import FixedRetriever, Ticker
from tests.fakes.conversations_cloud import (
    CONNECTIONS_TABLE,
    CONVERSATIONS_TABLE,
    create_conversations_table,
)
from tests.fakes.events import LambdaContext, event
from tests.fakes.metrics import RecordedMetrics
from tests.fakes.models import ScriptedChatModel

EVENT = event("conversations/answer_queue")
AT = iso(NOW)


@dataclass
class Cloud:
    """Real stores on moto; model, retrieval and sockets as fakes at hand."""

    dlq_url: str

    def __post_init__(self) -> None:
        tables = Tables()
        self.store = DynamoConversationStore(tables, CONVERSATIONS_TABLE, clock=utc_now)
        self.answers = DynamoAnswerStore(tables, CONVERSATIONS_TABLE, clock=utc_now)
        connections = DynamoConnectionStore(tables, CONNECTIONS_TABLE, clock=utc_now)
        self.model = ScriptedChatModel(pieces=["A single session ", "costs 50 euros ", "[1]."])
        self.metrics = RecordedMetrics()
        self.retriever, self.sockets, self.ids = FixedRetriever(PRICES), RecordedSockets(), CountedIds()
        breaker = Breaker("chat", InMemoryBreakerStore(), clock=utc_now)
        writer = Writer(self.model, breaker, pump=ThreadedPieces, monotonic=lambda: 0.0, patience=Patience())
        self.reply_queue = InMemoryReplyQueue()
        push = Push(connections, self.sockets, ids=new_id)
        answer = AnswerMessage(
            self.store,
            self.answers,
            responders=[SmallTalk(), FromDocuments(self.retriever, writer, ids=new_id), NotInDocuments()],
            replies=Deliver(
                {WEB: WebChannel(push, clock=utc_now)},
                whole=QueuedReplies(self.reply_queue),
                dashboards=Dashboards(push, clock=utc_now),
            ),
            clock=utc_now,
            ids=new_id,
        )
        self.handler = queue_function(
            ConsumesQueue,
            lambda settings: reported(
                answer,
                log=build_logger(settings.service_name, settings.log_level),
                metrics=self.metrics,
                monotonic=Ticker(step=0.25),
            ),
            message=AnswerRequest,
            key=lambda message: message.message_id,
            scope="answer",
        )
        connections.add(Connection(CREATOR, VISITOR, "page="))
        connections.add(Connection(CREATOR, "creator", "desk="))
        self._open_conversation()

    def _open_conversation(self) -> None:
        conversation = Conversation(
            CREATOR, CONVERSATION, VISITOR, language="en", created_at=AT, last_activity_at=AT
        )
        self.store.open(Visitor(CREATOR, VISITOR, CONVERSATION, AT), conversation)

    def asked(self, text: str = "How much does a session cost?") -> AnswerRequest:
        message_id = self.ids()
        message = Message(
            CREATOR,
            CONVERSATION,
            message_id,
            role="visitor",
            text=text,
            created_at=AT,
            answer_state="pending",
        )
        self.store.accept(message, client_id=f"client-{message_id}")
        return AnswerRequest(
            creator_id=CREATOR,
            visitor_id=VISITOR,
            conversation_id=CONVERSATION,
            message_id=message_id,
            request_id="request-1",
            received_at=AT,
        )

    def deliver(self, *bodies: str) -> list[str]:
        """Hand messages over as SQS does; return the ids of those that come again."""
        batch: dict[str, Any] = {"Records": []}
        for place, body in enumerate(bodies):
            record = copy.deepcopy(EVENT["Records"][0])
            record.update(body=body, messageId=f"message-{place}")
            batch["Records"].append(record)
        answer = self.handler(batch, LambdaContext())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def parked(self) -> list[tuple[str, str]]:
        """Return (reason, body) of what lies in the dead-letter queue."""
        got = boto3.client("sqs").receive_message(
            QueueUrl=self.dlq_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        return [
            (message["MessageAttributes"]["reason"]["StringValue"], message["Body"])
            for message in got.get("Messages", [])
        ]


def body_of(request: AnswerRequest) -> str:
    return msgspec.json.encode(request).decode()


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Cloud]:
    # A logger writes to the standard output that it found when its name was first used.
    monkeypatch.setenv("SERVICE_NAME", request.node.name)
    with moto_cloud(monkeypatch):
        create_conversations_table()
        create_table(CONNECTIONS_TABLE)
        create_table("idempotency", sort_key=False)
        dlq = boto3.client("sqs").create_queue(QueueName="answers-dlq.fifo", Attributes={"FifoQueue": "true"})
        monkeypatch.setenv("IDEMPOTENCY_TABLE", "idempotency")
        monkeypatch.setenv("DLQ_URL", dlq["QueueUrl"])
        yield Cloud(dlq["QueueUrl"])


def test_a_queued_message_becomes_a_streamed_and_stored_answer(cloud: Cloud) -> None:
    inbound = cloud.asked()
    assert cloud.deliver(body_of(inbound)) == []
    frames = cloud.sockets.frames("page=")
    assert [frame.type for frame in frames][0] == "answer.started"
    assert [frame.type for frame in frames][-1] == "answer.completed"
    assert [frame.seq for frame in frames[1:]] == list(range(1, len(frames)))
    assert "".join(frame.text for frame in frames[1:-1]) == frames[-1].text
    stored = cloud.answers.answer(CREATOR, frames[-1].answer_id)
    assert stored is not None and stored.ending is not None
    assert ending_frame(stored.ref, stored.ending) == frames[-1]
    (told,) = cloud.sockets.frames("desk=")
    assert told.subject_id == CONVERSATION


def test_the_same_message_again_is_skipped(cloud: Cloud) -> None:
    body = body_of(cloud.asked())
    cloud.deliver(body)
    before = len(cloud.sockets.posted)
    assert cloud.deliver(body) == []
    assert len(cloud.sockets.posted) == before
    assert len(cloud.model.prompts) == 1


def test_a_retry_after_a_crash_behind_the_answer_posts_the_stored_frame_again(cloud: Cloud) -> None:
    inbound = cloud.asked()
    cloud.deliver(body_of(inbound))
    forgotten = {"pk": {"S": f"answer#{inbound.message_id}"}}
    boto3.client("dynamodb").delete_item(TableName="idempotency", Key=forgotten)
    cloud.deliver(body_of(inbound))
    terminals = [frame for frame in cloud.sockets.frames("page=") if frame.type == "answer.completed"]
    assert terminals[0] == terminals[1]
    assert len(cloud.model.prompts) == 1


@pytest.mark.parametrize("body", ["not json", "{}", '{"version": 2}'])
def test_a_message_that_is_none_is_parked_and_others_are_answered(cloud: Cloud, body: str) -> None:
    assert cloud.deliver(body, body_of(cloud.asked())) == []
    assert cloud.parked() == [("message_malformed", body)]
    assert cloud.sockets.frames("page=")[-1].type == "answer.completed"


def test_a_message_of_nobody_is_parked_with_its_reason(cloud: Cloud) -> None:
    inbound = msgspec.structs.replace(cloud.asked(), message_id=new_id())
    assert cloud.deliver(body_of(inbound)) == []
    assert [reason for reason, _ in cloud.parked()] == ["message_not_found"]


def test_while_the_model_is_away_the_passages_are_quoted(cloud: Cloud) -> None:
    cloud.model.fail = True
    cloud.deliver(body_of(cloud.asked()))
    last = cloud.sockets.frames("page=")[-1]
    assert (last.type, last.outcome) == ("answer.completed", "degraded")
    assert last.citations


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    logged = map(json.loads, capsys.readouterr().out.strip().splitlines())
    return [line for line in logged if line["message"] == "answer ended"]


def test_one_line_of_the_log_tells_how_an_answer_went(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    inbound = cloud.asked()
    cloud.deliver(body_of(inbound))
    (line,) = lines(capsys)
    last = cloud.sockets.frames("page=")[-1]
    assert (line["level"], line["outcome"], line["answer_id"]) == ("INFO", "answered", last.answer_id)
    assert (line["request_id"], line["creator_id"]) == ("request-1", CREATOR)
    assert (line["model"], line["search"]) == ("scripted", "hybrid")
    assert line["retrieval_ms"] == 250
    assert 0 < line["first_piece_ms"] < line["first_delta_ms"] < line["total_ms"]
    assert cloud.metrics.names == []
    assert "50 euros" not in json.dumps(line) and "session" not in json.dumps(line)


def test_the_log_tells_why_an_answer_was_degraded(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.model.refusal = PermanentError("The token is old.", code="model_refused")
    cloud.deliver(body_of(cloud.asked()))
    (line,) = lines(capsys)
    assert (line["level"], line["outcome"]) == ("WARNING", "degraded")
    assert (line["error_name"], line["code"]) == ("PermanentError", "model_refused")
    assert "first_piece_ms" not in line
    assert cloud.metrics.names == ["AnswersInTrouble"]
    assert cloud.sockets.frames("page=")[-1].outcome == "degraded"


def test_the_log_tells_why_an_answer_failed(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.retriever.fail = True
    cloud.deliver(body_of(cloud.asked()))
    (line,) = lines(capsys)
    assert (line["level"], line["outcome"], line["code"]) == ("WARNING", "failed", "index_unavailable")
    assert line["answer_id"] and line["total_ms"] >= line["retrieval_ms"] > 0
    assert cloud.metrics.names == ["AnswersInTrouble"]


def test_the_function_composes_from_its_settings_without_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    settings = AnswerSettings(
        conversations_table="a",
        connections_table="b",
        documents_table="e",
        idempotency_table="c",
        dlq_url="https://sqs.us-east-1.amazonaws.com/1/x.fifo",
        reply_queue_url="https://sqs.us-east-1.amazonaws.com/1/y.fifo",
        socket_endpoint_url="https://x.execute-api.us-east-1.amazonaws.com/live",
        chat_model_id="chat",
        embedding_model_id="embed",
        fallback_chat_model_id="other",
        model_endpoint_url="http://127.0.0.1:9",
        index_kind="embedded",
        knowledge_bucket="knowledge",
        aws_region="us-east-1",
    )
    assert callable(answer_function.build(settings))
