"""A passage as retrieval hands it on: the unit an answer is made from and a citation points to."""

from pydantic import BaseModel, ConfigDict, Field


class Passage(BaseModel):
    """One chunk of one document, with all that a citation needs to show it.

    ``start``/``end`` are character offsets of the passage in the extracted text of the document;
    ``score`` is the fused relevance (0..1), ``similarity`` the plain cosine of question and passage
    (None where the question could not be embedded).
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    passage_id: str
    document_id: str
    document_name: str
    text: str
    page: int | None = None
    heading: str = ""
    language: str = ""
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    score: float = 0.0
    similarity: float | None = None
    lexical_score: float = 0.0


class Retrieval(BaseModel):
    """What a search found, best first. ``mode`` is ``lexical`` when embeddings were not to be had.

    ``embedding_error`` is the code of what kept them away.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    passages: tuple[Passage, ...]
    mode: str = "hybrid"
    embedding_error: str = ""
    query_language: str = ""
