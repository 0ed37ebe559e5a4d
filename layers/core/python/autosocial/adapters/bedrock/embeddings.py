"""``Embedder`` by InvokeModel in Cohere's batch shape, which Amazon Bedrock and the model server share."""

import json
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from autosocial.adapters.bedrock.failures import translated_failures
from autosocial.kernel.errors import PermanentError, TransientError

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient

_MAX_TEXTS = 96
_MAX_CHARS = 2048


class BedrockEmbedder:
    """Fills ``knowledge.ports.Embedder``.

    A text above 2,048 characters, the limit of Cohere's models, is embedded by its beginning.
    """

    def __init__(
        self, client: "BedrockRuntimeClient", *, model_id: str, dimensions: int, batch_size: int = 16
    ) -> None:
        self._client = client
        self._model_id = model_id
        self._batch_size = min(batch_size, _MAX_TEXTS)
        self.dimensions = dimensions

    def embed_passages(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one unit vector per text, in order.

        Raises:
            TransientError: the model is away, busy or slow.
            PermanentError: it refuses us or the texts, or makes vectors of another size.
        """
        vectors: list[list[float]] = []
        for start in range(0, len(texts), self._batch_size):
            vectors += self._embed(texts[start : start + self._batch_size], "search_document")
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question."""
        return self._embed([text], "search_query")[0]

    def _embed(
        self, texts: Sequence[str], input_type: Literal["search_document", "search_query"]
    ) -> list[list[float]]:
        body = {
            "texts": [text[:_MAX_CHARS] for text in texts],
            "input_type": input_type,
            "truncate": "END",
        }
        with translated_failures():
            response = self._client.invoke_model(
                modelId=self._model_id,
                body=json.dumps(body),
                contentType="application/json",
                accept="application/json",
            )
            payload = response["body"].read()
        try:
            vectors = [_unit(vector) for vector in json.loads(payload)["embeddings"]]
        except (ValueError, KeyError, TypeError) as error:
            raise TransientError("The model's answer holds no vectors.", code="model_unavailable") from error
        if len(vectors) != len(texts) or any(len(vector) != self.dimensions for vector in vectors):
            raise PermanentError(
                "The embedding model does not fit the index: other dimensions.", code="embedding_mismatch"
            )
        return vectors


def _unit(vector: Sequence[float]) -> list[float]:
    length = math.sqrt(math.fsum(value * value for value in vector)) or 1.0
    return [value / length for value in vector]
