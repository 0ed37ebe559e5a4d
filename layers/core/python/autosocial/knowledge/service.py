"""Use cases of the knowledge base that a creator calls: announce, read, retry and delete documents."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from autosocial.kernel.clock import Clock
from autosocial.kernel.errors import AutoSocialError, InvalidError, TooLargeError
from autosocial.kernel.ids import IdSource, checked_id
from autosocial.kernel.paging import Page
from autosocial.knowledge.file_types import clean_name, kind_of_name
from autosocial.knowledge.index_ports import KnowledgeIndex
from autosocial.knowledge.ledger import DocumentLedger
from autosocial.knowledge.model import MAX_DOCUMENT_BYTES, UPLOAD_EXPIRES, Document, Run
from autosocial.knowledge.ports import (
    ChunkStore,
    DocumentStore,
    ErasureQueue,
    Pipeline,
    UploadForm,
    UploadKey,
    UploadStore,
)

_KEY_LIVES = timedelta(hours=48)
_MAX_PAGE = 100


@dataclass(frozen=True, slots=True)
class UploadRequest:
    """What a creator wants to upload; ``idempotency_key`` is the client's own."""

    name: str
    size: int
    idempotency_key: str


class RequestUpload:
    """Announces a document and hands out the form that uploads it."""

    def __init__(self, store: DocumentStore, uploads: UploadStore, *, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._uploads = uploads
        self._clock = clock
        self._ids = ids

    def __call__(self, creator_id: str, request: UploadRequest) -> tuple[Document, UploadForm]:
        """Return the document and its form; the same request again returns the same document."""
        name = clean_name(request.name)
        kind = kind_of_name(name)
        if request.size <= 0:
            raise InvalidError("This file is empty.", code="document_empty")
        if request.size > MAX_DOCUMENT_BYTES:
            raise TooLargeError("Files may have up to 25 MB.", code="document_too_large")
        now = self._clock()
        announced = Document(creator_id, self._ids(), name, kind, request.size, now, now)
        key = UploadKey(
            key=hashlib.sha256(request.idempotency_key.encode()).hexdigest(),
            fingerprint=hashlib.sha256(f"{name}\n{request.size}".encode()).hexdigest(),
            expires_at=now + _KEY_LIVES,
        )
        document = self._store.add(announced, key)
        form = self._uploads.form(
            document, max_bytes=MAX_DOCUMENT_BYTES, expires_seconds=int(UPLOAD_EXPIRES.total_seconds())
        )
        return document, form


class ReadDocuments:
    """Shows a creator the documents."""

    def __init__(self, store: DocumentStore, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def one(self, creator_id: str, document_id: str) -> Document:
        """Return one document."""
        return self._store.get(creator_id, checked_id(document_id, what="document"))

    def page(self, creator_id: str, *, limit: int, cursor: str = "") -> Page[Document]:
        """Return a page of documents, newest first."""
        return self._store.page(creator_id, limit=min(max(1, limit), _MAX_PAGE), cursor=cursor)

    def is_retryable(self, document: Document) -> bool:
        """Return whether a retry would be taken now."""
        return document.is_retryable(now=self._clock())


class RetryDocument:
    """Starts the pipeline for a document again."""

    def __init__(self, ledger: DocumentLedger, pipeline: Pipeline) -> None:
        self._ledger = ledger
        self._pipeline = pipeline

    def __call__(self, creator_id: str, document_id: str) -> Document:
        """Return the document as it waits for its new attempt."""
        document = self._ledger.retry(creator_id, checked_id(document_id, what="document"))
        try:
            self._pipeline.start(creator_id, document_id, attempt=document.attempt)
        except AutoSocialError:
            self._ledger.fail(Run(creator_id, document_id, document.attempt, ""))
            raise
        return document


class DeleteDocument:
    """Marks a document as deleted and queues its erasure; again does no harm."""

    def __init__(self, ledger: DocumentLedger, erasures: ErasureQueue) -> None:
        self._ledger = ledger
        self._erasures = erasures

    def __call__(self, creator_id: str, document_id: str, *, request_id: str) -> Document:
        """Return the document as it is being deleted."""
        document = self._ledger.delete(creator_id, checked_id(document_id, what="document"))
        self._erasures.request(creator_id, document_id, request_id=request_id)
        return document


class EraseTraces:
    """Removes all that is left of a deleted document; safe to repeat after any failure."""

    def __init__(
        self,
        index: KnowledgeIndex,
        uploads: UploadStore,
        *,
        chunks: ChunkStore,
        ledger: DocumentLedger,
    ) -> None:
        self._index = index
        self._uploads = uploads
        self._chunks = chunks
        self._ledger = ledger

    def __call__(self, creator_id: str, document_id: str) -> None:
        """Erase the document from index and object stores, and its row last."""
        self._index.remove_document(creator_id, document_id)
        self._uploads.remove(creator_id, document_id)
        self._chunks.remove(creator_id, document_id)
        self._ledger.erase(creator_id, document_id)
