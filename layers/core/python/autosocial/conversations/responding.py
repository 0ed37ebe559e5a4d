"""Ways to answer: a list of responders, of which the first that has something to say is heard."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from autosocial.contracts.outbound import Outcome
from autosocial.conversations.citations import Cited
from autosocial.conversations.model import Message
from autosocial.conversations.writing import PieceWriter
from autosocial.kernel.errors import PermanentError
from autosocial.text.language import Language


@dataclass(frozen=True, slots=True)
class Question:
    """A message with all that its answer depends on; ``history`` ends before it."""

    message: Message
    history: tuple[Message, ...]
    language: Language


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before it is signed and sent. ``model``: label of what wrote it, "" for our own words."""

    outcome: Outcome
    content: Cited
    model: str = ""


class Responder(Protocol):
    """One way to answer."""

    def __call__(self, question: Question, pieces: PieceWriter) -> Draft | None:
        """Return an answer, or None where another way should be tried.

        What goes to ``pieces`` is shown at once; who has shown something must answer.

        Raises:
            TransientError: a part is away without which no answer can be given.
        """


def first_draft(responders: Sequence[Responder], question: Question, pieces: PieceWriter) -> Draft:
    """Return the answer of the first responder that has one."""
    for respond in responders:
        draft = respond(question, pieces)
        if draft is not None:
            return draft
    raise PermanentError("No responder had an answer: the last one must.", code="no_responder")
