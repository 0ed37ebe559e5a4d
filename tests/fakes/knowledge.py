"""Typed fakes of what knowledge needs, held to the same contract suites as the real adapters."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace

from msgspec import structs

from autosocial.contracts.events import Envelope
from autosocial.contracts.ingestion import EmbedStep, IngestionStep
from autosocial.contracts.socket import DownFrame
from autosocial.kernel.errors import ConflictError, NotFoundError, TooLargeError, TransientError
from autosocial.kernel.ids import checked_id
from autosocial.kernel.paging import Page
from autosocial.knowledge.chunking import Chunk
from autosocial.knowledge.index_ports import IndexedChunk, IndexHits, IndexQuery, ScoredChunk
from autosocial.knowledge.model import Document, DocumentState, Run
from autosocial.knowledge.ports import UploadForm, UploadKey, Verdict
from autosocial.knowledge.terms import chunk_terms


class InMemoryDocumentStore:
    """Fills ``DocumentStore``. ``lose_races`` times a replace finds that somebody was faster."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Document] = {}
        self.keys: dict[tuple[str, str], tuple[str, str]] = {}
        self.facts: list[Envelope] = []
        self.lose_races = 0

    def add(self, document: Document, key: UploadKey) -> Document:
        known = self.keys.get((document.creator_id, key.key))
        if known is None:
            self.keys[document.creator_id, key.key] = (document.document_id, key.fingerprint)
            self.rows[document.creator_id, document.document_id] = document
            return document
        if known[1] != key.fingerprint:
            raise ConflictError("This key was used for another upload.", code="idempotency_key_reused")
        return self.get(document.creator_id, known[0])

    def get(self, creator_id: str, document_id: str) -> Document:
        if (creator_id, document_id) not in self.rows:
            raise NotFoundError("There is no such document.")
        return self.rows[creator_id, document_id]

    def page(self, creator_id: str, *, limit: int, cursor: str = "") -> Page[Document]:
        last = checked_id(cursor, what="cursor") if cursor else "~"
        own = sorted((row for row in self.rows.values() if row.creator_id == creator_id), key=_by_id)
        older = [row for row in reversed(own) if row.document_id < last]
        page = older[:limit]
        return Page(tuple(page), page[-1].document_id if len(older) > limit else "")

    def replace(self, document: Document, *, fact: Envelope | None = None) -> Document:
        if self.lose_races:
            self.lose_races -= 1
            raise ConflictError("The item changed in the meantime.")
        stored = self.rows.get((document.creator_id, document.document_id))
        if stored is None or stored.revision != document.revision:
            raise ConflictError("The item changed in the meantime.")
        after = replace(document, revision=document.revision + 1)
        self.rows[document.creator_id, document.document_id] = after
        self.facts += [fact] if fact else []
        return after

    def withdrawn(self, creator_id: str) -> frozenset[str]:
        own = (row for row in self.rows.values() if row.creator_id == creator_id)
        return frozenset(row.document_id for row in own if row.state is DocumentState.DELETING)

    def remove(self, creator_id: str, document_id: str, *, fact: Envelope | None = None) -> None:
        if self.rows.pop((creator_id, document_id), None) and fact:
            self.facts.append(fact)
        self.keys = {
            at: known for at, known in self.keys.items() if (at[0], known[0]) != (creator_id, document_id)
        }


def _by_id(document: Document) -> str:
    return document.document_id


class InMemoryUploadStore:
    """Fills ``UploadStore``."""

    def __init__(self) -> None:
        self.files: dict[tuple[str, str], bytes] = {}
        self.quarantined: dict[tuple[str, str], str] = {}

    def form(self, document: Document, *, max_bytes: int, expires_seconds: int) -> UploadForm:
        key = f"{document.creator_id}/{document.document_id}/original"
        return UploadForm("https://uploads.test/", {"key": key, "max": str(max_bytes)})

    def size(self, creator_id: str, document_id: str) -> int | None:
        data = self.files.get((creator_id, document_id))
        return None if data is None else len(data)

    def read(self, creator_id: str, document_id: str) -> bytes:
        if (creator_id, document_id) not in self.files:
            raise NotFoundError("There is no such object.")
        return self.files[creator_id, document_id]

    def quarantine(self, creator_id: str, document_id: str, *, reason: str) -> None:
        self.quarantined[creator_id, document_id] = reason

    def remove(self, creator_id: str, document_id: str) -> None:
        self.files.pop((creator_id, document_id), None)


class InMemoryChunkStore:
    """Fills ``ChunkStore``: objects by run and name."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str, int], dict[str, object]] = {}

    def put_text(self, run: Run, text: str) -> None:
        self._of(run)["text"] = text

    def put_chunks(self, run: Run, batch: int, chunks: Sequence[Chunk]) -> None:
        self._of(run)[f"chunks/{batch}"] = list(chunks)

    def chunks(self, run: Run, batch: int) -> list[Chunk]:
        return self._read(run, f"chunks/{batch}")

    def put_vectors(self, run: Run, batch: int, vectors: Sequence[Sequence[float]]) -> None:
        self._of(run)[f"vectors/{batch}"] = [list(vector) for vector in vectors]

    def vectors(self, run: Run, batch: int) -> list[list[float]]:
        return self._read(run, f"vectors/{batch}")

    def keep_only(self, run: Run) -> None:
        kept = self.objects.get(_at(run))
        self.remove(run.creator_id, run.document_id)
        if kept:
            self.objects[_at(run)] = kept

    def remove_run(self, run: Run) -> None:
        self.objects.pop(_at(run), None)

    def remove(self, creator_id: str, document_id: str) -> None:
        self.objects = {
            at: found for at, found in self.objects.items() if at[:2] != (creator_id, document_id)
        }

    def _of(self, run: Run) -> dict[str, object]:
        return self.objects.setdefault(_at(run), {})

    def _read(self, run: Run, name: str):
        try:
            return self.objects[_at(run)][name]
        except KeyError:
            raise NotFoundError("There is no such object.") from None


def _at(run: Run) -> tuple[str, str, int]:
    return (run.creator_id, run.document_id, run.attempt)


@dataclass
class InMemoryIndex:
    """Fills ``KnowledgeIndex`` by exact cosine and by counting words.

    ``blind``: a search finds nothing. ``room``: how many chunks it takes.
    """

    chunks: dict[tuple[str, str], IndexedChunk] = field(default_factory=dict)
    blind: bool = False
    fail: bool = False
    room: int = 1_000

    def put(self, creator_id: str, chunks: Sequence[IndexedChunk]) -> None:
        if self.fail:
            raise TransientError("The index is away.")
        if len(self.chunks) + len(chunks) > self.room:
            raise TooLargeError("The knowledge base is full.", code="index_full")
        self.chunks |= {(creator_id, chunk.chunk_id): chunk for chunk in chunks}

    def remove_document(
        self, creator_id: str, document_id: str, *, keep: frozenset[str] = frozenset()
    ) -> int:
        gone = [
            at
            for at, chunk in self.chunks.items()
            if at[0] == creator_id and chunk.document_id == document_id and chunk.chunk_id not in keep
        ]
        for at in gone:
            del self.chunks[at]
        return len(gone)

    def count(self, creator_id: str, document_id: str) -> int:
        return sum(
            at[0] == creator_id and chunk.document_id == document_id for at, chunk in self.chunks.items()
        )

    def search(self, creator_id: str, query: IndexQuery) -> IndexHits:
        if self.blind:
            return IndexHits()
        own = [chunk for at, chunk in self.chunks.items() if at[0] == creator_id]
        own = [chunk for chunk in own if chunk.document_id not in query.excluded_documents]
        dense: tuple[ScoredChunk, ...] = ()
        if query.vector is not None:
            vector = query.vector
            dense = _best(own, lambda chunk: math.fsum(map(float.__mul__, chunk.vector, vector)), query.k)
        lexical = _best(own, lambda chunk: _matches(chunk, query.terms), query.k)
        return IndexHits(dense, tuple(hit for hit in lexical if hit.score > 0))


def _matches(chunk: IndexedChunk, terms: Sequence[str]) -> float:
    held = chunk_terms(chunk.text, chunk.heading, chunk.language)
    return float(sum(held.count(term) for term in terms))


def _best(
    chunks: Sequence[IndexedChunk], score: Callable[[IndexedChunk], float], k: int
) -> tuple[ScoredChunk, ...]:
    names = [each.name for each in fields(ScoredChunk) if each.name != "score"]
    scored = [
        ScoredChunk(**{name: getattr(chunk, name) for name in names}, score=score(chunk)) for chunk in chunks
    ]
    return tuple(sorted(scored, key=lambda hit: (-hit.score, hit.chunk_id))[:k])


@dataclass
class RecordingSink:
    """Fills ``ProgressSink``. ``fail``: nobody can be told."""

    frames: list[tuple[str, str, DownFrame]] = field(default_factory=list)
    fail: bool = False

    def push(self, creator_id: str, audience: str, frame: DownFrame) -> int:
        if self.fail:
            raise RuntimeError("the socket endpoint is away")
        self.frames.append((creator_id, audience, frame))
        return 1


@dataclass
class RecordingPipeline:
    """Fills ``Pipeline``."""

    started: list[tuple[str, str, int]] = field(default_factory=list)
    fail: bool = False

    def start(self, creator_id: str, document_id: str, *, attempt: int) -> None:
        if self.fail:
            raise TransientError("The pipeline cannot be started for now.")
        self.started.append((creator_id, document_id, attempt))


@dataclass
class RecordingErasures:
    """Fills ``ErasureQueue``."""

    requests: list[tuple[str, str, str]] = field(default_factory=list)

    def request(self, creator_id: str, document_id: str, *, request_id: str) -> None:
        self.requests.append((creator_id, document_id, request_id))


@dataclass
class FixedScan:
    """Fills ``MalwareScan``; None: the scan is not finished."""

    result: Verdict | None = Verdict.NOT_SCANNED

    def verdict(self, creator_id: str, document_id: str) -> Verdict:
        if self.result is None:
            raise TransientError("The scan of this upload is not finished.", code="scan_pending")
        return self.result


def step_of(document: Document, *, run_id: str = "run-1", attempt: int = 1) -> IngestionStep:
    """Return the input of a step for a document."""
    key = f"{document.creator_id}/{document.document_id}/original"
    return IngestionStep(key=key, attempt=attempt, run_id=run_id)


def embed_step_of(step: IngestionStep, batch: int, batch_count: int) -> EmbedStep:
    """Return the input of the embedding step for one batch."""
    return EmbedStep(**structs.asdict(step), batch=batch, batch_count=batch_count)
