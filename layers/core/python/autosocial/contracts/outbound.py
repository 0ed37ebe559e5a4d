"""What leaves for a visitor, in words that every channel understands: an answer starts, grows and ends.

How a channel shows it (frames of a socket, one message of a messenger) is the channel's own matter.
"""

from typing import Literal

from msgspec import Struct

Outcome = Literal["answered", "no_answer", "degraded", "small_talk"]


class AnswerRef(Struct, frozen=True):
    """Names one answer: whose it is, which message it answers, and on which channel it is awaited."""

    creator_id: str
    visitor_id: str
    conversation_id: str
    channel: str
    message_id: str
    answer_id: str


class Citation(Struct, frozen=True):
    """A checked reference: ``quote`` stands literally in ``passage`` at ``quote_start``.

    ``index`` is the number that stands as ``[index]`` in the answer's text.
    """

    index: int
    document_id: str
    document_name: str
    page: int | None
    heading: str
    language: str
    passage_id: str
    passage: str
    quote: str
    quote_start: int


class Piece(Struct, frozen=True):
    """A piece of an answer that is being written. ``seq`` counts from 1 without gaps within an answer."""

    seq: int
    text: str


class Completed(Struct, frozen=True):
    """The one ending of a good answer; its ``text`` is authoritative.

    ``outcome``: ``answered`` from the documents; ``no_answer``: the documents do not hold it;
    ``degraded``: the model is away, the best passages are quoted instead; ``small_talk``.
    ``model``: label of what wrote it (``extractive`` quotes sentences and says so).
    """

    seq: int
    text: str
    citations: tuple[Citation, ...] = ()
    outcome: Outcome = "answered"
    model: str = ""
    created_at: str = ""


class Failed(Struct, frozen=True):
    """The one ending of an answer that could not be given. ``retryable``: asking again may help."""

    seq: int
    code: str
    retryable: bool = True


Ending = Completed | Failed


class Reply(Struct, frozen=True):
    """An ending on its way to a channel that shows answers whole.

    ``sender`` and ``in_reply_to`` are the channel's own ids of the visitor and of the message.
    """

    answer: AnswerRef
    ending: Ending
    sender: str
    in_reply_to: str


class DeliverReply(Struct, frozen=True, kw_only=True):
    """Command: send an answer that has ended to its channel; version 1.

    It carries no text: the text is read from the store, so that queues hold no message content.
    """

    version: Literal[1] = 1
    creator_id: str
    conversation_id: str
    answer_id: str
    channel: str


class Missed(Struct, frozen=True):
    """What a reader of an answer has not seen yet.

    ``is_restarted``: the answer they knew was begun anew; this is the new one from its beginning.
    """

    answer: AnswerRef
    pieces: tuple[Piece, ...] = ()
    ending: Ending | None = None
    is_restarted: bool = False
