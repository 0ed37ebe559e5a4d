from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autosocial.knowledge.fusion import LANGUAGE_GAP, fuse
from autosocial.knowledge.index_ports import IndexHits, ScoredChunk


def _hit(name: str, score: float, language: str = "en") -> ScoredChunk:
    return ScoredChunk(name, "d", "Doc", 0, name, None, "", language, 0, 1, score)


def _order(hits: IndexHits, language: str = "en") -> list[str]:
    return [one.chunk.chunk_id for one in fuse(hits, question_language=language)]


def test_scores_are_weighed_seven_to_three() -> None:
    hits = IndexHits(
        dense=(_hit("a", 0.9), _hit("b", 0.85), _hit("c", 0.8)), lexical=(_hit("c", 6.0), _hit("b", 3.0))
    )
    scores = {one.chunk.chunk_id: one.score for one in fuse(hits, question_language="en")}
    assert scores == {
        "a": pytest.approx(0.7),
        "b": pytest.approx(0.7 * 0.5 + 0.3 * 0.5),
        "c": pytest.approx(0.3),
    }


def test_in_another_language_the_words_do_not_count() -> None:
    dense = (_hit("right", 0.85), _hit("wrong", 0.82), _hit("worst", 0.7))
    hits = IndexHits(dense=dense, lexical=(_hit("wrong", 9.0),))
    assert _order(hits, "es") == ["right", "wrong", "worst"]
    assert fuse(hits, question_language="es")[1].score < 0.9


def test_an_unknown_language_counts_as_the_same() -> None:
    hits = IndexHits(dense=(_hit("a", 0.9, ""), _hit("b", 0.8, "")), lexical=(_hit("b", 1.0, ""),))
    assert [one.score for one in fuse(hits, question_language="es")] == pytest.approx([0.7, 0.3])


def test_a_passage_in_another_language_gets_back_what_the_model_takes_off() -> None:
    here, there, last = _hit("here", 0.85, "en"), _hit("there", 0.84, "es"), _hit("last", 0.7)
    assert _order(IndexHits(dense=(here, there, last))) == ["there", "here", "last"]
    worse = replace(there, score=0.85 - 1.5 * LANGUAGE_GAP)
    assert _order(IndexHits(dense=(here, worse, last))) == ["here", "there", "last"]


def test_the_plain_cosine_and_bm25_are_handed_on() -> None:
    hits = IndexHits(dense=(_hit("a", 0.9, "es"),), lexical=(_hit("b", 4.0),))
    found = {one.chunk.chunk_id: (one.similarity, one.lexical) for one in fuse(hits, question_language="en")}
    assert found == {"a": (0.9, None), "b": (None, 4.0)}


def test_one_list_alone_ranks_alone() -> None:
    assert _order(IndexHits(lexical=(_hit("a", 5.0), _hit("b", 2.0)))) == ["a", "b"]
    assert _order(IndexHits(dense=(_hit("a", 0.9), _hit("b", 0.8)))) == ["a", "b"]
    assert fuse(IndexHits(), question_language="en") == ()


_names = st.sampled_from([f"chunk-{number}" for number in range(12)])


@st.composite
def _lists(draw: st.DrawFn) -> IndexHits:
    languages = {f"chunk-{n}": draw(st.sampled_from(["en", "es", ""])) for n in range(12)}

    def one(low: float, high: float) -> tuple[ScoredChunk, ...]:
        names = draw(st.lists(_names, unique=True, max_size=12))
        hits = [_hit(name, draw(st.floats(low, high)), languages[name]) for name in names]
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.chunk_id)))

    return IndexHits(dense=one(-1.0, 1.0), lexical=one(1e-6, 50.0))


@given(_lists(), st.sampled_from(["en", "es", ""]))
def test_every_hit_comes_once_between_0_and_1_and_in_a_stable_order(hits: IndexHits, language: str) -> None:
    fused = fuse(hits, question_language=language)
    names = [one.chunk.chunk_id for one in fused]
    assert sorted(names) == sorted({hit.chunk_id for hit in (*hits.dense, *hits.lexical)})
    assert all(0.0 <= one.score <= 1.0 + 1e-9 for one in fused)
    assert [(-one.score, one.chunk.chunk_id) for one in fused] == sorted(
        (-one.score, one.chunk.chunk_id) for one in fused
    )
    shuffled = IndexHits(dense=hits.dense[::-1], lexical=hits.lexical[::-1])
    assert [one.chunk.chunk_id for one in fuse(shuffled, question_language=language)] == names


@given(_lists())
def test_better_in_both_lists_is_never_ranked_below(hits: IndexHits) -> None:
    fused = fuse(hits, question_language="en")
    pairs = [
        (one.similarity, one.lexical, one.score)
        for one in fused
        if one.chunk.language == "en" and one.similarity is not None and one.lexical is not None
    ]
    for similarity, lexical, score in pairs:
        assert not [1 for s, x, other in pairs if similarity > s and lexical > x and score < other]
