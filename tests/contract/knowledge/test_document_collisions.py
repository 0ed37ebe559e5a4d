"""A change of a document that meets another one at the same moment comes again."""

from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from autosocial.adapters.dynamodb.knowledge import DynamoDocumentStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.knowledge.facts import change_of
from autosocial.knowledge.file_types import FileKind
from autosocial.knowledge.model import Document, Run
from autosocial.knowledge.ports import UploadKey
from tests.fakes.clock import START
from tests.fakes.cloud import create_table, moto_cloud
from tests.fakes.outbox import facts_in

CREATOR, DOCUMENT = "01CREATR000000000000000001", "01DCMENT000000000000000001"
SINGLE: Any = {"Error": {"Code": "TransactionConflictException", "Message": "busy"}}
MANY: Any = {
    "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
    "CancellationReasons": [{"Code": "TransactionConflict", "Message": "busy"}, {"Code": "None"}],
}


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch):
    with moto_cloud(monkeypatch):
        yield DynamoDocumentStore(Tables(), create_table("documents"))


@pytest.fixture
def added(store: DynamoDocumentStore) -> Document:
    document = Document(CREATOR, DOCUMENT, "a.txt", FileKind.TEXT, 12, START, START)
    return store.add(document, UploadKey("k", "f", START))


@pytest.mark.parametrize(
    ("operation", "refusal", "has_fact"), [("UpdateItem", SINGLE, False), ("TransactWriteItems", MANY, True)]
)
def test_a_change_that_collides_is_stored_by_a_later_try(
    store: DynamoDocumentStore, added: Document, monkeypatch, operation, refusal, has_fact
) -> None:
    left, call = [2], vars(BaseClient)["_make_api_call"]

    def _make_api_call(client: Any, name: str, arguments: Any) -> Any:
        if name == operation and left[0]:
            left[0] -= 1
            raise ClientError(refusal, name)
        return call(client, name, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", _make_api_call)
    begun = added.begun(Run(CREATOR, DOCUMENT, 1, "run"), now=START)
    fact = change_of(added, begun)
    stored = store.replace(begun, fact=fact if has_fact else None)
    assert left == [0]
    assert store.get(CREATOR, DOCUMENT) == stored
    assert facts_in("documents") == ([fact] if has_fact else [])
