"""The contract of ``KnowledgeIndex``, kept by the fake, by both adapters and by a real OpenSearch node."""

from dataclasses import replace

import pytest

from autosocial.kernel.errors import InvalidError
from autosocial.knowledge.index_ports import IndexHits, IndexQuery, KnowledgeIndex
from tests.contract.index.samples import ANNA, DIMENSIONS, asking, chunk, unit


def test_an_empty_index_finds_nothing(index: KnowledgeIndex) -> None:
    assert index.search(ANNA, asking("prices", seed=1)) == IndexHits()
    assert index.count(ANNA, "doc-a") == 0
    assert index.remove_document(ANNA, "doc-a") == 0


def test_what_was_put_is_found_at_once_with_all_its_fields(index: KnowledgeIndex) -> None:
    put = chunk(0, "A single class costs sixteen euros.", page=None, heading="")
    index.put(ANNA, [put, chunk(1, "We close in August.")])

    hits = index.search(ANNA, asking("what does a class cost?", seed=0))

    found = hits.dense[0]
    assert found == hits.lexical[0].__class__(
        "doc-a-00000", "doc-a", "Handbook.pdf", 0, put.text, None, "", "en", 0, len(put.text), found.score
    )
    assert found.score == pytest.approx(1.0, abs=1e-4)
    assert [hit.chunk_id for hit in hits.lexical] == ["doc-a-00000"]
    assert hits.lexical[0].score > 0


def test_dense_hits_are_ordered_by_cosine_and_carry_it(index: KnowledgeIndex) -> None:
    index.put(ANNA, [chunk(number, "x") for number in range(20)])
    question = unit(77)
    expected = sorted((-sum(a * b for a, b in zip(unit(n), question, strict=True)), n) for n in range(20))[:6]

    hits = index.search(ANNA, IndexQuery((), question, 6)).dense

    assert [hit.ordinal for hit in hits] == [number for _, number in expected]
    assert [hit.score for hit in hits] == pytest.approx([-score for score, _ in expected], abs=1e-4)


def test_lexical_hits_put_rare_and_dense_words_first(index: KnowledgeIndex) -> None:
    texts = ["yoga class on Monday", "yoga retreat", "yoga class, yoga mat and a long list of other things"]
    index.put(ANNA, [chunk(number, text, heading="") for number, text in enumerate(texts)])

    hits = index.search(ANNA, asking("yoga retreat")).lexical

    assert [hit.ordinal for hit in hits][0] == 1
    assert len(hits) == 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_word_that_every_chunk_holds_still_counts(index: KnowledgeIndex) -> None:
    index.put(ANNA, [chunk(0, "Our parking is behind the house.")])
    assert [hit.ordinal for hit in index.search(ANNA, asking("parking")).lexical] == [0]


def test_words_are_found_in_other_forms(index: KnowledgeIndex) -> None:
    index.put(
        ANNA,
        [
            chunk(0, "You may cancel a booked lesson.", heading=""),
            chunk(1, "Las devoluciones se pagan en cinco días.", heading="", language="es"),
        ],
    )
    assert [hit.ordinal for hit in index.search(ANNA, asking("cancelling lessons")).lexical] == [0]
    assert [hit.ordinal for hit in index.search(ANNA, asking("devolucion")).lexical] == [1]
    assert [hit.ordinal for hit in index.search(ANNA, asking("¿DEVOLUCIÓN?")).lexical] == [1]


def test_the_heading_is_searched_too(index: KnowledgeIndex) -> None:
    index.put(ANNA, [chunk(0, "Sixteen euros.", heading="Tariff"), chunk(1, "Nine.", heading="Hours")])
    assert [hit.ordinal for hit in index.search(ANNA, asking("tariff")).lexical] == [0]


def test_equal_scores_come_in_the_order_of_chunk_ids(index: KnowledgeIndex) -> None:
    same = [chunk(number, "The same words.", vector=unit(5)) for number in (3, 1, 2, 0)]
    index.put(ANNA, same)
    hits = index.search(ANNA, asking("same words", seed=5))
    assert [hit.ordinal for hit in hits.dense] == [0, 1, 2, 3]
    assert [hit.ordinal for hit in hits.lexical] == [0, 1, 2, 3]


def test_without_a_vector_only_words_count_and_without_words_only_the_vector(index: KnowledgeIndex) -> None:
    index.put(ANNA, [chunk(0, "Parking is free.")])
    assert index.search(ANNA, asking("parking")).dense == ()
    assert index.search(ANNA, IndexQuery((), unit(0), 5)).lexical == ()
    assert index.search(ANNA, IndexQuery((), None, 5)) == IndexHits()


def test_putting_a_chunk_again_replaces_it(index: KnowledgeIndex) -> None:
    index.put(ANNA, [chunk(0, "The lift is broken."), chunk(1, "Trams stop here.")])
    index.put(ANNA, [chunk(0, "The staircase is open.", vector=unit(40))])
    index.put(ANNA, [chunk(0, "The staircase is open.", vector=unit(40))])

    assert index.count(ANNA, "doc-a") == 2
    assert index.search(ANNA, asking("lift")).lexical == ()
    assert [hit.text for hit in index.search(ANNA, asking("staircase")).lexical] == ["The staircase is open."]
    assert index.search(ANNA, asking("", seed=40)).dense[0].score == pytest.approx(1.0, abs=1e-4)


def test_a_chunk_given_twice_in_one_call_counts_once_and_the_last_wins(index: KnowledgeIndex) -> None:
    index.put(ANNA, [chunk(0, "first"), chunk(0, "second")])
    assert index.count(ANNA, "doc-a") == 1
    assert [hit.text for hit in index.search(ANNA, asking("second")).lexical] == ["second"]


def test_removing_a_document_leaves_the_others_and_what_is_kept(index: KnowledgeIndex) -> None:
    mine = [chunk(number, f"towel {number}") for number in range(5)]
    other = [replace(one, chunk_id=f"doc-b-{one.ordinal}", document_id="doc-b") for one in mine]
    index.put(ANNA, [*mine, *other])

    removed = index.remove_document(ANNA, "doc-a", keep=frozenset({"doc-a-00001", "unknown"}))

    assert removed == 4
    assert (index.count(ANNA, "doc-a"), index.count(ANNA, "doc-b")) == (1, 5)
    hits = index.search(ANNA, asking("towel", seed=0, k=20))
    left = {"doc-a-00001", *(one.chunk_id for one in other)}
    assert {hit.chunk_id for hit in hits.dense} == {hit.chunk_id for hit in hits.lexical} == left
    assert index.remove_document(ANNA, "doc-a") == 1
    assert index.remove_document(ANNA, "doc-a") == 0


def test_excluded_documents_do_not_use_up_the_result(index: KnowledgeIndex) -> None:
    deleted = [
        replace(chunk(number, "mat"), chunk_id=f"doc-x-{number}", document_id="doc-x") for number in range(30)
    ]
    index.put(
        ANNA, [*deleted, *(chunk(number, "mat and more words", vector=unit(900)) for number in range(4))]
    )

    hits = index.search(ANNA, asking("mat", seed=3, k=4, without=("doc-x", "doc-y")))

    assert {hit.document_id for hit in (*hits.dense, *hits.lexical)} == {"doc-a"}
    assert (len(hits.dense), len(hits.lexical)) == (4, 4)


def test_each_list_has_at_most_k(index: KnowledgeIndex) -> None:
    index.put(ANNA, [chunk(number, "mat") for number in range(12)])
    hits = index.search(ANNA, asking("mat", seed=1, k=3))
    assert (len(hits.dense), len(hits.lexical)) == (3, 3)


@pytest.mark.parametrize(
    "text", ["瑜伽课程 价格", "Ünïcödé straße naïve", "привет мир", "مرحبا بالعالم", "🧘 lotus 🧘‍♀️"]
)
def test_every_script_is_stored_and_found(index: KnowledgeIndex, text: str) -> None:
    index.put(ANNA, [chunk(0, text, document_name="ñandú ✓.pdf", heading="", language=""), chunk(1, "other")])
    hits = index.search(ANNA, asking(text))
    assert [(hit.text, hit.document_name) for hit in hits.lexical] == [(text, "ñandú ✓.pdf")]


@pytest.mark.parametrize(
    "text",
    [
        '"', "'", "mat'; DROP TABLE chunk; --", "mat OR NEAR(a b)", "NEAR NOT AND OR", "*", "m*", "terms:mat",
        "^mat", "(mat", "{mat}", '{"match_all":{}}', "\\", "_all", "%", "mat\x00mat", "\ud7ff\ufffe", "-mat",
        "<script>mat</script>", "mat " * 20_000, "é" * 100_000, " \n\t ",
    ],
)  # fmt: skip
def test_hostile_questions_are_only_words(index: KnowledgeIndex, text: str) -> None:
    index.put(ANNA, [chunk(0, "Bring a mat.", heading=""), chunk(1, "The terms of use.", heading="")])
    hits = index.search(ANNA, asking(text, seed=0, k=5))
    assert len(hits.dense) == 2
    expected = {0} if "mat" in text and "match" not in text else set()
    assert {hit.ordinal for hit in hits.lexical} - {1} == expected


@pytest.mark.parametrize("vector", [[1.0] * 7, [], [float("nan")] * 8, [0.0] * 8, [float("inf")] + [0.0] * 7])
def test_vectors_that_cannot_be_compared_are_refused_and_nothing_is_stored(
    index: KnowledgeIndex, vector: list[float]
) -> None:
    with pytest.raises(InvalidError):
        index.put(ANNA, [chunk(0, "fine"), chunk(1, "broken", vector=vector)])
    assert index.count(ANNA, "doc-a") == 0
    index.put(ANNA, [chunk(0, "fine")])
    with pytest.raises(InvalidError):
        index.search(ANNA, IndexQuery((), vector, 3))


@pytest.mark.parametrize("tenant", ["", "../other", "a/b", "a b", "*", "x" * 65])
def test_nothing_happens_without_a_tenant(index: KnowledgeIndex, tenant: str) -> None:
    for call in (
        lambda: index.put(tenant, [chunk(0, "x")]),
        lambda: index.search(tenant, asking("x", seed=0)),
        lambda: index.search(tenant, IndexQuery((), None, 1)),
        lambda: index.count(tenant, "doc-a"),
        lambda: index.remove_document(tenant, "doc-a"),
    ):
        with pytest.raises(InvalidError):
            call()


def test_putting_nothing_is_nothing(index: KnowledgeIndex) -> None:
    index.put(ANNA, [])
    assert index.count(ANNA, "doc-a") == 0


def test_a_large_document_goes_in_whole(index: KnowledgeIndex) -> None:
    index.put(ANNA, [chunk(number, f"passage number {number} of many") for number in range(450)])
    assert index.count(ANNA, "doc-a") == 450
    assert index.search(ANNA, asking("passage 449", k=3)).lexical[0].ordinal == 449
    assert len(unit(1)) == DIMENSIONS
