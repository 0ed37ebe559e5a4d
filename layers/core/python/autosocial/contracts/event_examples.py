"""One example of every fact, for docs/events.md and for tests; no function imports them."""

from autosocial.contracts.events import (
    AccountRegistered,
    AnswerRated,
    DocumentProgressed,
    DocumentStateChanged,
    Envelope,
    Fact,
    MessageAnswered,
    MessageReceived,
    SessionEnded,
    SessionOpened,
    stated,
)

_CREATOR = "01J9ZQ6X8E3V5T7R9P1N3M5K7H"
_VISITOR = "01J9ZQ6ZB2C5E8G1J4N7Q0T3VW"
_CONVERSATION = "01J9ZQ71C4A8D2F6H0K3M7P9RS"
_MESSAGE = "01J9ZQ72D5B9E3G7J1M4P8R0TV"
_ANSWER = "01J9ZQ73E6C0F4H8K2N5Q9S1VW"
_DOCUMENT = "01J9ZQ74F7D1G5J9M3P6R0T2WX"
_SESSION = "01J9ZQ75G8E2H6K0N4Q7S1V3XY"
_CHUNK = f"{_DOCUMENT}-0007"


def _example(fact: Fact, subject_id: str, change: str, *, sequence: int | None = None) -> Envelope:
    return stated(
        fact,
        creator_id=_CREATOR,
        subject_id=subject_id,
        change=change,
        occurred_at="2026-03-01T12:00:00.000Z",
        sequence=sequence,
        chunk_id=fact.chunk_ids[0] if isinstance(fact, MessageAnswered) else "",
    )


EXAMPLES: tuple[Envelope, ...] = (
    _example(AccountRegistered(account_id=_CREATOR, language="en"), _CREATOR, "registered"),
    _example(
        SessionEnded(session_id=_SESSION, account_id=_CREATOR, reason="signed_out"), _SESSION, "signed_out"
    ),
    _example(
        DocumentStateChanged(
            document_id=_DOCUMENT, state="ready", previous_state="verifying", progress_pct=100, attempt=1
        ),
        _DOCUMENT,
        "9",
        sequence=9,
    ),
    _example(
        DocumentProgressed(document_id=_DOCUMENT, state="embedding", progress_pct=57, attempt=1),
        _DOCUMENT,
        "6",
        sequence=6,
    ),
    _example(
        SessionOpened(visitor_id=_VISITOR, conversation_id=_CONVERSATION, channel="web", language="en"),
        _CONVERSATION,
        "opened",
    ),
    _example(
        MessageReceived(conversation_id=_CONVERSATION, message_id=_MESSAGE, channel="web"),
        _CONVERSATION,
        _MESSAGE,
    ),
    _example(
        MessageAnswered(
            conversation_id=_CONVERSATION,
            message_id=_MESSAGE,
            answer_id=_ANSWER,
            channel="web",
            outcome="answered",
            model="extractive",
            chunk_ids=(_CHUNK,),
        ),
        _CONVERSATION,
        _ANSWER,
    ),
    _example(
        AnswerRated(conversation_id=_CONVERSATION, answer_id=_ANSWER, rating="up"),
        _CONVERSATION,
        f"{_ANSWER}#2026-03-01T12:00:00.000Z",
    ),
)
