"""One attempt to answer a message, and what is told when no attempt could."""

from datetime import timedelta

from msgspec import structs

from autosocial.contracts.inbound import AnswerRequest
from autosocial.contracts.outbound import Failed
from autosocial.conversations.model import ABANDONED, Answer
from autosocial.conversations.ports import AnswerStore, ConversationStore, Replies
from autosocial.kernel.clock import Clock, iso
from autosocial.kernel.ids import IdSource

# Longer than the function may run, and a lease: an answer that is open then has lost its writer.
ABANDONED_AFTER = timedelta(minutes=3)


def attempt(request: AnswerRequest, *, ids: IdSource, clock: Clock) -> Answer:
    """Return a new answer to a message."""
    now = clock()
    return Answer(
        creator_id=request.creator_id,
        answer_id=ids(),
        conversation_id=request.conversation_id,
        message_id=request.message_id,
        visitor_id=request.visitor_id,
        started_at=iso(now),
        deadline_at=iso(now + ABANDONED_AFTER),
        channel=request.channel,
        retry_of=request.retry_of,
    )


class FailAnswer:
    """Ends the answer to a message that was given up, so that its visitor is told and can go on."""

    def __init__(
        self,
        conversations: ConversationStore,
        answers: AnswerStore,
        *,
        replies: Replies,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._conversations = conversations
        self._answers = answers
        self._replies = replies
        self._clock = clock
        self._ids = ids

    def __call__(self, request: AnswerRequest) -> AnswerRequest:
        """Tell the visitor, unless there is an answer; return the command as it may be queued again.

        Raises:
            TransientError: a store is away, or the visitor could not be told.
        """
        answer = attempt(request, ids=self._ids, clock=self._clock)
        # Beginning anew takes the message away from a worker that may still live.
        if self._answers.begin(answer):
            self._answers.finish(answer, Failed(1, ABANDONED))
        message = self._conversations.message(request.creator_id, request.conversation_id, request.message_id)
        if message is None or message.answer_state != "failed":
            return request
        failed = self._answers.answer(request.creator_id, message.answer_id)
        if failed and failed.ending:
            self._replies.ended(failed.ref, failed.ending)
        return structs.replace(request, retry_of=message.answer_id)
