"""Answers, their pieces and their ratings in DynamoDB."""

from dataclasses import replace
from typing import Any

from pynamodb.exceptions import DoesNotExist

from autosocial.adapters.dynamodb.conversation_items import (
    AnswerItem,
    ConversationItem,
    DeltaItem,
    FeedbackItem,
    MessageItem,
    ending_actions,
    last_part,
    message_key,
    to_answer,
    to_message,
)
from autosocial.adapters.dynamodb.conversations import add_message
from autosocial.adapters.dynamodb.tables import CollisionError, Tables, translated
from autosocial.contracts.outbound import Completed, Ending, Piece
from autosocial.conversations.model import Answer, Feedback, completed_of, reply_of
from autosocial.kernel.clock import Clock, epoch_seconds
from autosocial.kernel.errors import ConflictError, TransientError
from autosocial.kernel.retry import Retry

_DELTA_SECONDS = 24 * 3600
# Two transactions collide on the conversation's item: the loser comes again.
_AGAIN = Retry(tries=8)
_MAX_SEQ = 999_999


class DynamoAnswerStore:
    """The port ``AnswerStore`` on one table, with credentials of the tenant."""

    def __init__(self, tables: Tables, table_name: str, *, clock: Clock) -> None:
        self._tables = tables
        self._table_name = table_name
        self._clock = clock

    def begin(self, answer: Answer) -> bool:
        """Make this the answer to its message; False if the message has ended already."""
        answers, messages = self._of(AnswerItem, answer), self._of(MessageItem, answer)
        item = answers(
            answer.creator_id,
            f"ANSWER#{answer.answer_id}",
            conversation_id=answer.conversation_id,
            message_id=answer.message_id,
            visitor_id=answer.visitor_id,
            started_at=answer.started_at,
            deadline_at=answer.deadline_at,
            channel=None if answer.channel == "web" else answer.channel,
        )
        try:
            with translated(), self._tables.transaction(creator_id=answer.creator_id) as transaction:
                transaction.update(
                    messages(answer.creator_id, message_key(answer.conversation_id, answer.message_id)),
                    actions=[
                        messages.answer_id.set(answer.answer_id),
                        messages.answer_state.set("streaming"),
                    ],
                    condition=_is_open(messages, answer),
                )
                transaction.save(item, condition=answers.pk.does_not_exist())
        except ConflictError:
            return False
        return True

    def append(self, answer: Answer, piece: Piece) -> None:
        """Store a piece; storing the same piece again changes nothing."""
        model = self._of(DeltaItem, answer)
        expires_at = epoch_seconds(self._clock()) + _DELTA_SECONDS
        key = _delta_key(answer.answer_id, piece.seq)
        with translated():
            model(answer.creator_id, key, text=piece.text, expires_at=expires_at).save()

    def finish(self, answer: Answer, ending: Ending) -> bool:
        """Store the ending, a good one as a message of the conversation; False if it is not to be given."""
        try:
            _AGAIN(lambda _: self._finish(answer, ending), on=CollisionError)
        except ConflictError:
            return False
        return True

    def _finish(self, answer: Answer, ending: Ending) -> None:
        answers, messages = self._of(AnswerItem, answer), self._of(MessageItem, answer)
        is_completed = isinstance(ending, Completed)
        with translated(), self._tables.transaction(creator_id=answer.creator_id) as transaction:
            transaction.update(
                answers(answer.creator_id, f"ANSWER#{answer.answer_id}"),
                actions=ending_actions(answers, ending),
                condition=answers.pk.exists()
                & answers.ended_seq.does_not_exist()
                & answers.completed.does_not_exist()
                & answers.failed.does_not_exist(),
            )
            transaction.update(
                messages(answer.creator_id, message_key(answer.conversation_id, answer.message_id)),
                actions=[messages.answer_state.set("completed" if is_completed else "failed")],
                condition=messages.answer_id == answer.answer_id,
            )
            if isinstance(ending, Completed):
                reply = reply_of(answer, ending)
                add_message(transaction, self._tables, self._table_name, message=reply)

    def answer(self, creator_id: str, answer_id: str) -> Answer | None:
        """Return an answer."""
        item = self._get(AnswerItem, creator_id, f"ANSWER#{answer_id}")
        if item is None:
            return None
        answer = to_answer(item)
        if answer.ending is not None or item.ended_seq is None:
            return answer
        # A good ending is kept once: as the message that it left.
        reply = self._get(MessageItem, creator_id, message_key(answer.conversation_id, answer_id))
        if reply is None:
            return answer
        return replace(answer, ending=completed_of(to_message(reply), seq=int(item.ended_seq)))

    def pieces(self, creator_id: str, answer_id: str, *, after: int) -> list[Piece]:
        """Return the stored pieces with a number above ``after``, in order."""
        model = self._tables.model(DeltaItem, self._table_name, creator_id=creator_id)
        if after >= _MAX_SEQ:
            return []
        bounds = _delta_key(answer_id, after + 1), _delta_key(answer_id, _MAX_SEQ)
        with translated():
            items = list(model.query(creator_id, model.sk.between(*bounds), consistent_read=True))
        return [Piece(int(last_part(item.sk)), item.text) for item in items]

    def last_seq(self, creator_id: str, answer_id: str) -> int:
        """Return the number of the last stored piece, 0 if there is none."""
        model = self._tables.model(DeltaItem, self._table_name, creator_id=creator_id)
        of_answer = model.sk.startswith(f"DELTA#{answer_id}#")
        with translated():
            newest = model.query(
                creator_id, of_answer, consistent_read=True, scan_index_forward=False, limit=1
            )
            return next((int(last_part(item.sk)) for item in newest), 0)

    def rate(self, feedback: Feedback) -> None:
        """Store a rating in place of an earlier one and count it in its conversation."""
        try:
            # In conflict with a rating at the same moment: count from the new state.
            _AGAIN(lambda _: self._rate(feedback), on=(CollisionError, ConflictError))
        except ConflictError as error:
            raise TransientError("The rating could not be stored just now.") from error

    def _rate(self, feedback: Feedback) -> None:
        ratings = self._of(FeedbackItem, feedback)
        before = self._get(FeedbackItem, feedback.creator_id, f"FEEDBACK#{feedback.answer_id}")
        unchanged = ratings.pk.does_not_exist() if before is None else ratings.created_at == before.created_at
        item = ratings(
            feedback.creator_id,
            f"FEEDBACK#{feedback.answer_id}",
            rating=feedback.rating,
            reason=feedback.reason or None,
            comment=feedback.comment or None,
            created_at=feedback.created_at,
        )
        with translated(), self._tables.transaction(creator_id=feedback.creator_id) as transaction:
            transaction.save(item, condition=unchanged)
            self._count(transaction, feedback, before=before.rating if before else None)

    def _count(self, transaction: Any, feedback: Feedback, *, before: str | None) -> None:
        conversations, messages = self._of(ConversationItem, feedback), self._of(MessageItem, feedback)
        change = {"up": 0, "down": 0}
        change[feedback.rating] += 1
        if before:
            change[before] -= 1
        transaction.update(
            conversations(feedback.creator_id, f"CONVERSATION#{feedback.conversation_id}"),
            actions=[
                conversations.ratings_up.add(change["up"]),
                conversations.ratings_down.add(change["down"]),
            ],
            condition=conversations.pk.exists(),
        )
        transaction.update(
            messages(feedback.creator_id, message_key(feedback.conversation_id, feedback.answer_id)),
            actions=[messages.rating.set(feedback.rating)],
            condition=messages.pk.exists(),
        )

    def _of(self, model: Any, thing: Any) -> Any:
        return self._tables.model(model, self._table_name, creator_id=thing.creator_id)

    def _get(self, model: Any, creator_id: str, sk: str) -> Any:
        bound = self._tables.model(model, self._table_name, creator_id=creator_id)
        with translated():
            try:
                return bound.get(creator_id, sk, consistent_read=True)
            except DoesNotExist:
                return None


def _is_open(messages: Any, answer: Answer) -> Any:
    is_open = messages.answer_state.is_in("pending", "streaming")
    if not answer.retry_of:
        return is_open
    return is_open | ((messages.answer_state == "failed") & (messages.answer_id == answer.retry_of))


def _delta_key(answer_id: str, seq: int) -> str:
    return f"DELTA#{answer_id}#{seq:06d}"
