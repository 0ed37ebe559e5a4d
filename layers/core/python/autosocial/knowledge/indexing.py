"""The steps of the pipeline that make a document findable: index, verify, and the end when a step gave up."""

from collections.abc import Callable, Sequence

from autosocial.contracts.ingestion import IngestionStep, StepOutcome
from autosocial.kernel.errors import TooLargeError, TransientError
from autosocial.knowledge.chunking import Chunk
from autosocial.knowledge.index_ports import IndexedChunk, IndexQuery, KnowledgeIndex, ScoredChunk
from autosocial.knowledge.ingestion import BATCH_CHUNKS, GONE, run_of
from autosocial.knowledge.ledger import DocumentLedger
from autosocial.knowledge.model import Cause, Document, DocumentState, Run
from autosocial.knowledge.ports import ChunkStore
from autosocial.knowledge.terms import question_terms

INDEX_BATCHES = 16
_PROBE_CHARS = 300
_PROBE_LIMIT = 50


class IndexDocument:
    """Puts the chunks with their vectors into the index, in place of those of earlier attempts."""

    def __init__(
        self,
        ledger: DocumentLedger,
        chunks: ChunkStore,
        *,
        index: KnowledgeIndex,
        detect_language: Callable[[str], str],
    ) -> None:
        self._ledger = ledger
        self._chunks = chunks
        self._index = index
        self._detect_language = detect_language

    def __call__(self, step: IngestionStep) -> StepOutcome:
        """Index the document."""
        run = run_of(step)
        try:
            return self._index_all(run)
        except GONE:
            if self._ledger.is_deleted(run):
                self._index.remove_document(run.creator_id, run.document_id)
            return StepOutcome(outcome="gone")

    def _index_all(self, run: Run) -> StepOutcome:
        document = self._ledger.advance(run, DocumentState.INDEXING)
        try:
            kept = self._put_all(document, run)
        except TooLargeError:
            self._index.remove_document(run.creator_id, run.document_id)
            self._ledger.fail(run, Cause.KNOWLEDGE_BASE_FULL)
            return StepOutcome(outcome="refused", code=Cause.KNOWLEDGE_BASE_FULL.value)
        self._index.remove_document(run.creator_id, run.document_id, keep=frozenset(kept))
        self._ledger.advance(run, DocumentState.VERIFYING)
        return StepOutcome()

    def _put_all(self, document: Document, run: Run) -> list[str]:
        kept: list[str] = []
        waiting: list[IndexedChunk] = []
        batch_count = _batch_count(document)
        for number in range(batch_count):
            batch = self._chunks.chunks(run, number)
            vectors = self._chunks.vectors(run, number)
            waiting += [self._indexed(document, *pair) for pair in zip(batch, vectors, strict=True)]
            if len(waiting) >= INDEX_BATCHES * BATCH_CHUNKS or number == batch_count - 1:
                self._index.put(run.creator_id, waiting)
                kept += [piece.chunk_id for piece in waiting]
                waiting = []
        return kept

    def _indexed(self, document: Document, piece: Chunk, vector: Sequence[float]) -> IndexedChunk:
        return IndexedChunk(
            chunk_id=piece.chunk_id,
            document_id=document.document_id,
            document_name=document.name,
            ordinal=piece.ordinal,
            text=piece.text,
            page=piece.page,
            heading=piece.heading,
            language=self._detect_language(piece.text),
            start=piece.start,
            end=piece.end,
            vector=vector,
        )


class Verify:
    """Makes sure that a search finds the document before it is called ready."""

    def __init__(self, ledger: DocumentLedger, chunks: ChunkStore, *, index: KnowledgeIndex) -> None:
        self._ledger = ledger
        self._chunks = chunks
        self._index = index

    def __call__(self, step: IngestionStep) -> StepOutcome:
        """Return whether the document is ready; not found (yet) is worth another try."""
        run = run_of(step)
        try:
            document = self._ledger.advance(run, DocumentState.VERIFYING)
            if self._index.count(run.creator_id, run.document_id) != document.chunk_count:
                raise TransientError("The index does not hold all chunks yet.", code="index_incomplete")
            for batch in sorted({0, _batch_count(document) - 1}):
                self._probe(run, batch)
            self._ledger.advance(run, DocumentState.READY)
            self._chunks.keep_only(run)
        except GONE:
            return StepOutcome(outcome="gone")
        return StepOutcome()

    def _probe(self, run: Run, batch: int) -> None:
        """Search with a chunk's own words and vector: both lists must hold it."""
        chunk = self._chunks.chunks(run, batch)[-1]
        vector = self._chunks.vectors(run, batch)[-1]
        terms = question_terms(chunk.text[:_PROBE_CHARS])
        hits = self._index.search(run.creator_id, IndexQuery(terms, vector, _PROBE_LIMIT))
        found = _holds(hits.dense, chunk) and (not terms or _holds(hits.lexical, chunk))
        if not found:
            raise TransientError("The document cannot be found yet.", code="probe_not_found")


class Fail:
    """Marks a document as failed when a step gave up."""

    def __init__(self, ledger: DocumentLedger) -> None:
        self._ledger = ledger

    def __call__(self, step: IngestionStep) -> StepOutcome:
        """Mark the document, unless another run or a deletion has it."""
        try:
            self._ledger.fail(run_of(step))
        except GONE:
            return StepOutcome(outcome="gone")
        return StepOutcome(outcome="ok", code=Cause.PROCESSING_FAILED.value)


def _holds(hits: Sequence[ScoredChunk], chunk: Chunk) -> bool:
    # A twin of the document may take all places: its passages say the same.
    return any(hit.chunk_id == chunk.chunk_id or hit.text == chunk.text for hit in hits)


def _batch_count(document: Document) -> int:
    return -(-document.chunk_count // BATCH_CHUNKS)
