"""The retrieval question sets, embedded with the real multilingual-e5-small weights."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from autosocial.knowledge.index_ports import IndexedChunk
from tests.real_embeddings import real_engine

_DATA = Path(__file__).parents[1] / "data" / "retrieval"
DIMENSIONS = 384


@dataclass(frozen=True, slots=True)
class Collection:
    """One document of a creator, with the questions that it answers: (text, language, chunk id)."""

    name: str
    language: str
    split: str
    chunks: tuple[IndexedChunk, ...]
    questions: tuple[tuple[str, str, str], ...]


class RealEmbedder:
    """An ``Embedder`` in this process; keeps what it embedded once."""

    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self._engine = real_engine(threads=1)
        self._known: dict[str, list[float]] = {}

    def embed_passages(self, texts: Sequence[str]) -> list[list[float]]:
        return [list(map(float, vector)) for vector in self._engine.embed_passages(texts)]

    def embed_query(self, text: str) -> list[float]:
        if text not in self._known:
            (vector,) = self._engine.embed_queries([text])
            self._known[text] = list(map(float, vector))
        return self._known[text]


@cache
def real_embedder() -> RealEmbedder:
    return RealEmbedder()


@cache
def collections() -> tuple[Collection, ...]:
    paths = [path for path in sorted(_DATA.glob("*.json")) if path.stem != "unanswerable"]
    return tuple(_collection(path.stem, json.loads(path.read_text())) for path in paths)


def off_topic() -> list[tuple[str, str]]:
    content = json.loads((_DATA / "unanswerable.json").read_text())["off_topic"]
    return [(text, language) for language in ("en", "es") for text in content[language]]


def near_misses(name: str) -> list[tuple[str, str]]:
    groups = json.loads((_DATA / "unanswerable.json").read_text())["near"]
    (group,) = [one for one in groups if one["document"] == name]
    return [(text, language) for language in ("en", "es") for text in group[language]]


def _collection(name: str, content: dict[str, Any]) -> Collection:
    passages = content["passages"]
    vectors = real_embedder().embed_passages([f"{one['heading']}\n{one['text']}" for one in passages])
    chunks, start = [], 0
    for ordinal, (one, vector) in enumerate(zip(passages, vectors, strict=True)):
        end = start + len(one["text"])
        chunk_id = f"{name}-{one['id']}"
        place = (one["text"], None, one["heading"], content["language"], start, end)
        chunks.append(IndexedChunk(chunk_id, name, content["document"], ordinal, *place, vector))
        start = end + 1
    questions = tuple(
        (text, language, f"{name}-{one['id']}")
        for one in passages
        for language in ("en", "es")
        for text in one[language]
    )
    return Collection(name, content["language"], content["split"], tuple(chunks), questions)
