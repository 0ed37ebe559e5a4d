"""An embedding model behind a circuit breaker: questions do not wait for one that is known to be away."""

from collections.abc import Sequence

from autosocial.kernel.breaker import Breaker
from autosocial.kernel.errors import TransientError
from autosocial.knowledge.ports import Embedder


class GuardedEmbedder:
    """Fills ``Embedder``.

    Only questions are guarded and only they count: documents are embedded in large batches by a pipeline
    that tries again for itself, and must not keep questions from a model that they make busy.
    """

    def __init__(self, embedder: Embedder, breaker: Breaker) -> None:
        self._embedder = embedder
        self._breaker = breaker
        self.dimensions = embedder.dimensions

    def embed_passages(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one unit vector per text, in order."""
        return self._embedder.embed_passages(texts)

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question.

        Raises:
            TransientError: the model is away, or known to be.
        """
        if not self._breaker.allows():
            raise TransientError("The embedding model is away for now.", code="model_away")
        try:
            vector = self._embedder.embed_query(text)
        except TransientError:
            self._breaker.failed()
            raise
        self._breaker.succeeded()
        return vector
