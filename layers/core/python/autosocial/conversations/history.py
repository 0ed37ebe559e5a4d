"""Reading conversations: a visitor their own, a creator all of theirs."""

from autosocial.contracts.outbound import Completed, Reply
from autosocial.conversations.model import ABANDONED, Answer, AnswerState, Conversation, Message
from autosocial.conversations.ports import AnswerStore, ConversationStore
from autosocial.kernel.clock import Clock, iso
from autosocial.kernel.errors import NotFoundError
from autosocial.kernel.paging import Page


class ReadReply:
    """Finds an answer that has ended with what its channel needs to send it."""

    def __init__(self, store: ConversationStore, answers: AnswerStore) -> None:
        self._store = store
        self._answers = answers

    def __call__(self, creator_id: str, answer_id: str) -> Reply | None:
        """Return it, None if there is no such answer (any more) or it has not ended."""
        answer = self._answers.answer(creator_id, answer_id)
        if answer is None or answer.ending is None:
            return None
        question = self._store.message(creator_id, answer.conversation_id, answer.message_id)
        if question is None:
            return None
        return Reply(answer.ref, answer.ending, sender=question.sender, in_reply_to=question.client_id)


class ReadConversations:
    """Lists a creator's conversations and reads one, for its creator or for its visitor."""

    def __init__(self, store: ConversationStore, answers: AnswerStore, *, clock: Clock) -> None:
        self._store = store
        self._answers = answers
        self._clock = clock

    def all(self, creator_id: str, *, cursor: str, limit: int) -> Page[Conversation]:
        """Return a creator's conversations, newest activity first."""
        return self._store.conversations(creator_id, cursor=cursor, limit=limit)

    def one(self, creator_id: str, conversation_id: str, *, visitor_id: str | None = None) -> Conversation:
        """Return one conversation; with ``visitor_id`` only if it is that visitor's.

        Raises:
            NotFoundError: there is none, or it is somebody else's.
        """
        found = self._store.conversation(creator_id, conversation_id)
        if found is None or visitor_id not in {None, found.visitor_id}:
            raise NotFoundError("There is no such conversation.", code="conversation_not_found")
        return found

    def messages(self, conversation: Conversation, *, cursor: str, limit: int) -> Page[Message]:
        """Return a page of messages in the order they were written, the newest page first.

        An answer that is being written, or could not be given, stands behind its question; with the
        number of its last piece, so that a reader can resume it.
        """
        page = self._store.messages(
            conversation.creator_id, conversation.conversation_id, cursor=cursor, limit=limit
        )
        told = [entry for message in reversed(page.items) for entry in self._with_open_answer(message)]
        return Page(tuple(told), page.cursor)

    def _with_open_answer(self, message: Message) -> list[Message]:
        if message.role != "visitor" or message.answer_state not in {"streaming", "failed"}:
            return [message]
        answer = self._answers.answer(message.creator_id, message.answer_id)
        if answer is None or isinstance(answer.ending, Completed):
            return [message]
        last_seq = self._answers.last_seq(message.creator_id, message.answer_id)
        if answer.ending is not None:
            return [message, _open_answer(answer, "failed", last_seq=last_seq, code=answer.ending.code)]
        if answer.deadline_at < iso(self._clock()):
            return [message, _open_answer(answer, "failed", last_seq=last_seq, code=ABANDONED)]
        return [message, _open_answer(answer, "streaming", last_seq=last_seq)]


def _open_answer(answer: Answer, state: AnswerState, *, last_seq: int, code: str = "") -> Message:
    return Message(
        creator_id=answer.creator_id,
        conversation_id=answer.conversation_id,
        message_id=answer.answer_id,
        role="assistant",
        text="",
        created_at=answer.started_at,
        answer_id=answer.answer_id,
        answer_state=state,
        answer_last_seq=last_seq,
        reply_to=answer.message_id,
        code=code,
    )
