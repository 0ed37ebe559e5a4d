"""What was stored before endings had a shape of their own is still read, resumed and rated."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from autosocial.adapters.dynamodb.answers import DynamoAnswerStore
from autosocial.adapters.dynamodb.conversations import DynamoConversationStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.contracts.outbound import Completed, Failed, Piece
from autosocial.conversations.history import ReadConversations
from autosocial.conversations.model import Message, completed_of
from autosocial.conversations.service import RateAnswer, ResumeAnswer
from autosocial.kernel.clock import utc_now
from tests.fakes.answer_turn import ASKER, CONVERSATION, CREATOR, VISITOR
from tests.fakes.cloud import REGION, moto_cloud
from tests.fakes.conversations_cloud import CONVERSATIONS_TABLE, create_conversations_table

# Rows as the answer function of November 2026 wrote them.
STORED = Path("tests/data/stored/conversations_before_endings.json")
ROWS: list[dict[str, Any]] = json.loads(STORED.read_text())


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[DynamoConversationStore, DynamoAnswerStore]]:
    with moto_cloud(monkeypatch):
        create_conversations_table()
        client: Any = boto3.client("dynamodb", region_name=REGION)
        for row in ROWS:
            client.put_item(TableName=CONVERSATIONS_TABLE, Item=row)
        tables = Tables()
        yield (
            DynamoConversationStore(tables, CONVERSATIONS_TABLE, clock=utc_now),
            DynamoAnswerStore(tables, CONVERSATIONS_TABLE, clock=utc_now),
        )


def transcript(stores: tuple[DynamoConversationStore, DynamoAnswerStore]) -> list[Message]:
    read = ReadConversations(*stores, clock=utc_now)
    return list(read.messages(read.one(CREATOR, CONVERSATION), cursor="", limit=20).items)


def test_the_transcript_shows_every_message_with_its_citations_and_failures(stores) -> None:
    told = Counter((item.role, item.answer_state, item.outcome, item.code) for item in transcript(stores))
    assert told == {
        ("visitor", "completed", None, ""): 2,
        ("assistant", "completed", "answered", ""): 1,
        ("assistant", "completed", "degraded", ""): 1,
        ("visitor", "failed", None, ""): 1,
        ("assistant", "failed", None, "index_unavailable"): 1,
        ("visitor", "pending", None, ""): 1,
    }
    answered = next(item for item in transcript(stores) if item.outcome == "answered")
    assert [citation.quote for citation in answered.citations] == ["A single session costs 50 euros."]
    assert answered.rating == "up"


def test_old_answers_are_resumed_with_their_ending(stores) -> None:
    resume = ResumeAnswer(*stores, clock=utc_now)
    replies = [item for item in transcript(stores) if item.role == "assistant"]
    missed = {item.answer_id: resume(ASKER, item.answer_id, after=0) for item in replies}
    for reply in replies:
        found = missed[reply.answer_id]
        if reply.answer_state == "failed":
            assert found.ending == Failed(1, "index_unavailable", retryable=True)
        else:
            assert isinstance(found.ending, Completed)
            assert found.ending == completed_of(reply, seq=found.ending.seq)
            assert all(isinstance(piece, Piece) for piece in found.pieces)
        assert (found.answer.visitor_id, found.answer.channel) == (VISITOR, "web")


def test_an_old_answer_that_has_ended_ends_no_second_time_and_can_be_rated(stores) -> None:
    conversations, answers = stores
    reply = next(item for item in transcript(stores) if item.outcome == "answered")
    answer = answers.answer(CREATOR, reply.answer_id)
    assert answer is not None
    assert not answers.finish(answer, Failed(9, "late"))
    RateAnswer(answers, clock=utc_now)(ASKER, reply.answer_id, rating="down")
    rated = conversations.message(CREATOR, CONVERSATION, reply.message_id)
    assert rated is not None and rated.rating == "down"
