"""The steps of the pipeline that make chunks with vectors of an upload: inspect, extract, embed."""

from autosocial.contracts.ingestion import EmbedStep, ExtractOutcome, IngestionStep, StepOutcome
from autosocial.kernel.errors import NotFoundError
from autosocial.knowledge.chunking import Chunk, chunk
from autosocial.knowledge.extraction import MAX_PAGES, MAX_TEXT_CHARS, Extraction, normalise
from autosocial.knowledge.inspection import inspect_content
from autosocial.knowledge.ledger import DocumentLedger
from autosocial.knowledge.model import (
    MAX_DOCUMENT_BYTES,
    Cause,
    Document,
    DocumentRefusedError,
    DocumentState,
    Run,
    SupersededError,
)
from autosocial.knowledge.ports import (
    ChunkStore,
    DocumentParser,
    Embedder,
    MalwareScan,
    UploadStore,
    Verdict,
)

BATCH_CHUNKS = 32
# A run that meets one of these has lost its document and stops.
GONE = (SupersededError, NotFoundError)


def run_of(step: IngestionStep) -> Run:
    """Return the run that a step's input speaks of."""
    return Run(step.creator_id, step.document_id, step.attempt, step.run_id)


class Inspect:
    """Takes the document over and checks that its upload is safe and what it claims to be."""

    def __init__(self, ledger: DocumentLedger, uploads: UploadStore, *, scan: MalwareScan) -> None:
        self._ledger = ledger
        self._uploads = uploads
        self._scan = scan

    def __call__(self, step: IngestionStep) -> StepOutcome:
        """Return whether the document may be opened."""
        run = run_of(step)
        try:
            self._inspect(self._ledger.begin(run), run)
        except DocumentRefusedError as refusal:
            return _refuse(self._ledger, self._uploads, run=run, cause=refusal.cause)
        except NotFoundError:
            # Uploaded with a form of a document that was deleted meanwhile.
            self._uploads.remove(run.creator_id, run.document_id)
            return StepOutcome(outcome="gone")
        except SupersededError:
            return StepOutcome(outcome="gone")
        return StepOutcome()

    def _inspect(self, document: Document, run: Run) -> None:
        size = self._uploads.size(run.creator_id, run.document_id)
        if not size:
            raise DocumentRefusedError(Cause.DOCUMENT_EMPTY)
        if size > MAX_DOCUMENT_BYTES:
            raise DocumentRefusedError(Cause.DOCUMENT_TOO_LARGE)
        verdict = self._scan.verdict(run.creator_id, run.document_id)
        if verdict is Verdict.THREAT:
            raise DocumentRefusedError(Cause.DOCUMENT_UNSAFE)
        inspect_content(self._uploads.read(run.creator_id, run.document_id), document.kind)
        if verdict is Verdict.CLEAN:
            self._ledger.scanned(run)


class Extract:
    """Reads the document's text and cuts it into batches of chunks."""

    def __init__(
        self, ledger: DocumentLedger, uploads: UploadStore, *, chunks: ChunkStore, parser: DocumentParser
    ) -> None:
        self._ledger = ledger
        self._uploads = uploads
        self._chunks = chunks
        self._parser = parser

    def __call__(self, step: IngestionStep) -> ExtractOutcome:
        """Return the batches to embed."""
        run = run_of(step)
        try:
            return self._extract(run)
        except DocumentRefusedError as refusal:
            outcome = _refuse(self._ledger, self._uploads, run=run, cause=refusal.cause)
            return ExtractOutcome(outcome=outcome.outcome, code=outcome.code)
        except GONE:
            self._chunks.remove_run(run)
            return ExtractOutcome(outcome="gone")

    def _extract(self, run: Run) -> ExtractOutcome:
        document = self._ledger.advance(run, DocumentState.EXTRACTING)
        data = self._uploads.read(run.creator_id, run.document_id)
        extraction = self._parser(data, document.kind)
        normalised = normalise(_within_limits(extraction).blocks)
        chunks = chunk(run.document_id, normalised)
        if not chunks:
            raise DocumentRefusedError(Cause.NO_TEXT_FOUND)
        self._chunks.put_text(run, normalised.text)
        batches = [chunks[at : at + BATCH_CHUNKS] for at in range(0, len(chunks), BATCH_CHUNKS)]
        for number, batch in enumerate(batches):
            self._chunks.put_chunks(run, number, batch)
        self._ledger.extracted(run, pages=extraction.pages, chunk_count=len(chunks))
        return ExtractOutcome(batches=tuple(range(len(batches))), batch_count=len(batches))


class Embed:
    """Computes the vectors of one batch."""

    def __init__(self, ledger: DocumentLedger, chunks: ChunkStore, *, embedder: Embedder) -> None:
        self._ledger = ledger
        self._chunks = chunks
        self._embedder = embedder

    def __call__(self, step: EmbedStep) -> StepOutcome:
        """Store the vectors and report the progress."""
        run = run_of(step)
        try:
            self._ledger.advance(run, DocumentState.EMBEDDING)
            batch = self._chunks.chunks(run, step.batch)
            vectors = self._embedder.embed_passages([_passage(piece) for piece in batch])
            self._chunks.put_vectors(run, step.batch, vectors)
            self._ledger.embedded(run, done=step.batch + 1, of=step.batch_count)
        except GONE:
            self._chunks.remove_run(run)
            return StepOutcome(outcome="gone")
        return StepOutcome()


def _refuse(ledger: DocumentLedger, uploads: UploadStore, *, run: Run, cause: Cause) -> StepOutcome:
    try:
        ledger.refuse(run, cause)
        uploads.quarantine(run.creator_id, run.document_id, reason=cause.value)
    except GONE:
        return StepOutcome(outcome="gone")
    return StepOutcome(outcome="refused", code=cause.value)


def _within_limits(extraction: Extraction) -> Extraction:
    too_long = sum(len(block.text) for block in extraction.blocks) > MAX_TEXT_CHARS
    if too_long or (extraction.pages or 0) > MAX_PAGES:
        raise DocumentRefusedError(Cause.DOCUMENT_TOO_LARGE)
    return extraction


def _passage(piece: Chunk) -> str:
    title = piece.heading.rpartition(" > ")[2]
    return piece.text if not title or title in piece.text else f"{piece.heading}\n{piece.text}"
