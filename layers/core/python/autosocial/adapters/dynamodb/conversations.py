"""Visitors, conversations and messages in DynamoDB."""

from typing import Any

from pynamodb.exceptions import DoesNotExist, TransactWriteError

from autosocial.adapters.dynamodb.conversation_items import (
    ClientItem,
    ConversationItem,
    MessageItem,
    VisitorItem,
    activity_key,
    last_part,
    message_attributes,
    message_key,
    to_conversation,
    to_message,
    to_visitor,
)
from autosocial.adapters.dynamodb.tables import CollisionError, Tables, translated
from autosocial.conversations.model import Conversation, Message, Visitor, preview_of
from autosocial.kernel.clock import Clock, epoch_seconds
from autosocial.kernel.errors import ConflictError, NotFoundError
from autosocial.kernel.ids import checked_id
from autosocial.kernel.paging import Page
from autosocial.kernel.retry import Retry

_CLIENT_ID_SECONDS = 7 * 24 * 3600
# Two sends at once collide on the conversation's item: the loser comes again.
_AGAIN = Retry(tries=8)


class DynamoConversationStore:
    """The port ``ConversationStore`` on one table, with credentials of the tenant."""

    def __init__(self, tables: Tables, table_name: str, *, clock: Clock) -> None:
        self._tables = tables
        self._table_name = table_name
        self._clock = clock

    def visitor(self, creator_id: str, visitor_id: str) -> Visitor | None:
        """Return a visitor."""
        item = self._get(VisitorItem, creator_id, f"VISITOR#{visitor_id}")
        return None if item is None else to_visitor(item)

    def open(self, visitor: Visitor, conversation: Conversation) -> None:
        """Store a new visitor with a new conversation, both or neither."""
        visitors, conversations = self._of(VisitorItem, visitor), self._of(ConversationItem, visitor)
        with translated(), self._tables.transaction(creator_id=visitor.creator_id) as transaction:
            transaction.save(
                visitors(
                    visitor.creator_id,
                    f"VISITOR#{visitor.visitor_id}",
                    conversation_id=visitor.conversation_id,
                    created_at=visitor.created_at,
                ),
                condition=visitors.pk.does_not_exist(),
            )
            transaction.save(
                conversations(
                    conversation.creator_id,
                    f"CONVERSATION#{conversation.conversation_id}",
                    visitor_id=conversation.visitor_id,
                    channel=conversation.channel,
                    language=conversation.language,
                    created_at=conversation.created_at,
                    last_activity_at=conversation.last_activity_at,
                ),
                condition=conversations.pk.does_not_exist(),
            )

    def accept(self, message: Message, *, client_id: str) -> str:
        """Store a visitor's message once per ``client_id``; return the id it is stored under."""
        try:
            _AGAIN(lambda _: self._accept(message, client_id), on=CollisionError)
        except ConflictError as error:
            return _known_id(error)
        return message.message_id

    def _accept(self, message: Message, client_id: str) -> None:
        clients = self._of(ClientItem, message)
        expires_at = epoch_seconds(self._clock()) + _CLIENT_ID_SECONDS
        client = clients(
            message.creator_id,
            f"CLIENT#{message.conversation_id}#{client_id}",
            message_id=message.message_id,
            expires_at=expires_at,
        )
        with translated(), self._tables.transaction(creator_id=message.creator_id) as transaction:
            transaction.save(client, condition=clients.pk.does_not_exist(), return_values="ALL_OLD")
            add_message(transaction, self._tables, self._table_name, message=message)

    def conversation(self, creator_id: str, conversation_id: str) -> Conversation | None:
        """Return one conversation."""
        item = self._get(ConversationItem, creator_id, f"CONVERSATION#{conversation_id}")
        return None if item is None else to_conversation(item)

    def conversations(self, creator_id: str, *, cursor: str, limit: int) -> Page[Conversation]:
        """Return the conversations in which something was said, newest activity first."""
        model = self._tables.model(ConversationItem, self._table_name, creator_id=creator_id)
        start = None
        if cursor:
            key = f"CONVERSATION#{_checked(last_part(cursor))}"
            start = _key(pk=creator_id, sk=key, activity=cursor)
        with translated():
            items = list(
                model.by_activity.query(
                    creator_id, scan_index_forward=False, limit=limit + 1, last_evaluated_key=start
                )
            )
        return Page.of(items, limit, position=lambda item: str(item.activity)).map(to_conversation)

    def message(self, creator_id: str, conversation_id: str, message_id: str) -> Message | None:
        """Return one message, as it is right now."""
        item = self._get(MessageItem, creator_id, message_key(conversation_id, message_id))
        return None if item is None else to_message(item)

    def messages(self, creator_id: str, conversation_id: str, *, cursor: str, limit: int) -> Page[Message]:
        """Return messages, newest first, older than ``cursor``."""
        model = self._tables.model(MessageItem, self._table_name, creator_id=creator_id)
        start = None
        if cursor:
            start = _key(pk=creator_id, sk=message_key(conversation_id, _checked(cursor)))
        with translated():
            items = list(
                model.query(
                    creator_id,
                    model.sk.startswith(message_key(conversation_id, "")),
                    consistent_read=True,
                    scan_index_forward=False,
                    limit=limit + 1,
                    last_evaluated_key=start,
                )
            )
        return Page.of(items, limit, position=lambda item: last_part(item.sk)).map(to_message)

    def _of(self, model: Any, thing: Any) -> Any:
        return self._tables.model(model, self._table_name, creator_id=thing.creator_id)

    def _get(self, model: Any, creator_id: str, sk: str) -> Any:
        bound = self._tables.model(model, self._table_name, creator_id=creator_id)
        with translated():
            try:
                return bound.get(creator_id, sk, consistent_read=True)
            except DoesNotExist:
                return None


def add_message(transaction: Any, tables: Tables, table_name: str, *, message: Message) -> None:
    """Add to a transaction: the message, and its trace in its conversation."""
    messages = tables.model(MessageItem, table_name, creator_id=message.creator_id)
    conversations: Any = tables.model(ConversationItem, table_name, creator_id=message.creator_id)
    key = message_key(message.conversation_id, message.message_id)
    transaction.save(
        messages(message.creator_id, key, **message_attributes(message)),
        condition=messages.pk.does_not_exist(),
    )
    activity = activity_key(message.created_at, message.conversation_id)
    transaction.update(
        conversations(message.creator_id, f"CONVERSATION#{message.conversation_id}"),
        actions=[
            conversations.last_activity_at.set(message.created_at),
            conversations.activity.set(activity),
            conversations.preview.set(preview_of(message.text)),
            conversations.message_count.add(1),
        ],
        condition=conversations.pk.exists(),
    )


def _known_id(error: ConflictError) -> str:
    reasons = error.__cause__.cancellation_reasons if isinstance(error.__cause__, TransactWriteError) else []
    first = reasons[0] if reasons else None
    if first is None or not first.raw_item:
        raise NotFoundError("There is no such conversation.", code="conversation_not_found") from error
    return str(first.raw_item["message_id"]["S"])


def _checked(part: str) -> str:
    return checked_id(part, what="cursor", code="invalid_cursor")


def _key(**parts: str) -> dict[str, dict[str, str]]:
    return {name: {"S": part} for name, part in parts.items()}
