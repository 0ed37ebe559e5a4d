"""Chunks and vectors for the contract of the knowledge index."""

import math
import random
from dataclasses import replace
from typing import Any

from autosocial.knowledge.index_ports import IndexedChunk, IndexQuery
from autosocial.knowledge.terms import question_terms

ANNA, BORIS = "01ARZ3NDEKTSV4RRFFQ69G5FAA", "01ARZ3NDEKTSV4RRFFQ69G5FAB"
DIMENSIONS = 8


def unit(seed: int) -> list[float]:
    chance = random.Random(seed)
    values = [chance.gauss(0, 1) for _ in range(DIMENSIONS)]
    return [value / math.hypot(*values) for value in values]


def chunk(number: int, text: str, **changes: Any) -> IndexedChunk:
    made = IndexedChunk(
        chunk_id=f"doc-a-{number:05d}",
        document_id="doc-a",
        document_name="Handbook.pdf",
        ordinal=number,
        text=text,
        page=number + 1,
        heading="Prices",
        language="en",
        start=10 * number,
        end=10 * number + len(text),
        vector=unit(number),
    )
    return replace(made, **changes)


def asking(text: str, *, seed: int | None = None, k: int = 10, without: tuple[str, ...] = ()) -> IndexQuery:
    vector = None if seed is None else unit(seed)
    return IndexQuery(question_terms(text), vector, k, excluded_documents=frozenset(without))
