"""The e5-small encoder as an OpenVINO graph: 12 post-norm BERT layers over token embeddings."""

from typing import Any

import numpy as np

from functions.model_server.engines.weights import Weights


def encoder_graph(weights: Weights) -> Any:
    """Return a model from (embeddings, mask) to the mean vector of each row's unmasked tokens."""
    import openvino as ov  # type: ignore[import-untyped]
    from openvino import opset13 as ops

    return ov.Model(*_Encoder(weights, ops).build(), "e5-small")


class _Encoder:
    """Builds node by node; ``ops`` is OpenVINO's opset module."""

    def __init__(self, weights: Weights, ops: Any) -> None:
        self._weights = weights
        self._sizes = weights.sizes
        self._ops = ops

    def build(self) -> tuple[list[Any], list[Any]]:
        ops = self._ops
        embeddings = ops.parameter([-1, -1, self._sizes.hidden], np.float32, name="embeddings")
        mask = ops.parameter([-1, -1], np.float32, name="mask")
        # 0 for tokens, very negative for padding, broadcast over heads and queries.
        hidden_tokens = ops.multiply(ops.subtract(mask, self._number(1.0)), self._number(1e9))
        bias = ops.unsqueeze(hidden_tokens, ops.constant([1, 2]))
        hidden = self._norm(embeddings, "emb.ln")
        for layer in range(self._sizes.layers):
            hidden = self._layer(hidden, bias, f"l{layer}")
        weight = ops.unsqueeze(mask, ops.constant([2]))
        total = ops.reduce_sum(ops.multiply(hidden, weight), ops.constant([1]), False)
        count = ops.reduce_sum(mask, ops.constant([1]), True)
        return [ops.divide(total, count)], [embeddings, mask]

    def _layer(self, hidden: Any, bias: Any, name: str) -> Any:
        ops, sizes = self._ops, self._sizes
        query, key, value = (self._heads(self._linear(hidden, f"{name}.{part}")) for part in "qkv")
        attended = ops.scaled_dot_product_attention(query, key, value, bias, causal=False)
        joined = ops.reshape(
            ops.transpose(attended, ops.constant([0, 2, 1, 3])), ops.constant([0, 0, sizes.hidden]), True
        )
        hidden = self._norm(ops.add(hidden, self._linear(joined, f"{name}.ao")), f"{name}.aln")
        inner = ops.gelu(self._linear(hidden, f"{name}.fi"), "erf")
        return self._norm(ops.add(hidden, self._linear(inner, f"{name}.fo")), f"{name}.oln")

    def _heads(self, projected: Any) -> Any:
        ops, sizes = self._ops, self._sizes
        shape = ops.constant([0, 0, sizes.heads, sizes.hidden // sizes.heads])
        return ops.transpose(ops.reshape(projected, shape, True), ops.constant([0, 2, 1, 3]))

    def _linear(self, inputs: Any, name: str) -> Any:
        ops, sizes = self._ops, self._sizes
        rows = sizes.inner if name.endswith(".fi") else sizes.hidden
        # Unpacked: kept as 4-bit blocks they take 110 MB less and a third more time.
        matrix = ops.constant(self._weights.matrix(f"{name}.w", rows))
        product = ops.matmul(inputs, matrix, False, True)
        return ops.add(product, ops.constant(self._weights.floats(f"{name}.b", rows)))

    def _norm(self, inputs: Any, name: str) -> Any:
        ops, size = self._ops, self._sizes.hidden
        normal = ops.mvn(inputs, ops.constant([2]), True, self._sizes.epsilon, "inside_sqrt")
        scaled = ops.multiply(normal, ops.constant(self._weights.floats(f"{name}.w", size)))
        return ops.add(scaled, ops.constant(self._weights.floats(f"{name}.b", size)))

    def _number(self, value: float) -> Any:
        return self._ops.constant(np.float32(value))
