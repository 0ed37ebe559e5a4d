"""What to search for: a question by itself, and a follow-up together with what it follows."""

from collections.abc import Sequence

from autosocial.conversations.model import Message
from autosocial.conversations.prompt import visible
from autosocial.conversations.small_talk import small_talk
from autosocial.text.words import content_words

_FEW_WORDS = 2


def search_queries(question: str, history: Sequence[Message]) -> tuple[str, ...]:
    """Return queries in the order in which they are tried until one finds something.

    A question without words of its own ("and how much is it?") only has a meaning behind the question
    before it. A short one may stand alone ("What does it cost?"), so that is tried first: the question
    before it may have been about something else.
    """
    alone = visible(question)
    words = content_words(question)
    asked = [item.text for item in history if item.role == "visitor" and not small_talk(item.text)]
    if not asked or len(words) > _FEW_WORDS:
        return (alone,)
    together = visible(f"{asked[-1]} {question}")
    return (alone, together) if words else (together,)
