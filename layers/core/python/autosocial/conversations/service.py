"""Use cases of conversations besides the answer turn: open, accept, resume, rate, read."""

from autosocial.contracts.messages import Accepted, InboundMessage
from autosocial.contracts.socket import (
    AnswerResume,
    AnswerStarted,
    DownFrame,
    Event,
    FeedbackSend,
    MessageAck,
    MessageNew,
    MessageSend,
)
from autosocial.conversations.model import (
    Answer,
    Conversation,
    Feedback,
    Message,
    Visitor,
    abandoned,
    preview_of,
    replayed,
)
from autosocial.conversations.ports import AnswerQueue, AnswerStore, ConversationStore
from autosocial.kernel.clock import Clock, iso
from autosocial.kernel.errors import InvalidError, NotFoundError
from autosocial.kernel.ids import IdSource
from autosocial.kernel.tenancy import Caller

_NO_ANSWER_HERE = "There is no such answer."


class OpenConversation:
    """Gives a visitor their conversation: the one they are in, or a new one."""

    def __init__(self, store: ConversationStore, *, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    def __call__(self, creator_id: str, visitor_id: str, *, origin: str, language: str) -> str:
        """Return its id; ``visitor_id`` is new or comes from a checked token."""
        known = self._store.visitor(creator_id, visitor_id)
        if known is not None:
            return known.conversation_id
        now = iso(self._clock())
        visitor = Visitor(creator_id, visitor_id, self._ids(), origin, now)
        conversation = Conversation(
            creator_id=creator_id,
            conversation_id=visitor.conversation_id,
            visitor_id=visitor_id,
            language=language,
            created_at=now,
            last_activity_at=now,
        )
        self._store.open(visitor, conversation)
        return visitor.conversation_id


class AcceptMessage:
    """Takes a visitor's message: stored once per client id, queued, and only then acknowledged."""

    def __init__(self, store: ConversationStore, queue: AnswerQueue, *, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._queue = queue
        self._clock = clock
        self._ids = ids

    def __call__(self, caller: Caller, frame: MessageSend, *, request_id: str) -> Accepted:
        """Accept ``frame``; the same ``client_id`` again is the same message again.

        Raises:
            InvalidError: there is nothing in it to read.
            NotFoundError: the visitor is not known (any more).
        """
        if not frame.text.strip():
            raise InvalidError("The message is empty.", code="text_empty")
        visitor = self._store.visitor(caller.creator_id, caller.subject)
        if visitor is None:
            raise NotFoundError("This visitor has no conversation.", code="visitor_not_found")
        message = self._message(visitor, frame)
        stored_id = self._store.accept(message, client_id=frame.client_id)
        self._queue.send(_inbound(message, visitor, message_id=stored_id, request_id=request_id))
        return _accepted(message, frame, stored_id=stored_id)

    def _message(self, visitor: Visitor, frame: MessageSend) -> Message:
        return Message(
            creator_id=visitor.creator_id,
            conversation_id=visitor.conversation_id,
            message_id=self._ids(),
            role="visitor",
            text=frame.text,
            created_at=iso(self._clock()),
            answer_state="pending",
            client_id=frame.client_id,
        )


def _inbound(message: Message, visitor: Visitor, *, message_id: str, request_id: str) -> InboundMessage:
    return InboundMessage(
        creator_id=message.creator_id,
        visitor_id=visitor.visitor_id,
        conversation_id=message.conversation_id,
        message_id=message_id,
        request_id=request_id,
        received_at=message.created_at,
    )


def _accepted(message: Message, frame: MessageSend, *, stored_id: str) -> Accepted:
    is_duplicate = stored_id != message.message_id
    ack = MessageAck(
        client_id=frame.client_id,
        message_id=stored_id,
        conversation_id=message.conversation_id,
        duplicate=is_duplicate,
    )
    if is_duplicate:
        return Accepted(ack=ack)
    event = Event(
        event="CONVERSATION_UPDATE",
        subject_id=message.conversation_id,
        state="message",
        message=preview_of(message.text),
        timestamp=message.created_at,
        data={"message_id": stored_id, "role": "visitor"},
    )
    echo = MessageNew(
        conversation_id=message.conversation_id,
        message_id=stored_id,
        role="visitor",
        text=message.text,
        created_at=message.created_at,
    )
    return Accepted(ack=ack, event=event, echo=echo)


class ResumeAnswer:
    """Replays an answer from a given number on; of an answer that was begun anew, the new one whole."""

    def __init__(self, store: ConversationStore, answers: AnswerStore, *, clock: Clock) -> None:
        self._store = store
        self._answers = answers
        self._clock = clock

    def __call__(self, caller: Caller, frame: AnswerResume) -> list[DownFrame]:
        """Return the frames that the client misses.

        Raises:
            NotFoundError: there is no such answer of this visitor.
        """
        answer = _own(self._answers, caller, frame.answer_id)
        if answer.terminal is not None:
            return self._frames(answer, after=frame.last_seq)
        message = self._store.message(answer.creator_id, answer.conversation_id, answer.message_id)
        if message is None or message.answer_id in {"", answer.answer_id}:
            return self._frames(answer, after=frame.last_seq)
        newer = _own(self._answers, caller, message.answer_id)
        started = AnswerStarted(answer_id=newer.answer_id, message_id=newer.message_id)
        return [started, *self._frames(newer, after=0)]

    def _frames(self, answer: Answer, *, after: int) -> list[DownFrame]:
        deltas = self._answers.deltas(answer.creator_id, answer.answer_id, after=after)
        # Read again after the pieces: a frame stored in between is then in one of the two reads.
        settled = self._answers.answer(answer.creator_id, answer.answer_id) or answer
        terminal = settled.terminal
        if terminal is None and settled.deadline_at < iso(self._clock()):
            terminal = abandoned(settled, seq=max([after, *(delta.seq for delta in deltas)]) + 1)
        return replayed(deltas, terminal)


class RateAnswer:
    """Stores a visitor's rating of an answer of their own."""

    def __init__(self, answers: AnswerStore, *, clock: Clock) -> None:
        self._answers = answers
        self._clock = clock

    def __call__(self, caller: Caller, frame: FeedbackSend) -> None:
        """Store the rating in place of an earlier one.

        Raises:
            NotFoundError: there is no such finished answer of this visitor.
        """
        answer = _own(self._answers, caller, frame.answer_id)
        if answer.terminal is None or answer.terminal.type != "answer.completed":
            raise NotFoundError(_NO_ANSWER_HERE, code="answer_not_found")
        self._answers.rate(
            Feedback(
                creator_id=caller.creator_id,
                answer_id=answer.answer_id,
                conversation_id=answer.conversation_id,
                rating=frame.rating,
                reason=frame.reason,
                comment=frame.comment,
                created_at=iso(self._clock()),
            )
        )


def _own(answers: AnswerStore, caller: Caller, answer_id: str) -> Answer:
    answer = answers.answer(caller.creator_id, answer_id)
    if answer is None or answer.visitor_id != caller.subject:
        raise NotFoundError(_NO_ANSWER_HERE, code="answer_not_found")
    return answer
