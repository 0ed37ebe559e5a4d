"""What knowledge needs from outside."""

from collections.abc import Sequence
from typing import Protocol


class Embedder(Protocol):
    """Turns text into vectors. Raises ``TransientError`` while the model server is away."""

    dimensions: int

    def embed_passages(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one unit vector per text, in order."""

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question."""
