"""Floors of retrieval with the real embedding weights on the question sets of tests/data/retrieval.

Exact cosine and BM25 are held equal on all indexes by tests/contract/index, so the one in memory stands
for them here; ``python -m tests.bench.retrieval`` measures each.
"""

import pytest

from autosocial.knowledge.index_ports import KnowledgeIndex
from tests.bench.questions import DIMENSIONS
from tests.bench.retrieval import abstention, fill, ranking
from tests.fakes.index import InMemoryKnowledgeIndex

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def index() -> KnowledgeIndex:
    filled = InMemoryKnowledgeIndex(dimensions=DIMENSIONS)
    fill(filled)
    return filled


def test_the_right_passage_comes_first_or_among_the_first_five(index: KnowledgeIndex) -> None:
    found = ranking(index)
    floors = {
        "same language": (0.88, 0.96),
        "es to en": (0.79, 0.98),
        "en to es": (0.79, 0.98),
        "mixed, same language": (0.80, 0.94),
        "mixed, other language": (0.62, 0.94),
    }
    assert set(found) == set(floors)
    for case, (first, among_five) in floors.items():
        assert found[case]["R@1"] >= first, (case, found[case])
        assert found[case]["R@5"] >= among_five, (case, found[case])


def test_questions_the_rule_was_not_tuned_on_are_answered_or_refused_rightly(index: KnowledgeIndex) -> None:
    found = abstention(index, split="check")
    assert found["same language"]["held"] >= 0.92
    assert found["same language"]["off topic"] <= 0.07
    assert found["same language"]["precision"] >= 0.92
    assert found["other language"]["held"] >= 0.80
    assert found["other language"]["off topic"] <= 0.05
    assert found["other language"]["precision"] >= 0.92


def test_without_embeddings_words_alone_answer_in_the_same_language(index: KnowledgeIndex) -> None:
    found = abstention(index, split="check", lexical=True)
    assert found["same language"]["held"] >= 0.85
    assert found["same language"]["off topic"] <= 0.18
    assert found["other language"]["off topic"] <= 0.03
