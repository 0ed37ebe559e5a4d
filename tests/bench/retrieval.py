"""Retrieval measured: what is found, what is refused, and how fast, on both indexes side by side.

``python -m tests.bench.retrieval`` prints it; ``--embedded-only`` leaves OpenSearch out. The floors that
``make test`` holds are in tests/contract/retrieval.
"""

import random
import statistics
import sys
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from autosocial.adapters.opensearch.client import connect
from autosocial.adapters.opensearch.knowledge_index import OpenSearchKnowledgeIndex
from autosocial.adapters.s3.index_file import S3IndexFiles
from autosocial.adapters.sqlite.knowledge_index import EmbeddedKnowledgeIndex
from autosocial.kernel.errors import TransientError
from autosocial.knowledge.index_ports import IndexedChunk, IndexQuery, KnowledgeIndex
from autosocial.knowledge.relevance import RelevanceRule
from autosocial.knowledge.retrieval import Retrieve
from autosocial.knowledge.terms import question_terms
from tests.bench.questions import (
    DIMENSIONS,
    Collection,
    collections,
    near_misses,
    off_topic,
    real_embedder,
)
from tests.contract.index.servers import running_emulator, running_opensearch, session

_EVERYTHING = RelevanceRule(-1.0, -1.0, 0.0, 2.0, 0.0)
_MIXED = "01ARZ3NDEKTSV4RRFFQ69G5FMX"
Figures = dict[str, float]


def fill(index: KnowledgeIndex) -> None:
    """Give each collection a creator of its own, and one creator an English and a Spanish document."""
    for one in collections():
        index.put(one.name, one.chunks)
        if one.split == "check":
            index.put(_MIXED, one.chunks)


def _none(_creator_id: str) -> frozenset[str]:
    return frozenset()


def ranking(index: KnowledgeIndex) -> dict[str, Figures]:
    """Return recall by case; every passage counts, relevant or not."""
    retrieve = Retrieve(index=index, embedder=real_embedder(), withdrawn=_none, rule=_EVERYTHING)
    ranks: dict[str, list[int]] = defaultdict(list)
    for one in collections():
        for text, language, chunk_id in one.questions:
            case = "same language" if language == one.language else f"{language} to {one.language}"
            ranks[case].append(_rank(retrieve, one.name, text, chunk_id))
            if one.split == "check":
                ranks[f"mixed, {'same' if language == one.language else 'other'} language"].append(
                    _rank(retrieve, _MIXED, text, chunk_id)
                )
    return {
        case: {"n": len(found), "R@1": _share(found, 1), "R@5": _share(found, 5)}
        for case, found in sorted(ranks.items())
    }


def abstention(index: KnowledgeIndex, *, split: str, lexical: bool = False) -> dict[str, Figures]:
    """Return how often a question is answered from the right passage, and how often one without an answer."""
    embedder = _AwayEmbedder() if lexical else real_embedder()
    retrieve = Retrieve(index=index, embedder=embedder, withdrawn=_none)
    counts: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for one in collections():
        if one.split == split:
            for case, kind, text, chunk_id in _asked(one):
                found = [passage.passage_id for passage in retrieve(one.name, text).passages]
                counts[case].append((kind, chunk_id in found if kind == "held" else bool(found)))
    return {case: _rates(outcomes) for case, outcomes in sorted(counts.items())}


def latency(index: KnowledgeIndex, *, chunks: int, searches: int = 60) -> Figures:
    """Return milliseconds of a hybrid search in a collection of ``chunks`` passages, and of its making."""
    creator = f"load-{uuid.uuid4().hex[:8]}"
    made = _many(chunks)
    started = time.perf_counter()
    index.put(creator, made)
    put_seconds = time.perf_counter() - started
    queries = [text for one in collections() for text, _, _ in one.questions][:searches]
    spent = []
    for number, text in enumerate(queries):
        query = IndexQuery(question_terms(text), made[number * 7 % chunks].vector, 50)
        started = time.perf_counter()
        index.search(creator, query)
        spent.append(1_000 * (time.perf_counter() - started))
    spent = sorted(spent[5:])
    p95 = spent[int(len(spent) * 0.95)]
    return {"p50 ms": statistics.median(spent), "p95 ms": p95, "put chunks/s": chunks / put_seconds}


class _AwayEmbedder:
    dimensions = DIMENSIONS

    def embed_passages(self, texts: Sequence[str]) -> list[list[float]]:
        raise TransientError("away")

    def embed_query(self, text: str) -> list[float]:
        raise TransientError("away")


def _asked(one: Collection) -> Iterator[tuple[str, str, str, str]]:
    def case(language: str) -> str:
        return "same language" if language == one.language else "other language"

    yield from ((case(language), "held", text, chunk_id) for text, language, chunk_id in one.questions)
    yield from ((case(language), "off topic", text, "") for text, language in off_topic())
    yield from ((case(language), "near miss", text, "") for text, language in near_misses(one.name))


def _rates(outcomes: Sequence[tuple[str, bool]]) -> Figures:
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for kind, answered in outcomes:
        by_kind[kind].append(answered)
    rates = {kind: sum(found) / len(found) for kind, found in by_kind.items()}
    right, wrong = sum(by_kind["held"]), sum(by_kind["off topic"])
    return {**rates, "precision": right / max(right + wrong, 1)}


def _rank(retrieve: Retrieve, creator_id: str, text: str, chunk_id: str) -> int:
    found = [passage.passage_id for passage in retrieve(creator_id, text, limit=20).passages]
    return found.index(chunk_id) + 1 if chunk_id in found else 1_000


def _share(ranks: Sequence[int], k: int) -> float:
    return sum(rank <= k for rank in ranks) / len(ranks)


def _many(total: int) -> list[IndexedChunk]:
    """Real sentences shuffled, and their vectors disturbed: as many different passages as asked for."""
    chance = random.Random(7)
    originals = [chunk for one in collections() for chunk in one.chunks]
    made = []
    for number in range(total):
        one, other = chance.choice(originals), chance.choice(originals)
        vector = [value + chance.gauss(0, 0.02) for value in one.vector]
        text = f"{one.text} {other.text}"
        made.append(replace(one, chunk_id=f"many-{number:06d}", document_id="many", text=text, vector=vector))
    return made


@contextmanager
def indexes(*, with_opensearch: bool) -> Iterator[dict[str, KnowledgeIndex]]:
    """Run what is needed and give the indexes by name."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (home / "emulator").mkdir()
        url = stack.enter_context(running_emulator(home / "emulator"))
        client = session().client("s3", endpoint_url=url)
        client.create_bucket(Bucket="knowledge")
        files = S3IndexFiles(client, "knowledge")
        found: dict[str, KnowledgeIndex] = {
            "embedded": EmbeddedKnowledgeIndex(files, home / "cache", dimensions=DIMENSIONS)
        }
        if with_opensearch:
            node = connect(stack.enter_context(running_opensearch(home / "opensearch")), region="")
            found["opensearch"] = OpenSearchKnowledgeIndex(node, dimensions=DIMENSIONS)
        yield found


def main(arguments: Sequence[str]) -> None:
    """Print all figures."""
    with indexes(with_opensearch="--embedded-only" not in arguments) as found:
        for name, index in found.items():
            fill(index)
            for case, figures in ranking(index).items():
                _print(name, "ranking", case, figures)
            for lexical in (False, True):
                for split in ("tune", "check"):
                    title = f"answered, {'words only' if lexical else 'hybrid'}, {split} set"
                    for case, figures in abstention(index, split=split, lexical=lexical).items():
                        _print(name, title, case, figures)
            for chunks in (200, 2_000):
                _print(name, "latency", f"{chunks} chunks", latency(index, chunks=chunks))


def _print(*parts: object) -> None:
    *names, figures = parts
    assert isinstance(figures, dict)
    shown = "  ".join(f"{key} {value:.3g}" for key, value in figures.items())
    print(f"{names[0]:11} {names[1]:34} {names[2]:24} {shown}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
