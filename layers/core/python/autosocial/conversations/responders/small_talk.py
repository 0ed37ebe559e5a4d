"""Answers greetings, thanks and goodbyes."""

from autosocial.conversations.citations import Cited
from autosocial.conversations.responding import Draft, Question
from autosocial.conversations.small_talk import small_talk
from autosocial.conversations.writing import PieceWriter
from autosocial.text.phrases import phrase


class SmallTalk:
    """Fills ``Responder`` for messages that are nothing but small talk."""

    def __call__(self, question: Question, pieces: PieceWriter) -> Draft | None:  # noqa: ARG002 - the port
        """Return our own words."""
        talk = small_talk(question.message.text)
        return Draft("small_talk", Cited(phrase(*talk), ())) if talk else None
