"""The seam of embedding engines: one set of weights, several ways to run it."""

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Precision = Literal["f32", "bf16"]


class EmbeddingEngine(Protocol):
    """Runs multilingual-e5-small. Not thread-safe: one thread at a time calls it.

    ``batch_characters`` is how much text is worth a call; who is in a hurry waits for at most one such call.
    """

    name: str
    model: str
    dimensions: int
    batch_characters: int

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per question."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per passage."""
