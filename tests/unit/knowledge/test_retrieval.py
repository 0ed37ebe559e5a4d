"""Retrieval on the in-memory index: fallback, filter and what a passage carries."""

from collections.abc import Sequence

import pytest
from msgspec import structs

from autosocial.kernel.errors import AutoSocialError, PermanentError, TransientError
from autosocial.knowledge.index_ports import IndexedChunk
from autosocial.knowledge.relevance import E5_SMALL, RelevanceRule
from autosocial.knowledge.retrieval import Retrieve
from tests.fakes.index import InMemoryKnowledgeIndex

_CREATOR = "01ARZ3NDEKTSV4RRFFQ69G5FAA"
_CLASSES = [1.0, 0.0, 0.0, 0.0]
_PARKING = [0.0, 1.0, 0.0, 0.0]
_LIKE_CLASSES = [0.95, 0.2, 0.2, 0.1]
_NOWHERE = [0.3, 0.3, 0.3, 0.8]


class _Embedder:
    """Embeds a question as told; ``error`` is raised instead."""

    dimensions = 4

    def __init__(self, vector: Sequence[float] = _CLASSES, error: Exception | None = None) -> None:
        self.vector, self.error, self.asked = list(vector), error, list[str]()

    def embed_passages(self, texts: Sequence[str]) -> list[list[float]]:
        raise AssertionError("retrieval embeds questions only")

    def embed_query(self, text: str) -> list[float]:
        self.asked.append(text)
        if self.error is not None:
            raise self.error
        return self.vector


def _chunk(name: str, text: str, vector: list[float], language: str = "en") -> IndexedChunk:
    return IndexedChunk(name, "doc", "Handbook.pdf", 3, text, 7, "Prices", language, 10, 20, vector)


def _retrieve(
    index: InMemoryKnowledgeIndex, *, embedder: _Embedder, rule: RelevanceRule = E5_SMALL, withdrawn: str = ""
) -> Retrieve:
    gone = frozenset({withdrawn} - {""})
    return Retrieve(index=index, embedder=embedder, withdrawn=lambda _creator_id: gone, rule=rule)


@pytest.fixture
def index() -> InMemoryKnowledgeIndex:
    filled = InMemoryKnowledgeIndex(dimensions=4)
    filled.put(
        _CREATOR,
        [
            _chunk("classes", "A drop-in class costs sixteen euros.", _CLASSES),
            _chunk("parking", "Cars can be left behind the bakery.", _PARKING),
            _chunk("clases", "Una clase suelta vale dieciséis euros.", _LIKE_CLASSES, "es"),
        ],
    )
    return filled


def test_a_passage_carries_all_that_a_citation_needs(index: InMemoryKnowledgeIndex) -> None:
    found = _retrieve(index, embedder=_Embedder())(_CREATOR, " What does a class cost? ")
    first = found.passages[0]
    assert (found.mode, found.query_language) == ("hybrid", "en")
    fields = structs.asdict(first).items()
    assert {name: value for name, value in fields if not name.endswith(("score", "similarity"))} == {
        "passage_id": "classes", "document_id": "doc", "document_name": "Handbook.pdf",
        "text": "A drop-in class costs sixteen euros.", "page": 7, "heading": "Prices", "language": "en",
        "start": 10, "end": 20,
    }  # fmt: skip
    assert first.similarity == pytest.approx(1.0)
    assert first.lexical_score == 1.0
    assert first.score == pytest.approx(1.0)


def test_only_passages_that_bear_on_the_question_come_back(index: InMemoryKnowledgeIndex) -> None:
    found = _retrieve(index, embedder=_Embedder())(_CREATOR, "What does a class cost?")
    assert [one.passage_id for one in found.passages] == ["classes", "clases"]


def test_a_question_that_the_documents_do_not_hold_finds_nothing(index: InMemoryKnowledgeIndex) -> None:
    found = _retrieve(index, embedder=_Embedder(_NOWHERE))(_CREATOR, "Who painted the Mona Lisa?")
    assert (found.passages, found.mode) == ((), "hybrid")


def test_a_passage_in_another_language_has_its_own_threshold(index: InMemoryKnowledgeIndex) -> None:
    similarity = 0.95 / (0.95**2 + 0.04 + 0.04 + 0.01) ** 0.5
    for threshold, expected in ((similarity - 0.01, True), (similarity + 0.01, False)):
        rule = RelevanceRule(other_language=threshold)
        found = _retrieve(index, embedder=_Embedder(), rule=rule)(_CREATOR, "What does it cost?")
        assert ("clases" in [one.passage_id for one in found.passages]) is expected


def test_exact_words_are_enough_whatever_the_vectors_say(index: InMemoryKnowledgeIndex) -> None:
    index.put(_CREATOR, [_chunk("part", "Part ZX-4410 fits the Nordwind frame.", _PARKING)])
    found = _retrieve(index, embedder=_Embedder(_NOWHERE))(_CREATOR, "ZX-4410 nordwind")
    assert [one.passage_id for one in found.passages] == ["part"]


@pytest.mark.parametrize(
    "error", [TransientError("away", code="model_unavailable"), PermanentError("no", code="model_refused")]
)
def test_while_embeddings_are_not_to_be_had_words_alone_decide(
    index: InMemoryKnowledgeIndex, error: AutoSocialError
) -> None:
    retrieve = _retrieve(index, embedder=_Embedder(error=error))
    found = retrieve(_CREATOR, "What does a class cost?")
    assert (found.mode, found.embedding_error) == ("lexical", error.code)
    assert [one.passage_id for one in found.passages] == ["classes"]
    assert found.passages[0].similarity is None
    assert retrieve(_CREATOR, "Who painted the Mona Lisa?").passages == ()


def test_other_faults_are_not_hidden(index: InMemoryKnowledgeIndex) -> None:
    with pytest.raises(KeyError):
        _retrieve(index, embedder=_Embedder(error=KeyError("ours")))(_CREATOR, "prices")
    index.away = True
    with pytest.raises(TransientError):
        _retrieve(index, embedder=_Embedder())(_CREATOR, "prices")


def test_no_more_than_asked_for(index: InMemoryKnowledgeIndex) -> None:
    index.put(_CREATOR, [_chunk(f"c{n}", "A class costs sixteen euros.", _CLASSES) for n in range(9)])
    retrieve = _retrieve(index, embedder=_Embedder())
    assert len(retrieve(_CREATOR, "class cost", limit=3).passages) == 3
    assert len(retrieve(_CREATOR, "class cost").passages) == 5


@pytest.mark.parametrize("question", ["", "  \n "])
def test_an_empty_question_finds_nothing_and_costs_nothing(
    index: InMemoryKnowledgeIndex, question: str
) -> None:
    embedder = _Embedder()
    assert _retrieve(index, embedder=embedder)(_CREATOR, question).passages == ()
    assert embedder.asked == []


def test_a_very_long_question_is_cut_before_it_is_embedded(index: InMemoryKnowledgeIndex) -> None:
    embedder = _Embedder()
    _retrieve(index, embedder=embedder)(_CREATOR, "class " * 5_000)
    assert [len(text) for text in embedder.asked] == [2_000]


def test_another_creators_chunks_are_not_found(index: InMemoryKnowledgeIndex) -> None:
    found = _retrieve(index, embedder=_Embedder())("01ARZ3NDEKTSV4RRFFQ69G5FAB", "class cost")
    assert found.passages == ()


def test_a_document_that_is_being_deleted_answers_nothing(index: InMemoryKnowledgeIndex) -> None:
    retrieve = _retrieve(index, embedder=_Embedder(), withdrawn="doc")
    assert retrieve(_CREATOR, "What does a class cost?").passages == ()
