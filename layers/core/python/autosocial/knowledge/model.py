"""A document of the knowledge base: its states, and the rules by which it moves between them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from autosocial.kernel.errors import ConflictError, DomainError
from autosocial.knowledge.file_types import FileKind

MAX_DOCUMENT_BYTES = 25 * 1024 * 1024
UPLOAD_EXPIRES = timedelta(minutes=15)
UNUSED_EXPIRES = timedelta(days=1)
STALLED_AFTER = timedelta(minutes=30)


class DocumentState(StrEnum):
    """Where a document is on its way. The first six are worked through in this order."""

    AWAITING_UPLOAD = "awaiting_upload"
    INSPECTING = "inspecting"
    EXTRACTING = "extracting"
    EMBEDDING = "embedding"
    INDEXING = "indexing"
    VERIFYING = "verifying"
    READY = "ready"
    REFUSED = "refused"
    FAILED = "failed"
    DELETING = "deleting"


class Cause(StrEnum):
    """Why a document is not ready: the closed list. Only the last is a fault of ours."""

    DOCUMENT_ENCRYPTED = "document_encrypted"
    DOCUMENT_CORRUPT = "document_corrupt"
    DOCUMENT_UNSAFE = "document_unsafe"
    DOCUMENT_TOO_LARGE = "document_too_large"
    DOCUMENT_EMPTY = "document_empty"
    NO_TEXT_FOUND = "no_text_found"
    TYPE_NOT_ALLOWED = "type_not_allowed"
    TYPE_MISMATCH = "type_mismatch"
    KNOWLEDGE_BASE_FULL = "knowledge_base_full"
    PROCESSING_FAILED = "processing_failed"


class DocumentRefusedError(DomainError):
    """The document itself is the problem; ``cause`` says which."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(f"The document was refused: {cause.value}.", code=cause.value)
        self.cause = cause


class SupersededError(DomainError):
    """This run may not go on: the document is deleted, or a newer run has taken over."""

    code = "superseded"


_WORK = (
    DocumentState.AWAITING_UPLOAD,
    DocumentState.INSPECTING,
    DocumentState.EXTRACTING,
    DocumentState.EMBEDDING,
    DocumentState.INDEXING,
    DocumentState.VERIFYING,
    DocumentState.READY,
)
_PROGRESS = {
    DocumentState.AWAITING_UPLOAD: 0,
    DocumentState.INSPECTING: 5,
    DocumentState.EXTRACTING: 15,
    DocumentState.EMBEDDING: 30,
    DocumentState.INDEXING: 85,
    DocumentState.VERIFYING: 95,
    DocumentState.READY: 100,
}
_EMBEDDING_SHARE = _PROGRESS[DocumentState.INDEXING] - _PROGRESS[DocumentState.EMBEDDING]


@dataclass(frozen=True, slots=True)
class Run:
    """One pass of the pipeline over one document. ``run_id`` is the execution's own name."""

    creator_id: str
    document_id: str
    attempt: int
    run_id: str


@dataclass(frozen=True, slots=True)
class Document:
    """One document of one creator. ``revision`` counts its changes, for conditional writes."""

    creator_id: str
    document_id: str
    name: str
    kind: FileKind
    size: int
    created_at: datetime
    updated_at: datetime
    state: DocumentState = DocumentState.AWAITING_UPLOAD
    progress_pct: int = 0
    cause: Cause | None = None
    attempt: int = 1
    run_id: str = ""
    pages: int | None = None
    chunk_count: int = 0
    scanned: bool = False
    revision: int = 1

    def begun(self, run: Run, *, now: datetime) -> "Document":
        """Return the document as taken over by ``run``; a second run of the same attempt is refused."""
        if self.state not in _WORK[:-1] or self.attempt != run.attempt or self.run_id not in {"", run.run_id}:
            raise SupersededError("Another run has this document.")
        return self._at(DocumentState.INSPECTING, now=now, run_id=run.run_id, cause=None)

    def advanced(self, run: Run, state: DocumentState, *, now: datetime) -> "Document":
        """Return the document further on in ``run``; as it is when it is there or beyond already."""
        self._check(run)
        if _WORK.index(state) <= _WORK.index(self.state):
            return self
        return self._at(state, now=now)

    def embedded(self, run: Run, *, done: int, of: int, now: datetime) -> "Document":
        """Return the document with the progress of ``done`` out of ``of`` embedded batches."""
        self._check(run)
        reached = _PROGRESS[DocumentState.EMBEDDING] + _EMBEDDING_SHARE * done // max(1, of)
        return replace(self, progress_pct=max(self.progress_pct, reached), updated_at=now)

    def extracted(self, run: Run, *, pages: int | None, chunk_count: int) -> "Document":
        """Return the document with what extraction learned about it."""
        self._check(run)
        return replace(self, pages=pages, chunk_count=chunk_count)

    def found_clean(self, run: Run) -> "Document":
        """Return the document as scanned, with nothing found."""
        self._check(run)
        return replace(self, scanned=True)

    def refused(self, run: Run, cause: Cause, *, now: datetime) -> "Document":
        """Return the document as refused for ``cause``."""
        self._check(run)
        return replace(self, state=DocumentState.REFUSED, cause=cause, updated_at=now)

    def failed(self, run: Run, cause: Cause = Cause.PROCESSING_FAILED, *, now: datetime) -> "Document":
        """Return the document as failed for what is not its own fault, even before ``run`` took it over."""
        owned = self.attempt == run.attempt and self.run_id in {"", run.run_id}
        if not owned or self.state not in (*_WORK[:-1], DocumentState.FAILED):
            raise SupersededError("This run no longer owns the document.")
        return replace(self, state=DocumentState.FAILED, cause=cause, updated_at=now)

    def is_retryable(self, *, now: datetime) -> bool:
        """Return whether a new attempt may start: one that has ended, or in which nothing moves any more."""
        working = self.state in _WORK[:-1]
        return self.state in {DocumentState.FAILED, DocumentState.REFUSED} or (
            working and now - self.updated_at > STALLED_AFTER
        )

    def retried(self, *, now: datetime) -> "Document":
        """Return the document ready for a new attempt."""
        if not self.is_retryable(now=now):
            raise ConflictError("This document cannot be tried again.", code="document_not_retryable")
        return replace(
            self,
            state=DocumentState.INSPECTING,
            progress_pct=0,
            cause=None,
            attempt=self.attempt + 1,
            run_id="",
            updated_at=now,
        )

    def deleting(self, *, now: datetime) -> "Document":
        """Return the document as marked for deletion; nothing leads back."""
        return replace(self, state=DocumentState.DELETING, updated_at=now)

    @property
    def expires_at(self) -> datetime | None:
        """When the document may vanish by itself: only one that was announced and never uploaded."""
        waits = self.state is DocumentState.AWAITING_UPLOAD
        return self.created_at + UNUSED_EXPIRES if waits else None

    def _check(self, run: Run) -> None:
        working = self.state in _WORK[:-1]
        if not working or self.attempt != run.attempt or self.run_id != run.run_id:
            raise SupersededError("This run no longer owns the document.")

    def _at(
        self, state: DocumentState, *, now: datetime, run_id: str | None = None, cause: Cause | None = None
    ) -> "Document":
        progress = max(_PROGRESS[state], self.progress_pct if state is self.state else 0)
        return replace(
            self,
            state=state,
            progress_pct=progress,
            cause=cause,
            run_id=self.run_id if run_id is None else run_id,
            updated_at=now,
        )
