"""Says that the documents do not hold the answer: the last way to answer, which always does."""

from autosocial.conversations.citations import Cited
from autosocial.conversations.responding import Draft, Question
from autosocial.conversations.writing import PieceWriter
from autosocial.text.phrases import phrase


class NotInDocuments:
    """Fills ``Responder`` for every question."""

    def __call__(self, question: Question, pieces: PieceWriter) -> Draft:  # noqa: ARG002 - the port
        """Return an honest "I don't know"."""
        return Draft("no_answer", Cited(phrase("no_answer", question.language), ()))
