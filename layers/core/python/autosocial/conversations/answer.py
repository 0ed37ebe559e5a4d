"""The answer turn: a stored message in, numbered pieces and exactly one ending out.

Whatever happens on the way, the ending is stored before it is told, and only the newest answer to a
message can end it. A retry of a message whose answer has ended tells the stored ending again.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from autosocial.contracts.inbound import AnswerRequest
from autosocial.contracts.outbound import Completed, Ending, Failed
from autosocial.conversations.attempts import attempt
from autosocial.conversations.model import Answer, Message
from autosocial.conversations.ports import AnswerStore, ConversationStore, Replies
from autosocial.conversations.record import AnswerRecord
from autosocial.conversations.responding import Draft, Question, Responder, first_draft
from autosocial.conversations.writing import PieceWriter
from autosocial.kernel.clock import Clock, iso
from autosocial.kernel.errors import AutoSocialError, NotFoundError, PermanentError, TransientError
from autosocial.kernel.ids import IdSource
from autosocial.text.language import spoken_language

_HISTORY = 12


class AnswerMessage:
    """Answers one queued message: accepts it, lets the responders answer, settles what they say."""

    def __init__(
        self,
        conversations: ConversationStore,
        answers: AnswerStore,
        *,
        responders: Sequence[Responder],
        replies: Replies,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._conversations = conversations
        self._answers = answers
        self._responders = responders
        self._replies = replies
        self._clock = clock
        self._ids = ids

    def __call__(self, request: AnswerRequest, record: AnswerRecord) -> Answer | None:
        """Answer the message; return the answer with its ending, None if another attempt ended it.

        ``record`` is told on the way what an operator should know.

        Raises:
            NotFoundError: there is no such message.
            TransientError: the store is away, or the ending could not be told; the queue tries again.
            PermanentError: a fault of ours; the visitor was told.
        """
        message = self._message(request)
        if not message.awaits_answer(retry_of=request.retry_of):
            return self._repeated(message, request)
        answer = attempt(request, ids=self._ids, clock=self._clock)
        record.answer_id = answer.answer_id
        if not self._answers.begin(answer):
            return self._repeated(self._message(request), request)
        with suppress(AutoSocialError):
            self._replies.started(answer.ref)
        pieces = PieceWriter(answer, self._answers, self._replies, record=record)
        try:
            draft = first_draft(self._responders, self._question(message), pieces)
        except TransientError as error:
            record.failed(error)
            return self._settled(answer, Failed(pieces.seq + 1, error.code))
        except Exception as error:
            self._settled(answer, Failed(pieces.seq + 1, "internal_error"))
            raise PermanentError("The answer failed by a fault of ours.", code="answer_crashed") from error
        return self._settled(answer, self._completed(draft, seq=pieces.seq + 1))

    def _message(self, request: AnswerRequest) -> Message:
        found = self._conversations.message(request.creator_id, request.conversation_id, request.message_id)
        if found is None or found.role != "visitor":
            raise NotFoundError("There is no such message.", code="message_not_found")
        return found

    def _repeated(self, message: Message, request: AnswerRequest) -> Answer | None:
        settled = self._answers.answer(request.creator_id, message.answer_id)
        if settled is None or settled.ending is None:
            return None
        self._replies.ended(settled.ref, settled.ending)
        return settled

    def _question(self, message: Message) -> Question:
        page = self._conversations.messages(
            message.creator_id, message.conversation_id, cursor=message.message_id, limit=_HISTORY
        )
        history = tuple(reversed(page.items))
        before = " ".join(item.text for item in history if item.role == "visitor")
        language = spoken_language(message.text, otherwise=spoken_language(before))
        return Question(message, history, language)

    def _completed(self, draft: Draft, *, seq: int) -> Completed:
        return Completed(
            seq=seq,
            text=draft.content.text,
            citations=draft.content.citations,
            outcome=draft.outcome,
            model=draft.model,
            created_at=iso(self._clock()),
        )

    def _settled(self, answer: Answer, ending: Ending) -> Answer | None:
        if not self._answers.finish(answer, ending):
            return None
        self._replies.ended(answer.ref, ending)
        return replace(answer, ending=ending)
