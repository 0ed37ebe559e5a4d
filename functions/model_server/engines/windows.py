"""Cuts token lists to the encoder's window and puts the windows' vectors together again.

A longer text becomes several windows; its vector is their mean by tokens, as in the native engine.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from functions.model_server.engines.engine import Vectors


@dataclass(frozen=True, slots=True)
class Window:
    """The ids of one run of the encoder; ``content`` of them are the text's, two are special."""

    text: int
    ids: list[int]

    @property
    def content(self) -> int:
        """How many tokens are the text's own."""
        return len(self.ids) - 2


def windows_of(token_lists: Sequence[Sequence[int]], *, ends: tuple[int, int], size: int) -> list[Window]:
    """Return the windows of all texts, short ones first, so that neighbours need little padding."""
    room = size - 2
    begin, end = ends
    windows = [
        Window(text, [begin, *tokens[start : start + room], end])
        for text, tokens in enumerate(token_lists)
        for start in range(0, max(1, len(tokens)), room)
    ]
    return sorted(windows, key=lambda window: len(window.ids))


def batches_of(windows: Sequence[Window], *, max_tokens: int) -> Iterator[list[Window]]:
    """Yield batches of at most ``max_tokens`` tokens with their padding, at least one window each."""
    batch: list[Window] = []
    for window in windows:
        if batch and (len(batch) + 1) * len(window.ids) > max_tokens:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def padded(batch: Sequence[Window]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Return ids and mask of a batch, filled up to its longest window."""
    length = max(len(window.ids) for window in batch)
    ids = np.zeros((len(batch), length), dtype=np.int64)
    mask = np.zeros((len(batch), length), dtype=np.float32)
    for row, window in enumerate(batch):
        ids[row, : len(window.ids)] = window.ids
        mask[row, : len(window.ids)] = 1
    return ids, mask


def merged(windows: Sequence[Window], means: Vectors, *, texts: int) -> Vectors:
    """Return one unit vector per text from the mean vectors of its windows."""
    totals = np.zeros((texts, means.shape[1]), dtype=np.float32)
    for window, mean in zip(windows, means, strict=True):
        totals[window.text] += max(1, window.content) * mean
    lengths = np.maximum(np.linalg.norm(totals, axis=1, keepdims=True), 1e-12)
    unit: Vectors = (totals / lengths).astype(np.float32)
    return unit
