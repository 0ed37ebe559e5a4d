"""Facts: what happened, told to whoever cares. The catalogue with examples is docs/events.md.

A fact is written in the transaction of the change it tells of and reaches the bus from there: none is lost,
but one may come late, twice, or after a newer one. Consumers go by ``event_id`` and ``sequence``, never by
the order of arrival. No fact carries what a visitor wrote or read, nor what somebody is called: it names
ids, and who may know more reads it where it is kept.

A fact keeps its meaning for ever. What must mean something else gets the next version beside it.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from autosocial.contracts.outbound import Outcome
from autosocial.kernel.correlation import correlation
from autosocial.kernel.ids import derived_id

DocumentPhase = Literal[
    "awaiting_upload",
    "inspecting",
    "extracting",
    "embedding",
    "indexing",
    "verifying",
    "ready",
    "refused",
    "failed",
    "deleting",
    "deleted",
]


class _Fact(Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of the facts; the tag is ``<name>/<version>``."""


class AccountRegistered(_Fact, frozen=True, kw_only=True, tag="account.registered/1"):
    """Somebody opened an account, and with it a workspace: ``account_id`` is its ``creator_id``."""

    account_id: str
    language: str


class SessionEnded(_Fact, frozen=True, kw_only=True, tag="session.ended/1"):
    """A signed-in session of a creator is over: what it opened must close."""

    session_id: str
    account_id: str
    reason: Literal["signed_out", "revoked", "reused"]


class DocumentStateChanged(_Fact, frozen=True, kw_only=True, tag="document.state_changed/1"):
    """A document moved on, was refused, failed, is tried again or is gone (``deleted``).

    ``code`` says why it is refused or failed; its words are knowledge's own. ``attempt`` counts from 1.
    """

    document_id: str
    state: DocumentPhase
    previous_state: DocumentPhase
    progress_pct: int
    code: str = ""
    attempt: int


class DocumentProgressed(_Fact, frozen=True, kw_only=True, tag="document.progressed/1"):
    """A document came further within its state: for who watches. It is not kept and not on the bus."""

    document_id: str
    state: DocumentPhase
    progress_pct: int
    attempt: int


class SessionOpened(_Fact, frozen=True, kw_only=True, tag="session.opened/1"):
    """A visitor who was not known before has a conversation."""

    visitor_id: str
    conversation_id: str
    channel: str
    language: str


class MessageReceived(_Fact, frozen=True, kw_only=True, tag="message.received/1"):
    """A visitor's message is stored and will be answered."""

    conversation_id: str
    message_id: str
    channel: str


class MessageAnswered(_Fact, frozen=True, kw_only=True, tag="message.answered/1"):
    """The answer to a message ended: ``failed`` for the reason ``code``, or as its outcome says.

    ``chunk_ids`` are the passages that it cites, the first of them also the envelope's ``chunk_id``.
    """

    conversation_id: str
    message_id: str
    answer_id: str
    channel: str
    outcome: Outcome | Literal["failed"]
    code: str = ""
    model: str = ""
    chunk_ids: tuple[str, ...] = ()


class AnswerRated(_Fact, frozen=True, kw_only=True, tag="answer.rated/1"):
    """A visitor rated an answer, perhaps anew: the newest counts."""

    conversation_id: str
    answer_id: str
    rating: Literal["up", "down"]
    reason: str = ""


Fact = (
    AccountRegistered
    | SessionEnded
    | DocumentStateChanged
    | DocumentProgressed
    | SessionOpened
    | MessageReceived
    | MessageAnswered
    | AnswerRated
)


class Envelope(Struct, frozen=True, kw_only=True):
    """A fact with all that it has in common with the others.

    ``event_id`` is made of the change itself: the same change never has two. ``sequence`` grows with every
    fact about one ``subject_id``. ``request_id`` and ``trace_id`` lead to the logs of what caused it.
    """

    event_id: str
    name: str
    version: int
    occurred_at: str
    creator_id: str
    subject_id: str
    sequence: int
    chunk_id: str = ""
    request_id: str = ""
    trace_id: str = ""
    payload: Fact


def stated(
    fact: Fact,
    *,
    creator_id: str,
    subject_id: str,
    change: str,
    occurred_at: str,
    sequence: int | None = None,
    chunk_id: str = "",
) -> Envelope:
    """Return a fact in its envelope, as caused by the request that is being worked on.

    ``change`` tells the changes of the subject that lead to such a fact apart. Without a ``sequence`` of
    the subject's own it is the time, in milliseconds.
    """
    tag = str(type(fact).__struct_config__.tag)
    name, _, version = tag.partition("/")
    cause = correlation()
    moment = datetime.fromisoformat(occurred_at)
    return Envelope(
        event_id=derived_id(tag, creator_id, subject_id, change),
        name=name,
        version=int(version),
        occurred_at=occurred_at,
        creator_id=creator_id,
        subject_id=subject_id,
        sequence=round(moment.timestamp() * 1_000) if sequence is None else sequence,
        chunk_id=chunk_id,
        request_id=cause.request_id,
        trace_id=cause.trace_id,
        payload=fact,
    )
