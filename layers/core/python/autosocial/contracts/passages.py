"""A passage as retrieval hands it on: the unit an answer is made from and a citation points to."""

from msgspec import Struct


class Passage(Struct, frozen=True, kw_only=True):
    """One chunk of one document, with all that a citation needs to show it.

    ``start``/``end`` are character offsets of the passage in the extracted text of the document;
    ``score`` is the fused relevance (0..1), ``similarity`` the plain cosine of question and passage
    (None where the question could not be embedded).
    """

    passage_id: str
    document_id: str
    document_name: str
    text: str
    page: int | None = None
    heading: str = ""
    language: str = ""
    start: int
    end: int
    score: float = 0.0
    similarity: float | None = None
    lexical_score: float = 0.0


class Retrieval(Struct, frozen=True, kw_only=True):
    """What a search found, best first. ``mode`` is ``lexical`` when embeddings were not to be had.

    ``embedding_error`` is the code of what kept them away.
    """

    passages: tuple[Passage, ...]
    mode: str = "hybrid"
    embedding_error: str = ""
    query_language: str = ""
