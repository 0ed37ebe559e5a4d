"""The conversations API in process: a creator reads the conversations with their coach."""

from collections.abc import Iterator
from typing import Any

import pytest

from autosocial.adapters.dynamodb.answers import DynamoAnswerStore
from autosocial.adapters.dynamodb.conversations import DynamoConversationStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.contracts.outbound import Failed
from autosocial.conversations.model import Answer, Conversation, Message, Visitor
from autosocial.kernel.clock import iso, utc_now
from autosocial.wiring.http import http_function
from functions.conversations.api.handler import build
from functions.conversations.api.settings import ConversationsApiSettings
from tests.fakes.answer_turn import CREATOR, OTHER_CREATOR, CountedIds, MovingClock
from tests.fakes.cloud import moto_cloud
from tests.fakes.conversations_cloud import CONVERSATIONS_TABLE, create_conversations_table
from tests.fakes.events import as_creator, call

LIST = "/api/v1/creators/conversations"


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with moto_cloud(monkeypatch):
        create_conversations_table()
        monkeypatch.setenv("CONVERSATIONS_TABLE", CONVERSATIONS_TABLE)
        yield http_function(ConversationsApiSettings, build)


def filled(conversations: int = 3) -> list[str]:
    """Store conversations with one question each, the last one the newest; return their ids."""
    store = DynamoConversationStore(Tables(), CONVERSATIONS_TABLE, clock=utc_now)
    ids, clock = CountedIds(), MovingClock()
    made = []
    for number in range(conversations):
        place, visitor_id, at = ids(), ids(), iso(clock())
        conversation = Conversation(
            CREATOR, place, visitor_id, language="es", created_at=at, last_activity_at=at
        )
        store.open(Visitor(CREATOR, visitor_id, place, at), conversation)
        message = Message(
            CREATOR,
            place,
            ids(),
            role="visitor",
            text=f"Question {number}",
            created_at=at,
            answer_state="pending",
        )
        store.accept(message, client_id="client-00001")
        made.append(place)
    return made


def test_conversations_are_listed_newest_first_in_pages(handler: Any) -> None:
    made = filled()
    first = call(handler, "GET", LIST, caller=as_creator(CREATOR))
    assert [item["conversation_id"] for item in first.body["items"]] == made[::-1]
    newest = first.body["items"][0]
    assert (newest["last_message"], newest["message_count"], newest["language"]) == ("Question 2", 1, "es")
    assert (newest["channel"], newest["ratings_up"], newest["ratings_down"]) == ("web", 0, 0)
    assert first.body["next_cursor"] is None


def test_a_transcript_shows_an_answer_that_could_not_be_given(handler: Any) -> None:
    (place,) = filled(1)
    tables = Tables()
    store = DynamoConversationStore(tables, CONVERSATIONS_TABLE, clock=utc_now)
    answers = DynamoAnswerStore(tables, CONVERSATIONS_TABLE, clock=utc_now)
    (question,) = store.messages(CREATOR, place, cursor="", limit=1).items
    now = iso(utc_now())
    answer = Answer(CREATOR, CountedIds(90)(), place, question.message_id, "visitor", now, now)
    answers.begin(answer)
    answers.finish(answer, Failed(1, "index_unavailable"))
    page = call(handler, "GET", f"{LIST}/{place}/messages", caller=as_creator(CREATOR))
    assert [item["role"] for item in page.body["items"]] == ["visitor", "assistant"]
    assert (page.body["items"][1]["outcome"], page.body["items"][1]["code"]) == (
        "failed",
        "index_unavailable",
    )


def test_another_creator_sees_nothing_and_reaches_nothing(handler: Any) -> None:
    (place,) = filled(1)
    stranger = as_creator(OTHER_CREATOR)
    assert call(handler, "GET", LIST, caller=stranger).body["items"] == []
    foreign = call(handler, "GET", f"{LIST}/{place}/messages", caller=stranger)
    absent = call(handler, "GET", f"{LIST}/{CountedIds(500)()}/messages", caller=stranger)
    assert foreign.status == absent.status == 404
    assert foreign.body["detail"] == absent.body["detail"]


def test_visitors_and_unknown_callers_are_turned_away(handler: Any) -> None:
    visitor = {**as_creator(CREATOR), "role": "visitor"}
    assert call(handler, "GET", LIST, caller=visitor).status == 403
    assert call(handler, "GET", LIST).status == 401
    assert call(handler, "GET", f"{LIST}/..%2Fx/messages", caller=as_creator(CREATOR)).status in {404, 422}
