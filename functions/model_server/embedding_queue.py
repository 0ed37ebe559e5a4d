"""One thread that embeds for everybody: small batches, and a question never waits behind a document.

The engine is loaded on that thread too, so the server answers ``/health`` while weights are read.
"""

import heapq
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from functions.model_server.engines.engine import EmbeddingEngine, Vectors
from functions.model_server.errors import ModelNotReadyError, ServiceUnavailableError, ThrottlingError

_logger = logging.getLogger("model_server.embeddings")


class Urgency(IntEnum):
    """Smaller goes first."""

    QUESTION = 0
    ANSWER = 1
    BULK = 2


@dataclass(order=True, slots=True)
class _Job:
    urgency: int
    number: int
    texts: Sequence[str] = field(compare=False)
    is_query: bool = field(compare=False)
    order: list[int] = field(compare=False)
    future: "Future[Vectors]" = field(compare=False)
    parts: list[Vectors] = field(compare=False, default_factory=list)
    done: int = field(compare=False, default=0)

    def next_texts(self, characters: int) -> list[str]:
        """Return the texts of the next batch: at least one, no more than fit."""
        batch: list[str] = []
        for position in self.order[self.done :]:
            characters -= len(self.texts[position])
            if batch and characters < 0:
                break
            batch.append(self.texts[position])
        return batch


class EmbeddingQueue:
    """Owns the engine. ``submit`` may be called from any thread."""

    def __init__(self, load: Callable[[], EmbeddingEngine], *, max_queued_texts: int) -> None:
        self._load = load
        self._max_queued = max_queued_texts
        self._jobs: list[_Job] = []
        self._queued = 0
        self._count = 0
        self._closed = False
        self._failed = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="embeddings", daemon=True)
        self.engine: EmbeddingEngine | None = None

    def start(self) -> None:
        """Load the engine and begin to work, in the background."""
        self._thread.start()

    def close(self) -> None:
        """Stop after the running batch; what still waits is cancelled."""
        with self._wake:
            self._closed = True
            for job in self._jobs:
                job.future.cancel()
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def submit(self, texts: Sequence[str], *, is_query: bool, urgency: Urgency) -> "Future[Vectors]":
        """Return the future vectors of ``texts``. Cancelling it drops the work that has not begun."""
        if self._failed:
            raise ServiceUnavailableError("The embedding engine could not be loaded.")
        if self.engine is None:
            raise ModelNotReadyError("The embedding model is still loading.")
        future: Future[Vectors] = Future()
        if not texts:
            future.set_result(np.empty((0, self.engine.dimensions), dtype=np.float32))
            return future
        # Texts of like length share a batch, so that little of it is padding.
        order = sorted(range(len(texts)), key=lambda position: len(texts[position]))
        with self._wake:
            if self._queued + len(texts) > self._max_queued:
                raise ThrottlingError("Too many texts wait to be embedded; try again later.")
            self._count += 1
            self._queued += len(texts)
            heapq.heappush(self._jobs, _Job(urgency, self._count, texts, is_query, order, future))
            self._wake.notify()
        return future

    def _run(self) -> None:
        try:
            self.engine = self._load()
        except Exception:
            self._failed = True
            _logger.exception("embedding engine could not be loaded")
            return
        _logger.info("embedding engine ready: %s (%s)", self.engine.name, self.engine.model)
        while True:
            with self._wake:
                while not self._jobs and not self._closed:
                    self._wake.wait()
                if self._closed:
                    return
                job = heapq.heappop(self._jobs)
            self._step(self.engine, job)

    def _step(self, engine: EmbeddingEngine, job: _Job) -> None:
        """Embed one batch of the job and put the rest back, so that a more urgent one may go between."""
        if job.future.cancelled():
            self._forget(len(job.texts) - job.done)
            return
        batch = job.next_texts(engine.batch_characters)
        try:
            job.parts.append(engine.embed_queries(batch) if job.is_query else engine.embed_passages(batch))
        except Exception as error:  # noqa: BLE001 - the edge of the thread: the caller gets it
            self._forget(len(job.texts) - job.done)
            _settle(job.future, error)
            return
        job.done += len(batch)
        self._forget(len(batch))
        if job.done < len(job.texts):
            with self._wake:
                heapq.heappush(self._jobs, job)
            return
        vectors = np.empty((len(job.texts), engine.dimensions), dtype=np.float32)
        vectors[job.order] = np.concatenate(job.parts)
        _settle(job.future, vectors)

    def _forget(self, texts: int) -> None:
        with self._wake:
            self._queued -= texts


def _settle(future: "Future[Vectors]", outcome: Vectors | Exception) -> None:
    if not future.set_running_or_notify_cancel():
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
