"""What a creator can ask of the knowledge base."""

import pytest

from autosocial.kernel.errors import ConflictError, InvalidError, NotFoundError, TooLargeError, TransientError
from autosocial.knowledge.model import MAX_DOCUMENT_BYTES, DocumentState
from autosocial.knowledge.service import UploadRequest
from tests.fakes.ingestion import CREATOR, Ingestion
from tests.fakes.knowledge import step_of

OTHER = "01CREATR000000000000000002"


@pytest.fixture
def house():
    return Ingestion()


@pytest.mark.parametrize(
    ("name", "size", "error", "code"),
    [
        ("a.exe", 5, InvalidError, "type_not_allowed"),
        ("a.docm", 5, InvalidError, "type_not_allowed"),
        ("pdf", 5, InvalidError, "type_not_allowed"),
        (".pdf", 5, InvalidError, "type_not_allowed"),
        ("...", 5, InvalidError, "name_invalid"),
        ("a.pdf", 0, InvalidError, "document_empty"),
        ("a.pdf", -1, InvalidError, "document_empty"),
        ("a.pdf", MAX_DOCUMENT_BYTES + 1, TooLargeError, "document_too_large"),
    ],
)
def test_what_cannot_be_taken_is_refused_at_once_and_leaves_nothing(house, name, size, error, code):
    with pytest.raises(error) as refused:
        house.request_upload(CREATOR, UploadRequest(name, size, "key-00000001"))
    assert refused.value.code == code
    assert not house.store.rows


def test_names_are_shown_without_path_and_control_characters(house):
    assert house.announce("C:\\files\\Preis\u202eliste\x00 \n 2026.PDF").name == "Preis liste 2026.PDF"
    assert len(house.announce("x" * 300 + ".pdf").name) == 200


def test_the_same_request_twice_is_one_document(house):
    request = UploadRequest("a.pdf", 10, "key-00000001")
    first, form = house.request_upload(CREATOR, request)
    second, again = house.request_upload(CREATOR, request)
    assert first == second
    assert form == again
    assert len(house.store.rows) == 1


def test_a_key_belongs_to_one_request_and_one_creator(house):
    first, _ = house.request_upload(CREATOR, UploadRequest("a.pdf", 10, "key-00000001"))
    with pytest.raises(ConflictError) as refused:
        house.request_upload(CREATOR, UploadRequest("b.pdf", 10, "key-00000001"))
    assert refused.value.code == "idempotency_key_reused"
    other, _ = house.request_upload(OTHER, UploadRequest("a.pdf", 10, "key-00000001"))
    assert other.document_id != first.document_id


def test_documents_come_newest_first_page_by_page(house):
    for number in range(5):
        house.announce(f"{number}.txt")
    first = house.read.page(CREATOR, limit=2)
    second = house.read.page(CREATOR, limit=2, cursor=first.cursor)
    third = house.read.page(CREATOR, limit=2, cursor=second.cursor)
    names = [document.name for page in (first, second, third) for document in page.items]
    assert names == ["4.txt", "3.txt", "2.txt", "1.txt", "0.txt"]
    assert third.cursor == ""


def test_another_creators_document_is_not_there(house):
    document = house.announce("a.pdf")
    for look in (
        lambda: house.read.one(OTHER, document.document_id),
        lambda: house.retry(OTHER, document.document_id),
        lambda: house.delete(OTHER, document.document_id, request_id="r"),
    ):
        with pytest.raises(NotFoundError):
            look()
    assert house.read.page(OTHER, limit=10).items == ()


def test_a_ready_or_working_document_cannot_be_retried(house):
    document = house.ingest("a.txt", b"Some words about yoga.")
    with pytest.raises(ConflictError) as refused:
        house.retry(CREATOR, document.document_id)
    assert refused.value.code == "document_not_retryable"
    working = house.upload("b.txt", b"Words.")
    house.inspect(step_of(working))
    with pytest.raises(ConflictError):
        house.retry(CREATOR, working.document_id)


def test_a_document_that_stands_still_can_be_retried(house):
    stuck = house.upload("b.txt", b"Words about something.")
    house.inspect(step_of(stuck))
    house.clock.pass_(minutes=31)
    assert house.read.is_retryable(house.now(stuck))
    house.retry(CREATOR, stuck.document_id)
    assert house.run(step_of(stuck, attempt=2, run_id="run-2")) == "ok"


def test_a_change_that_loses_a_race_is_made_again_on_what_is_there(house):
    document = house.upload("b.txt", b"Words.")
    house.store.lose_races = 3
    house.inspect(step_of(document))
    assert house.now(document).state is DocumentState.INSPECTING
    house.store.lose_races = 99
    with pytest.raises(TransientError):
        house.ledger.delete(CREATOR, document.document_id)
