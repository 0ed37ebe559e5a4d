"""A typed fake of the embedding engine: fast, deterministic, and it can be held or broken."""

import threading
from collections.abc import Sequence

import numpy as np

from functions.model_server.engines.engine import Vectors


class RecordingEngine:
    """Fills ``EmbeddingEngine``. It waits for ``gate`` before each call and notes each batch in ``calls``."""

    name = "recording"
    model = "lengths"
    dimensions = 2
    batch_characters = 10

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self.calls: list[list[str]] = []
        self.breaks = False

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(list(texts))
        self.entered.set()
        assert self.gate.wait(timeout=120)
        if self.breaks:
            raise RuntimeError("broken")
        return np.array([[len(text), 1] for text in texts], dtype=np.float32)
