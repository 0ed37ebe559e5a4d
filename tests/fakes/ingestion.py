"""The whole ingestion pipeline in one process: the real steps on fakes, driven as the state machine does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autosocial.adapters.parsers.child import DEFAULT_ATTEMPTS, Attempt, ChildParser
from autosocial.contracts.ingestion import IngestionStep, StepOutcome
from autosocial.kernel.errors import TransientError
from autosocial.knowledge.file_types import FileKind
from autosocial.knowledge.indexing import Fail, IndexDocument, Verify
from autosocial.knowledge.ingestion import Embed, Extract, Inspect
from autosocial.knowledge.ledger import DocumentLedger
from autosocial.knowledge.model import Document
from autosocial.knowledge.service import (
    DeleteDocument,
    EraseTraces,
    ReadDocuments,
    RequestUpload,
    RetryDocument,
    UploadRequest,
)
from autosocial.text.language import detect_language
from tests.fakes.clock import FakeClock, SequentialIds
from tests.fakes.knowledge import (
    FixedScan,
    InMemoryChunkStore,
    InMemoryDocumentStore,
    InMemoryIndex,
    InMemoryUploadStore,
    RecordingErasures,
    RecordingPipeline,
    RecordingSink,
    embed_step_of,
    step_of,
)
from tests.fakes.models import HashingEmbedder

CREATOR = "01CREATR000000000000000001"
TRIES = 3


@dataclass
class Ingestion:
    """Everything around one knowledge base."""

    clock: FakeClock = field(default_factory=FakeClock)
    ids: SequentialIds = field(default_factory=SequentialIds)
    store: InMemoryDocumentStore = field(default_factory=InMemoryDocumentStore)
    uploads: InMemoryUploadStore = field(default_factory=InMemoryUploadStore)
    chunks: InMemoryChunkStore = field(default_factory=InMemoryChunkStore)
    index: InMemoryIndex = field(default_factory=InMemoryIndex)
    embedder: HashingEmbedder = field(default_factory=HashingEmbedder)
    sink: RecordingSink = field(default_factory=RecordingSink)
    scan: FixedScan = field(default_factory=FixedScan)
    pipeline: RecordingPipeline = field(default_factory=RecordingPipeline)
    erasures: RecordingErasures = field(default_factory=RecordingErasures)
    attempts: Mapping[FileKind, Sequence[Attempt]] = field(default_factory=lambda: DEFAULT_ATTEMPTS)

    def __post_init__(self) -> None:
        self.ledger = DocumentLedger(self.store, self.sink, clock=self.clock)
        self.inspect = Inspect(self.ledger, self.uploads, scan=self.scan)
        parser = ChildParser(self.attempts)
        self.extract = Extract(self.ledger, self.uploads, chunks=self.chunks, parser=parser)
        self.embed = Embed(self.ledger, self.chunks, embedder=self.embedder)
        self.put = IndexDocument(self.ledger, self.chunks, index=self.index, detect_language=detect_language)
        self.verify = Verify(self.ledger, self.chunks, index=self.index)
        self.fail = Fail(self.ledger)
        self.request_upload = RequestUpload(self.store, self.uploads, clock=self.clock, ids=self.ids)
        self.read = ReadDocuments(self.store, clock=self.clock)
        self.retry = RetryDocument(self.ledger, self.pipeline)
        self.delete = DeleteDocument(self.ledger, self.erasures)
        self.erase = EraseTraces(self.index, self.uploads, chunks=self.chunks, ledger=self.ledger)

    def announce(self, name: str, size: int = 1, *, creator_id: str = CREATOR) -> Document:
        """Announce a document under a key of its own."""
        request = UploadRequest(name, size, f"key-{self.ids.count:06d}")
        return self.request_upload(creator_id, request)[0]

    def upload(self, name: str, data: bytes, *, creator_id: str = CREATOR) -> Document:
        """Announce a document and put its file there."""
        document = self.announce(name, max(1, len(data)), creator_id=creator_id)
        self.uploads.files[document.creator_id, document.document_id] = data
        return document

    def ingest(self, name: str, data: bytes, *, creator_id: str = CREATOR) -> Document:
        """Upload a document, run the pipeline over it and return how it stands."""
        document = self.upload(name, data, creator_id=creator_id)
        self.run(step_of(document))
        return self.now(document)

    def run(self, step: IngestionStep) -> str:
        """Run all steps, as the state machine does; return its last outcome."""
        try:
            return self._run(step)
        except Exception:
            return "failed:" + self.fail(step).outcome

    def now(self, document: Document) -> Document:
        """Return the document as it is stored."""
        return self.store.get(document.creator_id, document.document_id)

    def _run(self, step: IngestionStep) -> str:
        inspected = _tried(lambda: self.inspect(step))
        if inspected.outcome != "ok":
            return inspected.outcome
        extracted = self.extract(step)
        if extracted.outcome != "ok":
            return extracted.outcome
        for batch in extracted.batches:
            embed_step = embed_step_of(step, batch, extracted.batch_count)
            _tried(lambda now=embed_step: self.embed(now))
        indexed = _tried(lambda: self.put(step))
        if indexed.outcome != "ok":
            return indexed.outcome
        return _tried(lambda: self.verify(step)).outcome


def _tried(work) -> StepOutcome:
    for _ in range(TRIES - 1):
        try:
            return work()
        except TransientError:
            continue
    return work()
