"""The items of the conversations table, and how they become our models and back."""

from typing import Any

import msgspec
from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from autosocial.adapters.dynamodb.tables import Item
from autosocial.contracts.outbound import Citation, Completed, Ending, Failed
from autosocial.conversations.model import Answer, Conversation, Message, Visitor

_CITATIONS = msgspec.json.Decoder(tuple[Citation, ...])


class ByActivity(GlobalSecondaryIndex["ConversationItem"]):  # type: ignore[no-untyped-call]
    """Conversations of a creator by their last activity."""

    class Meta:
        """Name and projection."""

        index_name = "by_activity"
        projection = AllProjection()

    pk = UnicodeAttribute(hash_key=True)
    activity = UnicodeAttribute(range_key=True)


class VisitorItem(Item):
    """``VISITOR#<id>``. Until November 2026 it also held the ``origin`` that the visitor came by."""

    conversation_id = UnicodeAttribute()
    created_at = UnicodeAttribute()


class ConversationItem(Item):
    """``CONVERSATION#<id>``."""

    visitor_id = UnicodeAttribute()
    channel = UnicodeAttribute()
    language = UnicodeAttribute()
    created_at = UnicodeAttribute()
    last_activity_at = UnicodeAttribute()
    # Absent until the first message: an opened widget is no conversation of the list yet.
    activity = UnicodeAttribute(null=True)
    preview = UnicodeAttribute(default="")
    message_count = NumberAttribute(default=0)
    ratings_up = NumberAttribute(default=0)
    ratings_down = NumberAttribute(default=0)
    by_activity = ByActivity()


class MessageItem(Item):
    """``MESSAGE#<conversation>#<id>``."""

    role = UnicodeAttribute()
    text = UnicodeAttribute()
    created_at = UnicodeAttribute()
    answer_id = UnicodeAttribute(null=True)
    answer_state = UnicodeAttribute(default="none")
    client_id = UnicodeAttribute(null=True)
    # Absent on the web, where the visitor is the sender.
    channel = UnicodeAttribute(null=True)
    sender = UnicodeAttribute(null=True)
    reply_to = UnicodeAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    model = UnicodeAttribute(null=True)
    citations = UnicodeAttribute(null=True)
    rating = UnicodeAttribute(null=True)


class ClientItem(Item):
    """``CLIENT#<conversation>#<client_id>``: the message that a client's own id stands for."""

    message_id = UnicodeAttribute()


class AnswerItem(Item):
    """``ANSWER#<id>``. Once it has ended, ``ended_seq`` says behind which piece.

    A good ending is the message under the answer's id, a failed one is in ``code`` and ``retryable``.
    Until November 2026 the whole ending was here, as a frame of the socket in ``completed`` or ``failed``.
    """

    conversation_id = UnicodeAttribute()
    message_id = UnicodeAttribute()
    visitor_id = UnicodeAttribute()
    started_at = UnicodeAttribute()
    deadline_at = UnicodeAttribute()
    # Absent on the web.
    channel = UnicodeAttribute(null=True)
    ended_seq = NumberAttribute(null=True)
    code = UnicodeAttribute(null=True)
    retryable = BooleanAttribute(null=True)
    completed = UnicodeAttribute(null=True)
    failed = UnicodeAttribute(null=True)


class DeltaItem(Item):
    """``DELTA#<answer>#<seq>``."""

    text = UnicodeAttribute()


class FeedbackItem(Item):
    """``FEEDBACK#<answer>``."""

    rating = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    comment = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()


def last_part(key: str) -> str:
    """Return what stands behind the last ``#`` of a key."""
    return key.rpartition("#")[2]


def message_key(conversation_id: str, message_id: str) -> str:
    """Return the sort key of a message; of all messages with ``message_id`` "" the prefix."""
    return f"MESSAGE#{conversation_id}#{message_id}"


def activity_key(moment: str, conversation_id: str) -> str:
    """Return the sort key of the index ``by_activity``."""
    return f"{moment}#{conversation_id}"


def to_visitor(item: VisitorItem) -> Visitor:
    """Return the visitor of an item."""
    return Visitor(item.pk, last_part(item.sk), item.conversation_id, item.created_at)


def to_conversation(item: ConversationItem) -> Conversation:
    """Return the conversation of an item."""
    return Conversation(
        creator_id=item.pk,
        conversation_id=last_part(item.sk),
        visitor_id=item.visitor_id,
        language=item.language,
        created_at=item.created_at,
        last_activity_at=item.last_activity_at,
        channel=item.channel,
        preview=item.preview,
        message_count=int(item.message_count),
        ratings_up=int(item.ratings_up),
        ratings_down=int(item.ratings_down),
    )


def to_message(item: MessageItem) -> Message:
    """Return the message of an item."""
    _, conversation_id, message_id = item.sk.split("#")
    return Message(
        creator_id=item.pk,
        conversation_id=conversation_id,
        message_id=message_id,
        role=item.role,  # type: ignore[arg-type]  # written by from_message only
        text=item.text,
        created_at=item.created_at,
        answer_id=item.answer_id or "",
        answer_state=item.answer_state,  # type: ignore[arg-type]
        client_id=item.client_id or "",
        channel=item.channel or "web",
        sender=item.sender or "",
        reply_to=item.reply_to or "",
        outcome=item.outcome,  # type: ignore[arg-type]
        model=item.model or "",
        citations=_CITATIONS.decode(item.citations) if item.citations else (),
        rating=item.rating,  # type: ignore[arg-type]
    )


def message_attributes(message: Message) -> dict[str, Any]:
    """Return the attributes of a new message's item."""
    return {
        "role": message.role,
        "text": message.text,
        "created_at": message.created_at,
        "answer_id": message.answer_id or None,
        "answer_state": message.answer_state,
        "client_id": message.client_id or None,
        "channel": None if message.channel == "web" else message.channel,
        "sender": None if message.channel == "web" else message.sender or None,
        "reply_to": message.reply_to or None,
        "outcome": message.outcome,
        "model": message.model or None,
        "citations": msgspec.json.encode(message.citations).decode() if message.citations else None,
        "rating": message.rating,
    }


def to_answer(item: AnswerItem) -> Answer:
    """Return the answer of an item."""
    return Answer(
        creator_id=item.pk,
        answer_id=last_part(item.sk),
        conversation_id=item.conversation_id,
        message_id=item.message_id,
        visitor_id=item.visitor_id,
        started_at=item.started_at,
        deadline_at=item.deadline_at,
        channel=item.channel or "web",
        ending=_ending(item),
    )


def _ending(item: AnswerItem) -> Ending | None:
    """Return the ending as far as the answer's own item holds it."""
    if item.ended_seq is not None and item.code:
        return Failed(int(item.ended_seq), item.code, retryable=bool(item.retryable))
    # What stands here beside our own fields (``type`` and ids) is passed over.
    if item.completed:
        return msgspec.json.decode(item.completed, type=Completed)
    return msgspec.json.decode(item.failed, type=Failed) if item.failed else None


def ending_actions(answers: type[AnswerItem], ending: Ending) -> list[Any]:
    """Return what the ending changes in the answer's own item."""
    ended: list[Any] = [answers.ended_seq.set(ending.seq)]
    if isinstance(ending, Failed):
        ended += [answers.code.set(ending.code), answers.retryable.set(ending.retryable)]
    return ended
