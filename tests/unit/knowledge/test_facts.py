"""What knowledge tells others of a document: each change once, progress only to who watches."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from autosocial.contracts.events import DocumentProgressed, DocumentStateChanged
from autosocial.knowledge.facts import change_of, erased, is_kept
from autosocial.knowledge.file_types import FileKind
from autosocial.knowledge.model import Cause, Document, DocumentState, Run
from tests.fakes.clock import START
from tests.fakes.ingestion import CREATOR, Ingestion

DOCUMENT = Document(
    CREATOR, "01DCMENT000000000000000001", "secret plans.pdf", FileKind.PDF, 12, START, START, revision=4
)
RUN = Run(CREATOR, DOCUMENT.document_id, 1, "run-1")
LATER = START + timedelta(seconds=2)


def told(before: Document, after: Document) -> Any:
    return change_of(before, after)


def test_a_new_state_is_a_fact_about_the_document():
    fact = told(DOCUMENT, DOCUMENT.begun(RUN, now=LATER))
    assert (fact.name, fact.creator_id, fact.subject_id, fact.sequence) == (
        "document.state_changed",
        CREATOR,
        DOCUMENT.document_id,
        5,
    )
    assert fact.occurred_at == "2026-03-01T12:00:02.000Z"
    assert fact.payload == DocumentStateChanged(
        document_id=DOCUMENT.document_id,
        state="inspecting",
        previous_state="awaiting_upload",
        progress_pct=5,
        attempt=1,
    )


def test_a_refusal_says_why():
    begun = DOCUMENT.begun(RUN, now=LATER)
    fact = told(begun, begun.refused(RUN, Cause.DOCUMENT_ENCRYPTED, now=LATER))
    assert (fact.payload.state, fact.payload.code) == ("refused", "document_encrypted")


def test_progress_is_told_and_not_kept():
    embedding = replace(DOCUMENT.begun(RUN, now=LATER), state=DocumentState.EMBEDDING, progress_pct=30)
    fact = told(embedding, embedding.embedded(RUN, done=1, of=2, now=LATER))
    assert isinstance(fact.payload, DocumentProgressed)
    assert not is_kept(fact)


def test_what_nobody_sees_is_no_fact():
    begun = DOCUMENT.begun(RUN, now=LATER)
    assert told(begun, begun.found_clean(RUN)) is None


def test_a_new_attempt_of_a_stalled_document_is_a_fact_though_its_state_stays():
    stalled = DOCUMENT.begun(RUN, now=START)
    fact = told(stalled, stalled.retried(now=START + timedelta(hours=1)))
    assert (fact.payload.state, fact.payload.attempt) == ("inspecting", 2)


def test_two_changes_to_the_same_revision_are_one_fact():
    begun = DOCUMENT.begun(RUN, now=LATER)
    again = DOCUMENT.begun(RUN, now=LATER + timedelta(seconds=9))
    assert told(DOCUMENT, begun).event_id == told(DOCUMENT, again).event_id
    stored = replace(begun, revision=5)
    assert told(stored, stored.deleting(now=LATER)).event_id != told(DOCUMENT, begun).event_id


@pytest.fixture
def house():
    return Ingestion()


def test_each_state_on_the_way_to_ready_is_kept_once_and_in_order(house):
    house.ingest("guide.md", b"# Prices\n\nEvening yoga costs 20 euros a month.\n")
    kept = house.store.facts
    assert [fact.payload.state for fact in kept] == [
        "inspecting",
        "extracting",
        "embedding",
        "indexing",
        "verifying",
        "ready",
    ]
    assert all(
        before.payload.state == after.payload.previous_state
        for before, after in zip(kept, kept[1:], strict=False)
    )
    assert len({fact.event_id for fact in kept}) == len(kept)
    assert [fact.sequence for fact in kept] == sorted({fact.sequence for fact in kept})


def test_an_erased_document_leaves_the_newest_of_its_facts(house):
    document = house.ingest("guide.md", b"Evening yoga costs 20 euros a month.")
    house.delete(CREATOR, document.document_id, request_id="r")
    for _ in range(2):
        house.erase(CREATOR, document.document_id)
    last = house.store.facts[-1]
    assert [fact.payload.state for fact in house.store.facts[-2:]] == ["deleting", "deleted"]
    assert last.sequence > house.store.facts[-2].sequence
    assert last == erased(
        document=replace(document, state=DocumentState.DELETING, revision=last.sequence - 1), at=house.clock()
    )
