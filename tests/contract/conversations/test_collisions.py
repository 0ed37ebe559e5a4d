"""Transactions that meet on one item: the loser comes again, and only then."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from autosocial.adapters.dynamodb.conversations import DynamoConversationStore
from autosocial.adapters.dynamodb.tables import CollisionError, Tables
from autosocial.conversations.model import Conversation, Message, Visitor
from autosocial.kernel.clock import iso
from autosocial.kernel.errors import TransientError
from tests.fakes.answer_turn import CONVERSATION, CREATOR, NOW, VISITOR
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import moto_cloud
from tests.fakes.conversations_cloud import CONVERSATIONS_TABLE, create_conversations_table

AT = iso(NOW)
MESSAGE = Message(
    CREATOR, CONVERSATION, "01TEST00000000000000000001", role="visitor", text="?", created_at=AT
)


class Busy:
    """Cancels the first transactions for a reason, as DynamoDB does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times, self.code, self.seen = 0, "TransactionConflict", 0
        call = vars(BaseClient)["_make_api_call"]

        def _make_api_call(client: Any, name: str, arguments: Any) -> Any:
            if name == "TransactWriteItems":
                self.seen += 1
                if self.seen <= self.times:
                    raise self._cancelled()
            return call(client, name, arguments)

        monkeypatch.setattr(BaseClient, "_make_api_call", _make_api_call)

    def _cancelled(self) -> ClientError:
        reasons = [{"Code": "None"}, {"Code": "None"}, {"Code": self.code, "Message": "busy"}]
        answer: Any = {
            "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
            "CancellationReasons": reasons,
        }
        return ClientError(answer, "TransactWriteItems")


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoConversationStore]:
    with moto_cloud(monkeypatch):
        create_conversations_table()
        store = DynamoConversationStore(Tables(), CONVERSATIONS_TABLE, clock=FakeClock(NOW))
        conversation = Conversation(
            CREATOR, CONVERSATION, VISITOR, language="en", created_at=AT, last_activity_at=AT
        )
        store.open(Visitor(CREATOR, VISITOR, CONVERSATION, AT), conversation)
        yield store


def test_a_message_that_collides_is_stored_by_a_later_try(
    store: DynamoConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = Busy(monkeypatch)
    busy.times = 3
    assert store.accept(MESSAGE, client_id="client-00001") == MESSAGE.message_id
    assert busy.seen == 4
    assert store.message(CREATOR, CONVERSATION, MESSAGE.message_id) == MESSAGE


def test_collisions_without_end_are_told_as_transient(
    store: DynamoConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = Busy(monkeypatch)
    busy.times = 100
    with pytest.raises(CollisionError):
        store.accept(MESSAGE, client_id="client-00001")
    assert busy.seen == 8


def test_what_the_client_has_tried_enough_is_not_tried_again(
    store: DynamoConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = Busy(monkeypatch)
    busy.times, busy.code = 100, "ThrottlingError"
    with pytest.raises(TransientError) as caught:
        store.accept(MESSAGE, client_id="client-00001")
    assert not isinstance(caught.value, CollisionError)
    assert busy.seen == 1
