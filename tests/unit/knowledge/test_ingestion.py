"""The pipeline as a creator meets it: a file goes in and is found, or is refused with a cause."""

import pytest

from autosocial.knowledge.model import Cause, DocumentState
from autosocial.knowledge.ports import Verdict
from tests.fakes.ingestion import CREATOR, Ingestion
from tests.fakes.knowledge import embed_step_of, step_of

GUIDE = b"# Prices\n\nEvening yoga costs 20 euros a month.\n\n# Refunds\n\nYou get a refund within 14 days.\n"


@pytest.fixture
def house():
    return Ingestion()


def test_a_good_document_becomes_ready_and_its_chunks_are_in_the_index(house):
    document = house.ingest("guide.md", GUIDE)
    assert document.state is DocumentState.READY
    assert document.progress_pct == 100
    texts = sorted(chunk.text for chunk in house.index.chunks.values())
    assert texts == [
        "Prices\n\nEvening yoga costs 20 euros a month.",
        "Refunds\n\nYou get a refund within 14 days.",
    ]
    assert document.chunk_count == 2
    assert {chunk.language for chunk in house.index.chunks.values()} == {"en"}


def test_every_state_is_pushed_with_rising_progress(house):
    house.ingest("guide.md", GUIDE)
    frames = [frame for _, audience, frame in house.sink.frames if audience == "creator"]
    states = list(dict.fromkeys(frame.state for frame in frames))
    assert states == ["inspecting", "extracting", "embedding", "indexing", "verifying", "ready"]
    progress = [frame.progress_pct for frame in frames]
    assert progress == sorted(progress)
    assert progress[-1] == 100
    assert frames[-1].data["messages"]["es"].startswith("Listo")


def test_a_dashboard_that_cannot_be_told_stops_nothing(house):
    house.sink.fail = True
    assert house.ingest("guide.md", GUIDE).state is DocumentState.READY


def test_a_refused_document_says_why_and_is_quarantined(house):
    document = house.ingest("scan.pdf", b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert document.state is DocumentState.REFUSED
    assert document.cause is Cause.TYPE_MISMATCH
    assert house.uploads.quarantined[CREATOR, document.document_id] == "type_mismatch"
    assert not house.index.chunks


def test_a_file_without_text_is_refused(house):
    assert house.ingest("page.html", b"<html><body><img src=x></body></html>").cause is Cause.NO_TEXT_FOUND


def test_a_threat_is_refused_and_an_unfinished_scan_is_waited_for(house):
    house.scan.result = Verdict.THREAT
    assert house.ingest("guide.md", GUIDE).cause is Cause.DOCUMENT_UNSAFE
    house.scan.result = None
    waiting = house.ingest("guide.md", GUIDE)
    assert waiting.state is DocumentState.FAILED
    house.scan.result = Verdict.CLEAN
    house.retry(CREATOR, waiting.document_id)
    house.run(step_of(waiting, attempt=2, run_id="run-2"))
    assert house.now(waiting).scanned


def test_nobody_claims_a_scan_that_did_not_happen(house):
    assert not house.ingest("guide.md", GUIDE).scanned


def test_a_model_that_is_away_fails_the_document_and_a_retry_heals_it(house):
    house.embedder.fail = True
    document = house.ingest("guide.md", GUIDE)
    assert (document.state, document.cause) == (DocumentState.FAILED, Cause.PROCESSING_FAILED)
    house.embedder.fail = False
    retried = house.retry(CREATOR, document.document_id)
    assert (retried.state, retried.attempt) == (DocumentState.INSPECTING, 2)
    assert house.pipeline.started == [(CREATOR, document.document_id, 2)]
    assert house.run(step_of(document, attempt=2, run_id="run-2")) == "ok"
    assert house.now(document).state is DocumentState.READY
    assert {attempt for _, _, attempt in house.chunks.objects} == {2}


def test_a_full_knowledge_base_says_so_and_a_retry_heals_it(house):
    house.index.room = 1
    document = house.ingest("guide.md", GUIDE)
    assert (document.state, document.cause) == (DocumentState.FAILED, Cause.KNOWLEDGE_BASE_FULL)
    assert not house.index.chunks
    assert not house.uploads.quarantined
    house.index.room = 100
    house.retry(CREATOR, document.document_id)
    assert house.run(step_of(document, attempt=2, run_id="run-2")) == "ok"


def test_ready_means_that_a_search_finds_it(house):
    house.index.blind = True
    assert house.ingest("guide.md", GUIDE).state is DocumentState.FAILED


def test_a_second_execution_of_the_same_upload_leaves_the_first_alone(house):
    document = house.upload("guide.md", GUIDE)
    assert house.inspect(step_of(document, run_id="run-1")).outcome == "ok"
    assert house.inspect(step_of(document, run_id="run-2")).outcome == "gone"
    assert house.now(document).run_id == "run-1"


def test_a_stale_attempt_changes_nothing_of_a_newer_one(house):
    document = house.upload("guide.md", GUIDE)
    old = step_of(document)
    house.inspect(old)
    batches = house.extract(old).batch_count
    house.fail(old)
    house.retry(CREATOR, document.document_id)
    new = step_of(document, attempt=2, run_id="run-2")
    house.inspect(new)
    before = house.now(document)
    assert house.embed(embed_step_of(old, 0, batches)).outcome == "gone"
    assert house.put(old).outcome == "gone"
    assert house.verify(old).outcome == "gone"
    assert house.fail(old).outcome == "gone"
    assert house.now(document) == before
    assert not house.index.chunks
    assert house.run(new) == "ok"


def test_a_retry_that_cannot_start_says_so_and_can_be_tried_again(house):
    document = house.upload("guide.md", GUIDE)
    house.inspect(step_of(document))
    house.fail(step_of(document))
    house.pipeline.fail = True
    with pytest.raises(Exception, match="cannot be started"):
        house.retry(CREATOR, document.document_id)
    assert house.now(document).state is DocumentState.FAILED
    house.pipeline.fail = False
    assert house.retry(CREATOR, document.document_id).attempt == 3


def test_an_upload_of_a_deleted_document_is_removed(house):
    document = house.upload("guide.md", GUIDE)
    house.delete(CREATOR, document.document_id, request_id="r1")
    house.erase(CREATOR, document.document_id)
    house.uploads.files[CREATOR, document.document_id] = GUIDE
    assert house.inspect(step_of(document)).outcome == "gone"
    assert not house.uploads.files


@pytest.mark.parametrize("stop_before", ["extract", "embed", "put", "verify"])
def test_a_document_deleted_in_the_middle_leaves_nothing(house, stop_before):
    document = house.upload("guide.md", GUIDE)
    step = step_of(document)
    steps = {
        "inspect": lambda: house.inspect(step),
        "extract": lambda: house.extract(step),
        "embed": lambda: house.embed(embed_step_of(step, 0, 1)),
        "put": lambda: house.put(step),
        "verify": lambda: house.verify(step),
    }
    for name, work in steps.items():
        if name == stop_before:
            house.delete(CREATOR, document.document_id, request_id="r1")
            house.erase(CREATOR, document.document_id)
        work()
    assert (house.uploads.files, house.chunks.objects, house.index.chunks, house.store.rows) == (
        {},
        {},
        {},
        {},
    )


def test_erasing_twice_does_no_harm_and_tells_the_dashboard(house):
    document = house.ingest("guide.md", GUIDE)
    other = house.ingest("other.md", b"Something else to keep.")
    house.delete(CREATOR, document.document_id, request_id="r1")
    house.delete(CREATOR, document.document_id, request_id="r2")
    assert len(house.erasures.requests) == 2
    house.erase(CREATOR, document.document_id)
    house.erase(CREATOR, document.document_id)
    assert house.sink.frames[-1][2].state == "deleted"
    assert [row.document_id for row in house.store.rows.values()] == [other.document_id]
    assert {chunk.document_id for chunk in house.index.chunks.values()} == {other.document_id}
    assert {key[1] for key in house.chunks.objects} == {other.document_id}


def test_twins_are_both_ready(house):
    states = {house.ingest(f"copy-{number}.md", GUIDE).state for number in range(3)}
    assert states == {DocumentState.READY}
