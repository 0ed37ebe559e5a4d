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
# By name: the figure, and the number of questions behind it.
Figures = dict[str, tuple[float, int]]


@pytest.fixture(scope="module")
def index() -> KnowledgeIndex:
    filled = InMemoryKnowledgeIndex(dimensions=DIMENSIONS)
    fill(filled)
    return filled


# Measured, in 32-bit floats. Another arithmetic turns a question or two; only more than this is a loss.
TURNS = 3


def losses(found: dict[str, dict[str, float]], measured: dict[str, Figures]) -> dict[str, str]:
    """Return what is worse than measured by more than a few of its ``n`` questions."""
    assert set(found) == set(measured)
    worse = {}
    for case, figures in measured.items():
        for name, (figure, questions) in figures.items():
            lost = questions * (figure - found[case][name])
            if (-lost if name == "off topic" else lost) > TURNS:
                worse[f"{case}: {name}"] = f"{found[case][name]:.3f} instead of {figure:.3f}"
    return worse


def test_the_right_passage_comes_first_or_among_the_first_five(index: KnowledgeIndex) -> None:
    measured = {
        "same language": {"R@1": (0.917, 144), "R@5": (0.986, 144)},
        "es to en": {"R@1": (0.708, 72), "R@5": (0.986, 72)},
        "en to es": {"R@1": (0.764, 72), "R@5": (1.0, 72)},
        "mixed, same language": {"R@1": (0.854, 96), "R@5": (0.979, 96)},
        "mixed, other language": {"R@1": (0.563, 96), "R@5": (0.917, 96)},
    }
    assert losses(ranking(index), measured) == {}


def test_questions_the_rule_was_not_tuned_on_are_answered_or_refused_rightly(index: KnowledgeIndex) -> None:
    measured = {
        "same language": {"held": (0.969, 96), "off topic": (0.05, 60), "precision": (0.969, 96)},
        "other language": {"held": (0.729, 96), "off topic": (0.033, 60), "precision": (0.972, 72)},
    }
    assert losses(abstention(index, split="check"), measured) == {}


def test_without_embeddings_words_alone_answer_in_the_same_language(index: KnowledgeIndex) -> None:
    measured = {
        "same language": {"held": (0.896, 96), "off topic": (0.167, 60)},
        "other language": {"off topic": (0.017, 60)},
    }
    assert losses(abstention(index, split="check", lexical=True), measured) == {}
