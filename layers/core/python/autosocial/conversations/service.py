"""Use cases of conversations besides the answer turn: open, accept, resume, rate, read."""

from autosocial.contracts.inbound import Accepted, AnswerRequest, Inbound
from autosocial.contracts.outbound import Completed, Missed
from autosocial.conversations.model import (
    Answer,
    Conversation,
    Feedback,
    Message,
    Rating,
    Visitor,
    abandoned,
    replayed,
)
from autosocial.conversations.ports import AnswerQueue, AnswerStore, ConversationStore
from autosocial.kernel.clock import Clock, iso
from autosocial.kernel.errors import ConflictError, InvalidError, NotFoundError
from autosocial.kernel.ids import IdSource
from autosocial.kernel.tenancy import Caller

_NO_ANSWER_HERE = "There is no such answer."


class OpenConversation:
    """Gives a visitor their conversation: the one they are in, or a new one."""

    def __init__(self, store: ConversationStore, *, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    def __call__(self, creator_id: str, visitor_id: str, *, channel: str, language: str) -> str:
        """Return its id; ``visitor_id`` is new or comes from whoever knows the visitor."""
        known = self._store.visitor(creator_id, visitor_id)
        if known is not None:
            return known.conversation_id
        now = iso(self._clock())
        visitor = Visitor(creator_id, visitor_id, self._ids(), now)
        conversation = Conversation(
            creator_id=creator_id,
            conversation_id=visitor.conversation_id,
            visitor_id=visitor_id,
            language=language,
            created_at=now,
            last_activity_at=now,
            channel=channel,
        )
        return self._opened(visitor, conversation)

    def _opened(self, visitor: Visitor, conversation: Conversation) -> str:
        try:
            self._store.open(visitor, conversation)
        except ConflictError:
            # Opened at the same moment by another message of theirs.
            first = self._store.visitor(visitor.creator_id, visitor.visitor_id)
            if first is None:
                raise
            return first.conversation_id
        return visitor.conversation_id


class AcceptMessage:
    """Takes a visitor's message: stored once per client id, queued, and only then acknowledged."""

    def __init__(self, store: ConversationStore, queue: AnswerQueue, *, ids: IdSource) -> None:
        self._store = store
        self._queue = queue
        self._ids = ids

    def __call__(self, inbound: Inbound, *, visitor_id: str) -> Accepted:
        """Accept a message of a visitor; the same ``client_id`` again is the same message again.

        If its answer failed, it is answered anew.

        Raises:
            InvalidError: there is nothing in it to read.
            NotFoundError: the visitor is not known (any more).
        """
        if not inbound.text.strip():
            raise InvalidError("The message is empty.", code="text_empty")
        visitor = self._store.visitor(inbound.creator_id, visitor_id)
        if visitor is None:
            raise NotFoundError("This visitor has no conversation.", code="visitor_not_found")
        message = self._message(visitor, inbound)
        stored_id = self._store.accept(message, client_id=inbound.client_id)
        is_duplicate = stored_id != message.message_id
        retry_of = self._failure(visitor, stored_id) if is_duplicate else ""
        self._queue.send(_queued(inbound, visitor, message_id=stored_id, retry_of=retry_of))
        return Accepted(stored_id, visitor.conversation_id, is_duplicate=is_duplicate)

    def _failure(self, visitor: Visitor, message_id: str) -> str:
        """Return the answer to a known message that failed: sending it again asks for another."""
        known = self._store.message(visitor.creator_id, visitor.conversation_id, message_id)
        return known.answer_id if known and known.answer_state == "failed" else ""

    def _message(self, visitor: Visitor, inbound: Inbound) -> Message:
        return Message(
            creator_id=visitor.creator_id,
            conversation_id=visitor.conversation_id,
            message_id=self._ids(),
            role="visitor",
            text=inbound.text,
            created_at=inbound.received_at,
            answer_state="pending",
            client_id=inbound.client_id,
            channel=inbound.channel,
            sender=inbound.sender,
        )


def _queued(inbound: Inbound, visitor: Visitor, *, message_id: str, retry_of: str) -> AnswerRequest:
    return AnswerRequest(
        creator_id=visitor.creator_id,
        visitor_id=visitor.visitor_id,
        conversation_id=visitor.conversation_id,
        message_id=message_id,
        channel=inbound.channel,
        request_id=inbound.request_id,
        received_at=inbound.received_at,
        retry_of=retry_of,
    )


class ResumeAnswer:
    """Replays an answer from a given number on; of an answer that was begun anew, the new one whole."""

    def __init__(self, store: ConversationStore, answers: AnswerStore, *, clock: Clock) -> None:
        self._store = store
        self._answers = answers
        self._clock = clock

    def __call__(self, caller: Caller, answer_id: str, *, after: int) -> Missed:
        """Return what the caller misses of an answer of theirs behind the piece ``after``.

        Raises:
            NotFoundError: there is no such answer of this visitor.
        """
        answer = _own(self._answers, caller, answer_id)
        if answer.ending is not None:
            return self._missed(answer, after=after)
        message = self._store.message(answer.creator_id, answer.conversation_id, answer.message_id)
        if message is None or message.answer_id in {"", answer.answer_id}:
            return self._missed(answer, after=after)
        newer = _own(self._answers, caller, message.answer_id)
        return self._missed(newer, after=0, is_restarted=True)

    def _missed(self, answer: Answer, *, after: int, is_restarted: bool = False) -> Missed:
        pieces = self._answers.pieces(answer.creator_id, answer.answer_id, after=after)
        if answer.ending is None:
            # Read again after the pieces: an ending stored in between is then in one of the two reads.
            answer = self._answers.answer(answer.creator_id, answer.answer_id) or answer
        ending = answer.ending
        if ending is None and answer.deadline_at < iso(self._clock()):
            ending = abandoned(seq=max([after, *(piece.seq for piece in pieces)]) + 1)
        return Missed(answer.ref, replayed(pieces, ending), ending, is_restarted)


class RateAnswer:
    """Stores a visitor's rating of an answer of their own."""

    def __init__(self, answers: AnswerStore, *, clock: Clock) -> None:
        self._answers = answers
        self._clock = clock

    def __call__(
        self, caller: Caller, answer_id: str, *, rating: Rating, reason: str = "", comment: str = ""
    ) -> None:
        """Store the rating in place of an earlier one.

        Raises:
            NotFoundError: there is no such finished answer of this visitor.
        """
        answer = _own(self._answers, caller, answer_id)
        if not isinstance(answer.ending, Completed):
            raise NotFoundError(_NO_ANSWER_HERE, code="answer_not_found")
        self._answers.rate(
            Feedback(
                creator_id=caller.creator_id,
                answer_id=answer.answer_id,
                conversation_id=answer.conversation_id,
                rating=rating,
                reason=reason,
                comment=comment,
                created_at=iso(self._clock()),
            )
        )


def _own(answers: AnswerStore, caller: Caller, answer_id: str) -> Answer:
    answer = answers.answer(caller.creator_id, answer_id)
    if answer is None or answer.visitor_id != caller.subject:
        raise NotFoundError(_NO_ANSWER_HERE, code="answer_not_found")
    return answer
