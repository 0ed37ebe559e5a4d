"""What knowledge needs from outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from autosocial.contracts.events import Envelope
from autosocial.kernel.errors import TransientError
from autosocial.kernel.paging import Page
from autosocial.knowledge.chunking import Chunk
from autosocial.knowledge.extraction import Extraction
from autosocial.knowledge.file_types import FileKind
from autosocial.knowledge.model import Document, Run


class Embedder(Protocol):
    """Turns text into vectors. Raises ``TransientError`` while the model server is away."""

    dimensions: int

    def embed_passages(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one unit vector per text, in order."""

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question."""


@dataclass(frozen=True, slots=True)
class UploadKey:
    """A client's own key of an upload request, with a fingerprint of what it asked for."""

    key: str
    fingerprint: str
    expires_at: datetime


class DocumentStore(Protocol):
    """Documents by tenant."""

    def add(self, document: Document, key: UploadKey) -> Document:
        """Store a new document; return the one stored before under the same key instead, if any.

        Raises ``ConflictError`` when the key was used for a different request.
        """

    def get(self, creator_id: str, document_id: str) -> Document:
        """Return a document. Raises ``NotFoundError``."""

    def page(self, creator_id: str, *, limit: int, cursor: str = "") -> Page[Document]:
        """Return documents, newest first. Raises ``InvalidError`` for a cursor that is not ours."""

    def replace(self, document: Document, *, fact: Envelope | None = None) -> Document:
        """Store a changed document, with the fact of it if there is one; return it with its new revision.

        Raises ``ConflictError`` when the stored revision is not the document's (any more).
        """

    def withdrawn(self, creator_id: str) -> frozenset[str]:
        """Return the ids of the documents that are being deleted: nothing may be answered from them."""

    def remove(self, creator_id: str, document_id: str, *, fact: Envelope | None = None) -> None:
        """Remove a document and its upload keys, and store the fact; nothing happens if there is none."""


@dataclass(frozen=True, slots=True)
class UploadForm:
    """A form that a browser posts, with the file as its last field ``file``."""

    url: str
    fields: Mapping[str, str]


class UploadStore(Protocol):
    """The files as creators uploaded them."""

    def form(self, document: Document, *, max_bytes: int, expires_seconds: int) -> UploadForm:
        """Return a form that lets its holder upload this one document until it expires."""

    def size(self, creator_id: str, document_id: str) -> int | None:
        """Return the size of the upload, None while there is none."""

    def read(self, creator_id: str, document_id: str) -> bytes:
        """Return the upload. Raises ``NotFoundError``."""

    def quarantine(self, creator_id: str, document_id: str, *, reason: str) -> None:
        """Mark the upload so that nothing serves or processes it."""

    def remove(self, creator_id: str, document_id: str) -> None:
        """Remove the upload with all its versions."""


class ChunkStore(Protocol):
    """What the pipeline made of a document, in batches, by attempt."""

    def put_text(self, run: Run, text: str) -> None:
        """Store the normalised text."""

    def put_chunks(self, run: Run, batch: int, chunks: Sequence[Chunk]) -> None:
        """Store one batch of chunks."""

    def chunks(self, run: Run, batch: int) -> list[Chunk]:
        """Return one batch of chunks."""

    def put_vectors(self, run: Run, batch: int, vectors: Sequence[Sequence[float]]) -> None:
        """Store the vectors of one batch beside its chunks."""

    def vectors(self, run: Run, batch: int) -> list[list[float]]:
        """Return the vectors of one batch."""

    def keep_only(self, run: Run) -> None:
        """Remove what other attempts left."""

    def remove_run(self, run: Run) -> None:
        """Remove what this attempt made."""

    def remove(self, creator_id: str, document_id: str) -> None:
        """Remove everything of a document with all its versions."""


class DocumentParser(Protocol):
    """Reads a document of a known kind. Raises ``DocumentRefusedError`` when it cannot be read."""

    def __call__(self, data: bytes, kind: FileKind) -> Extraction:
        """Return the blocks of the document."""


class Verdict(StrEnum):
    """What a malware scan says. ``NOT_SCANNED``: this stage has no scanner, and nobody claims otherwise."""

    CLEAN = "clean"
    THREAT = "threat"
    NOT_SCANNED = "not_scanned"


class ScanPendingError(TransientError):
    """The scan of an upload is not finished; it may take minutes. The pipeline retries it by this name."""

    code = "scan_pending"


class MalwareScan(Protocol):
    """The result of scanning an upload.

    Raises ``ScanPendingError`` while the scan is not finished and ``PermanentError`` if it failed.
    """

    def verdict(self, creator_id: str, document_id: str) -> Verdict:
        """Return the verdict on an upload."""


class Pipeline(Protocol):
    """Starts the processing of a document again."""

    def start(self, creator_id: str, document_id: str, *, attempt: int) -> None:
        """Start an attempt; starting the same attempt twice starts it once."""


class ErasureQueue(Protocol):
    """Hands a document over for erasure."""

    def request(self, creator_id: str, document_id: str, *, request_id: str) -> None:
        """Queue the erasure."""


class ProgressSink(Protocol):
    """Tells the creator's open dashboards; ``channels.push.Push`` fills it."""

    def push(self, creator_id: str, audience: str, frame: Any) -> int:
        """Send a frame to the audience's connections; return how many were reached."""
