"""What knowledge tells others: how a document fares."""

from datetime import datetime

from autosocial.contracts.events import DocumentProgressed, DocumentStateChanged, Envelope, Fact, stated
from autosocial.kernel.clock import iso
from autosocial.knowledge.model import Document


def change_of(before: Document, after: Document) -> Envelope | None:
    """Return what a change that is about to be stored means to others, None if it is nothing to them."""
    if _standing(before) != _standing(after):
        return _stated(
            DocumentStateChanged(
                document_id=after.document_id,
                state=after.state.value,
                previous_state=before.state.value,
                progress_pct=after.progress_pct,
                code=after.cause.value if after.cause else "",
                attempt=after.attempt,
            ),
            before,
            after.updated_at,
        )
    if before.progress_pct == after.progress_pct:
        return None
    progressed = DocumentProgressed(
        document_id=after.document_id,
        state=after.state.value,
        progress_pct=after.progress_pct,
        attempt=after.attempt,
    )
    return _stated(progressed, before, after.updated_at)


def is_kept(fact: Envelope) -> bool:
    """Return whether a fact is worth keeping and telling everybody: progress is only for who watches."""
    return not isinstance(fact.payload, DocumentProgressed)


def erased(document: Document, *, at: datetime) -> Envelope:
    """Return that nothing is left of a document."""
    gone = DocumentStateChanged(
        document_id=document.document_id,
        state="deleted",
        previous_state=document.state.value,
        progress_pct=100,
        attempt=document.attempt,
    )
    return _stated(gone, document, at)


def _standing(document: Document) -> tuple[object, ...]:
    return document.state, document.cause, document.attempt


def _stated(fact: Fact, before: Document, at: datetime) -> Envelope:
    # A change is named after the revision that it makes: a document has each revision once.
    revision = before.revision + 1
    return stated(
        fact,
        creator_id=before.creator_id,
        subject_id=before.document_id,
        change=str(revision),
        occurred_at=iso(at),
        sequence=revision,
    )
