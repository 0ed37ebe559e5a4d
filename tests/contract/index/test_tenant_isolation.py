"""No chunk of one creator is ever found by another, whatever is asked and however many there are."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from autosocial.knowledge.index_ports import IndexedChunk, IndexHits, IndexQuery, KnowledgeIndex
from tests.contract.index.samples import ANNA, BORIS, asking, chunk, unit

_TEXTS = ["Classes cost sixteen euros.", "We close in August.", "Mats are provided.", "Tram four stops here."]


def _document(owner: str) -> list[IndexedChunk]:
    """The same document for everybody, with the same ids, and one canary sentence of the owner's."""
    same = [chunk(number, text) for number, text in enumerate(_TEXTS)]
    return [*same, chunk(9, f"The secret word is canary{owner.lower()}.", vector=unit(hash_of(owner)))]


def hash_of(owner: str) -> int:
    return sum(map(ord, owner)) * 31


def _owners(hits: IndexHits) -> set[str]:
    return {hit.text for hit in (*hits.dense, *hits.lexical) if "canary" in hit.text}


def test_identical_documents_with_a_canary_each_never_mix(index: KnowledgeIndex) -> None:
    index.put(ANNA, _document(ANNA))
    index.put(BORIS, _document(BORIS))
    chance = random.Random(4)
    probes = [f"canary{BORIS.lower()}", "secret word", "*", "", *_TEXTS]

    for turn in range(60):
        text = probes[turn % len(probes)]
        seed = chance.choice([hash_of(BORIS), hash_of(ANNA), turn])
        hits = index.search(ANNA, asking(text, seed=seed, k=chance.choice([1, 5, 1000])))
        assert _owners(hits) <= {f"The secret word is canary{ANNA.lower()}."}
        assert len({hit.chunk_id for hit in hits.dense}) == len(hits.dense) <= 5

    exact = index.search(ANNA, IndexQuery((f"canary{BORIS.lower()}",), unit(hash_of(BORIS)), 1000))
    assert exact.lexical == ()
    assert exact.dense[0].score < 0.999


def test_removing_one_creators_document_leaves_the_others(index: KnowledgeIndex) -> None:
    index.put(ANNA, _document(ANNA))
    index.put(BORIS, _document(BORIS))
    assert index.remove_document(ANNA, "doc-a") == 5
    assert (index.count(ANNA, "doc-a"), index.count(BORIS, "doc-a")) == (0, 5)
    assert index.search(ANNA, asking("classes", seed=0)) == IndexHits()
    assert len(index.search(BORIS, asking("classes", seed=0)).dense) == 5


def test_ten_chunks_among_thousands_of_strangers_are_all_found(index: KnowledgeIndex) -> None:
    """A filter after the search would lose them: the strangers' vectors are the nearest."""
    near = unit(1)
    for owner in range(4):
        strangers = [chunk(number, "yoga mat", vector=near) for number in range(500)]
        index.put(f"stranger-{owner}", strangers)
    far = [-value for value in near]
    index.put(ANNA, [chunk(number, f"yoga mat and word{number}", vector=far) for number in range(10)])

    hits = index.search(ANNA, IndexQuery(("yoga", "mat"), near, 10))

    assert sorted(hit.ordinal for hit in hits.dense) == list(range(10))
    assert sorted(hit.ordinal for hit in hits.lexical) == list(range(10))


def test_many_creators_at_once_in_one_process_do_not_bleed(index: KnowledgeIndex) -> None:
    owners = [f"creator-{number:02d}" for number in range(12)]
    for owner in owners:
        index.put(owner, [replace(one, document_name=owner) for one in _document(owner)])

    def ask(turn: int) -> set[tuple[str, str]]:
        owner = owners[turn % len(owners)]
        hits = index.search(owner, asking("secret classes", seed=turn, k=50))
        return {(owner, hit.document_name) for hit in (*hits.dense, *hits.lexical)}

    with ThreadPoolExecutor(8) as pool:
        seen = set().union(*pool.map(ask, range(96)))

    assert seen == {(owner, owner) for owner in owners}
