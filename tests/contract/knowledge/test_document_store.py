"""What every ``DocumentStore`` promises."""

from dataclasses import replace
from datetime import timedelta

import pytest

from autosocial.kernel.errors import ConflictError, InvalidError, NotFoundError
from autosocial.knowledge.facts import change_of, erased
from autosocial.knowledge.file_types import FileKind
from autosocial.knowledge.model import Cause, Document, DocumentState, Run
from autosocial.knowledge.ports import UploadKey
from tests.fakes.clock import START, SequentialIds

A, B = "01CREATR000000000000000001", "01CREATR000000000000000002"
ids = SequentialIds("01DCMENT")


def document(creator_id=A, **changes):
    made = Document(creator_id, ids(), "Precios é.pdf", FileKind.PDF, 12, START, START)
    return replace(made, **changes)


def key(name="k", fingerprint="f"):
    return UploadKey(name, fingerprint, START + timedelta(hours=48))


def test_what_was_added_is_read_back_whole(stores):
    added = stores.documents.add(document(), key())
    assert stores.documents.get(A, added.document_id) == added


def test_every_field_survives_a_change(stores):
    added = stores.documents.add(document(), key())
    changed = replace(
        added,
        state=DocumentState.REFUSED,
        progress_pct=15,
        cause=Cause.DOCUMENT_ENCRYPTED,
        attempt=2,
        run_id="run-7",
        pages=3,
        chunk_count=9,
        scanned=True,
        updated_at=START + timedelta(seconds=5),
    )
    stored = stores.documents.replace(changed)
    assert stored == replace(changed, revision=added.revision + 1)
    assert stores.documents.get(A, added.document_id) == stored


def test_a_field_can_become_empty_again(stores):
    added = stores.documents.add(document(cause=Cause.DOCUMENT_CORRUPT, run_id="r", pages=4), key())
    stores.documents.replace(replace(added, cause=None, run_id="", pages=None))
    stored = stores.documents.get(A, added.document_id)
    assert (stored.cause, stored.run_id, stored.pages) == (None, "", None)


def test_a_change_of_an_older_revision_is_refused_and_changes_nothing(stores):
    added = stores.documents.add(document(), key())
    stores.documents.replace(replace(added, progress_pct=50))
    with pytest.raises(ConflictError):
        stores.documents.replace(replace(added, progress_pct=10))
    assert stores.documents.get(A, added.document_id).progress_pct == 50


def test_a_document_is_withdrawn_from_its_deletion_until_it_is_removed(stores):
    kept, going = (stores.documents.add(document(), key(name)) for name in "ab")
    assert stores.documents.withdrawn(A) == frozenset()

    stored = stores.documents.replace(going.deleting(now=START))
    stores.documents.replace(stored.deleting(now=START + timedelta(seconds=1)))

    assert stores.documents.withdrawn(A) == {going.document_id}
    assert stores.documents.withdrawn(B) == frozenset()
    assert stores.documents.get(A, going.document_id).state is DocumentState.DELETING
    stores.documents.remove(A, going.document_id)
    assert stores.documents.withdrawn(A) == frozenset()
    assert [one.document_id for one in stores.documents.page(A, limit=9).items] == [kept.document_id]


def test_a_deletion_of_an_older_revision_withdraws_nothing(stores):
    added = stores.documents.add(document(), key())
    stores.documents.replace(replace(added, progress_pct=50))
    with pytest.raises(ConflictError):
        stores.documents.replace(added.deleting(now=START))
    assert stores.documents.withdrawn(A) == frozenset()


def test_a_change_is_stored_with_its_fact_or_not_at_all(stores):
    added = stores.documents.add(document(), key())
    begun = added.begun(Run(A, added.document_id, 1, "r"), now=START)
    fact = change_of(added, begun)
    assert stores.documents.replace(begun, fact=fact) == stores.documents.get(A, added.document_id)
    with pytest.raises(ConflictError):
        stores.documents.replace(begun, fact=change_of(added, added.deleting(now=START)))
    assert stores.facts() == [fact]


def test_a_deletion_and_a_removal_are_stored_with_their_facts(stores):
    added = stores.documents.add(document(), key())
    deleting = stores.documents.replace(
        added.deleting(now=START), fact=change_of(added, added.deleting(now=START))
    )
    gone = erased(deleting, at=START + timedelta(seconds=1))
    for _ in range(2):
        stores.documents.remove(A, added.document_id, fact=gone)
    assert [fact.payload.state for fact in stores.facts()] == ["deleting", "deleted"]
    assert stores.documents.withdrawn(A) == frozenset()


def test_a_document_that_was_removed_does_not_come_back_by_a_change(stores):
    added = stores.documents.add(document(), key())
    stores.documents.remove(A, added.document_id)
    with pytest.raises(ConflictError):
        stores.documents.replace(replace(added, progress_pct=10))
    with pytest.raises(NotFoundError):
        stores.documents.get(A, added.document_id)


def test_the_same_key_gives_the_document_that_was_added_first(stores):
    first = stores.documents.add(document(), key())
    moved = stores.documents.replace(first.begun(Run(A, first.document_id, 1, "r"), now=START))
    assert stores.documents.add(document(), key()) == moved
    with pytest.raises(ConflictError) as refused:
        stores.documents.add(document(), key(fingerprint="another"))
    assert refused.value.code == "idempotency_key_reused"


def test_a_removed_document_leaves_its_key_free(stores):
    first = stores.documents.add(document(), key())
    stores.documents.remove(A, first.document_id)
    stores.documents.remove(A, first.document_id)
    second = stores.documents.add(document(), key(fingerprint="another"))
    assert second.document_id != first.document_id


def test_creators_see_their_own_documents_only(stores):
    mine, theirs = document(A), document(B)
    stores.documents.add(mine, key())
    stores.documents.add(theirs, key())
    with pytest.raises(NotFoundError):
        stores.documents.get(A, theirs.document_id)
    assert list(stores.documents.page(A, limit=10).items) == [mine]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5])
def test_pages_hold_every_document_once_newest_first(stores, count):
    added = [stores.documents.add(document(), key(str(number))) for number in range(count)]
    seen, cursor = [], ""
    while True:
        page = stores.documents.page(A, limit=2, cursor=cursor)
        assert len(page.items) <= 2
        seen += page.items
        cursor = page.cursor
        if not cursor:
            break
    assert seen == added[::-1]


def test_a_page_goes_on_after_its_last_document_was_removed(stores):
    added = [stores.documents.add(document(), key(str(number))) for number in range(4)]
    page = stores.documents.page(A, limit=2)
    stores.documents.remove(A, page.items[-1].document_id)
    rest = stores.documents.page(A, limit=2, cursor=page.cursor)
    assert list(rest.items) == [added[1], added[0]]
    assert rest.cursor == ""


@pytest.mark.parametrize("cursor", ["nonsense", "../x", "DOCUMENT#", "~"])
def test_a_cursor_that_is_not_ours_is_refused(stores, cursor):
    with pytest.raises(InvalidError):
        stores.documents.page(A, limit=2, cursor=cursor)
