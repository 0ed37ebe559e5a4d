"""The rules by which a document moves between its states."""

from datetime import UTC, datetime, timedelta

import pytest

from autosocial.kernel.errors import ConflictError
from autosocial.knowledge.causes import message_of, preferred_language
from autosocial.knowledge.file_types import FileKind
from autosocial.knowledge.model import (
    STALLED_AFTER,
    Cause,
    Document,
    DocumentState,
    Run,
    SupersededError,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
RUN = Run("C", "D", 1, "run-1")


def document(**changes):
    values = {"creator_id": "C", "document_id": "D", "name": "a.pdf", "kind": FileKind.PDF, "size": 1}
    return Document(**{**values, "created_at": NOW, "updated_at": NOW, **changes})


def begun():
    return document().begun(RUN, now=NOW)


@pytest.mark.parametrize(
    "other", [Run("C", "D", 1, "run-2"), Run("C", "D", 2, "run-1"), Run("C", "D", 0, "run-1")]
)
def test_only_the_run_that_took_a_document_over_may_change_it(other):
    for change in (
        lambda: begun().begun(other, now=NOW),
        lambda: begun().advanced(other, DocumentState.EXTRACTING, now=NOW),
        lambda: begun().embedded(other, done=1, of=2, now=NOW),
        lambda: begun().extracted(other, pages=1, chunk_count=1),
        lambda: begun().refused(other, Cause.DOCUMENT_CORRUPT, now=NOW),
        lambda: begun().failed(other, now=NOW),
        lambda: begun().found_clean(other),
    ):
        with pytest.raises(SupersededError):
            change()


@pytest.mark.parametrize(
    "state", [DocumentState.READY, DocumentState.REFUSED, DocumentState.FAILED, DocumentState.DELETING]
)
def test_a_settled_document_is_not_taken_over(state):
    with pytest.raises(SupersededError):
        document(state=state).begun(RUN, now=NOW)


def test_nothing_leads_back_from_deletion():
    going = begun().deleting(now=NOW)
    for change in (
        lambda: going.advanced(RUN, DocumentState.READY, now=NOW),
        lambda: going.failed(RUN, now=NOW),
        lambda: going.refused(RUN, Cause.DOCUMENT_CORRUPT, now=NOW),
    ):
        with pytest.raises(SupersededError):
            change()
    with pytest.raises(ConflictError):
        going.retried(now=NOW + timedelta(days=1))


def test_a_step_that_runs_again_moves_nothing_backwards():
    further = begun().advanced(RUN, DocumentState.INDEXING, now=NOW)
    assert further.advanced(RUN, DocumentState.EXTRACTING, now=NOW) == further
    assert further.embedded(RUN, done=1, of=10, now=NOW).progress_pct == further.progress_pct


def test_embedding_moves_the_progress_from_30_to_85():
    embedding = begun().advanced(RUN, DocumentState.EMBEDDING, now=NOW)
    shares = [embedding.embedded(RUN, done=done, of=4, now=NOW).progress_pct for done in range(5)]
    assert shares == [30, 43, 57, 71, 85]


def test_batches_that_finish_out_of_order_never_lower_the_progress():
    embedding = begun().advanced(RUN, DocumentState.EMBEDDING, now=NOW)
    late = embedding.embedded(RUN, done=2, of=4, now=NOW).embedded(RUN, done=1, of=4, now=NOW)
    assert late.progress_pct == 57


def test_a_document_can_be_retried_when_it_ended_badly_or_stands_still():
    assert begun().failed(RUN, now=NOW).is_retryable(now=NOW)
    assert begun().refused(RUN, Cause.DOCUMENT_CORRUPT, now=NOW).is_retryable(now=NOW)
    assert not begun().is_retryable(now=NOW + STALLED_AFTER)
    assert begun().is_retryable(now=NOW + STALLED_AFTER + timedelta(seconds=1))
    assert not document(state=DocumentState.READY).is_retryable(now=NOW + timedelta(days=9))


def test_a_retry_is_a_new_attempt_that_any_execution_may_take():
    again = begun().failed(RUN, now=NOW).retried(now=NOW)
    assert (again.attempt, again.run_id, again.cause, again.progress_pct) == (2, "", None, 0)
    assert again.begun(Run("C", "D", 2, "run-9"), now=NOW).run_id == "run-9"


def test_failing_twice_is_failing_once():
    failed = begun().failed(RUN, now=NOW)
    assert failed.failed(RUN, now=NOW) == failed


def test_only_a_document_that_was_never_uploaded_vanishes_by_itself():
    assert document().expires_at == NOW + timedelta(days=1)
    assert begun().expires_at is None


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_has_words_in_both_languages(cause):
    told = document(state=DocumentState.REFUSED, cause=cause)
    assert message_of(told, "en") != message_of(told, "es")
    assert message_of(told, "fr") == message_of(told, "en")


@pytest.mark.parametrize("state", list(DocumentState))
def test_every_state_without_a_cause_has_words_too(state):
    if state not in {DocumentState.REFUSED, DocumentState.FAILED}:
        assert message_of(document(state=state), "en").endswith((".", "it."))


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en-GB,en;q=0.9,es;q=0.8", "en"),
        ("fr,es;q=0.5", "es"),
        ("de", "en"),
        ("es;q=0,en;q=0.1", "en"),
        ("es;q=0", "en"),
        ("es;q=nonsense", "en"),
        (",;q=,", "en"),
    ],
)
def test_the_language_follows_the_accept_language_header(header, language):
    assert preferred_language(header) == language
