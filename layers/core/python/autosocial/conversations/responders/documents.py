"""Answers from the creator's documents, with citations that hold."""

from autosocial.contracts.passages import Passage
from autosocial.conversations.citations import quoted, verified
from autosocial.conversations.deltas import StreamFilter
from autosocial.conversations.plain_text import hosts_of, plain
from autosocial.conversations.ports import Retriever
from autosocial.conversations.prompt import build_prompt, fitting
from autosocial.conversations.record import AnswerRecord
from autosocial.conversations.responding import Draft, Question
from autosocial.conversations.search_queries import search_queries
from autosocial.conversations.writing import ModelAwayError, PieceWriter, Writer
from autosocial.kernel.ids import IdSource

_PASSAGES = 5


class FromDocuments:
    """Fills ``Responder``: finds passages and lets the model word an answer from them.

    Has nothing to say where the documents do not hold the answer. While the model is away it quotes the
    passages themselves.
    """

    def __init__(self, retriever: Retriever, writer: Writer, *, ids: IdSource) -> None:
        self._retriever = retriever
        self._writer = writer
        self._ids = ids

    def __call__(self, question: Question, pieces: PieceWriter) -> Draft | None:
        """Return an answer with at least one citation, None if there is none."""
        record = pieces.record
        with record.timed("retrieval"):
            passages = self._passages(question, record)
        if not passages:
            return None
        try:
            return self._written(question, passages, pieces)
        except ModelAwayError as error:
            record.failed(error)
            return Draft("degraded", quoted(passages, question.message.text, question.language))

    def _passages(self, question: Question, record: AnswerRecord) -> tuple[Passage, ...]:
        message = question.message
        for query in search_queries(message.text, question.history):
            found = self._retriever(message.creator_id, query, limit=_PASSAGES)
            record.searched(found.mode, error=found.embedding_error)
            if found.passages:
                return fitting(found.passages)
        return ()

    def _written(
        self, question: Question, passages: tuple[Passage, ...], pieces: PieceWriter
    ) -> Draft | None:
        canary, hosts = self._ids().lower(), hosts_of(passages)
        prompt = build_prompt(
            question.message.text,
            passages,
            history=question.history,
            language=question.language,
            canary=canary,
        )
        shown = StreamFilter(lambda text: plain(text, sources=len(passages), hosts=hosts), canary=canary)
        written = self._writer(prompt, shown, pieces)
        pieces.record.model = written.model
        content = verified(written.text, passages)
        if written.is_refusal or not content.citations:
            # Mostly a model that says in its own words that the sources do not hold it; never a claim
            # that could be checked. Quoting passages instead would answer a question nobody asked.
            return None
        return Draft("answered", content, written.model)
