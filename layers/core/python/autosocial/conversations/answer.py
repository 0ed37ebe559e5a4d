"""The answer turn: a stored message in, numbered deltas and exactly one terminal frame out.

Whatever happens on the way, the terminal frame is stored before it is posted, and only the newest answer
to a message can store one. A retry of a message whose answer is settled posts the stored frame again.
"""

from dataclasses import dataclass
from datetime import timedelta

from autosocial.contracts.messages import InboundMessage
from autosocial.contracts.passages import Passage
from autosocial.contracts.socket import AnswerCompleted, AnswerFailed, AnswerStarted, DownFrame, Event
from autosocial.conversations.citations import Cited, quoted, verified
from autosocial.conversations.deltas import StreamFilter
from autosocial.conversations.language import Language, language_of, phrase
from autosocial.conversations.model import Answer, Message, Outcome, Terminal, preview_of
from autosocial.conversations.plain_text import hosts_of, plain
from autosocial.conversations.ports import AnswerStore, ConversationStore, Delivery, Retriever
from autosocial.conversations.prompt import build_prompt, fitting
from autosocial.conversations.record import AnswerRecord
from autosocial.conversations.search_queries import search_queries
from autosocial.conversations.small_talk import small_talk
from autosocial.conversations.writing import DeltaWriter, ModelAwayError, Writer
from autosocial.kernel.clock import Clock, iso
from autosocial.kernel.errors import AutoSocialError, NotFoundError, PermanentError, TransientError
from autosocial.kernel.ids import IdSource

_HISTORY = 12
_PASSAGES = 5
# Longer than the function may run: an answer that is still open then has lost its writer.
_ABANDONED_AFTER = timedelta(minutes=6)


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before it is signed and sent."""

    outcome: Outcome
    content: Cited
    model: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A message with all that its answer depends on."""

    message: Message
    history: tuple[Message, ...]
    language: Language


class AnswerMessage:
    """Answers one queued message."""

    def __init__(
        self,
        conversations: ConversationStore,
        answers: AnswerStore,
        *,
        retriever: Retriever,
        writer: Writer,
        delivery: Delivery,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._conversations = conversations
        self._answers = answers
        self._retriever = retriever
        self._writer = writer
        self._delivery = delivery
        self._clock = clock
        self._ids = ids

    def __call__(self, inbound: InboundMessage, record: AnswerRecord) -> Terminal | None:
        """Answer the message; return the terminal frame, None if another attempt gave it.

        ``record`` is told on the way what an operator should know.

        Raises:
            NotFoundError: there is no such message.
            TransientError: the store is away; the queue tries again.
            PermanentError: a fault of ours; the visitor was told.
        """
        message = self._message(inbound)
        if message.is_settled:
            return self._repeated(message, inbound)
        answer = self._new(inbound)
        record.answer_id = answer.answer_id
        if not self._answers.begin(answer):
            return self._repeated(self._message(inbound), inbound)
        self._post(answer, AnswerStarted(answer_id=answer.answer_id, message_id=answer.message_id))
        deltas = DeltaWriter(answer, self._answers, self._delivery, record=record)
        try:
            draft = self._draft(self._question(message), deltas)
        except TransientError as error:
            record.failed(error)
            return self._settled(answer, self._failed(answer, deltas, code=error.code))
        except Exception as error:
            self._settled(answer, self._failed(answer, deltas, code="internal_error"))
            raise PermanentError("The answer failed by a fault of ours.", code="answer_crashed") from error
        return self._settled(answer, self._completed(answer, deltas, draft=draft))

    def _message(self, inbound: InboundMessage) -> Message:
        found = self._conversations.message(inbound.creator_id, inbound.conversation_id, inbound.message_id)
        if found is None or found.role != "visitor":
            raise NotFoundError("There is no such message.", code="message_not_found")
        return found

    def _new(self, inbound: InboundMessage) -> Answer:
        now = self._clock()
        return Answer(
            creator_id=inbound.creator_id,
            answer_id=self._ids(),
            conversation_id=inbound.conversation_id,
            message_id=inbound.message_id,
            visitor_id=inbound.visitor_id,
            started_at=iso(now),
            deadline_at=iso(now + _ABANDONED_AFTER),
        )

    def _repeated(self, message: Message, inbound: InboundMessage) -> Terminal | None:
        settled = self._answers.answer(inbound.creator_id, message.answer_id)
        if settled is None or settled.terminal is None:
            return None
        self._post(settled, settled.terminal)
        return settled.terminal

    def _question(self, message: Message) -> Question:
        page = self._conversations.messages(
            message.creator_id, message.conversation_id, cursor=message.message_id, limit=_HISTORY
        )
        history = tuple(reversed(page.items))
        before = " ".join(item.text for item in history if item.role == "visitor")
        return Question(message, history, language_of(message.text, otherwise=language_of(before)))

    def _draft(self, question: Question, deltas: DeltaWriter) -> Draft:
        if talk := small_talk(question.message.text):
            return Draft("small_talk", Cited(phrase(*talk), ()))
        with deltas.record.timed("retrieval"):
            passages = self._passages(question, deltas.record)
        if not passages:
            return self._no_answer(question)
        try:
            return self._written(question, passages, deltas)
        except ModelAwayError as error:
            deltas.record.failed(error)
            return Draft("degraded", quoted(passages, question.message.text, question.language))

    def _passages(self, question: Question, record: AnswerRecord) -> tuple[Passage, ...]:
        message = question.message
        for query in search_queries(message.text, question.history):
            found = self._retriever(message.creator_id, query, limit=_PASSAGES)
            record.searched(found.mode, error=found.embedding_error)
            if found.passages:
                return fitting(found.passages)
        return ()

    def _written(self, question: Question, passages: tuple[Passage, ...], deltas: DeltaWriter) -> Draft:
        canary, hosts = self._ids().lower(), hosts_of(passages)
        prompt = build_prompt(
            question.message.text,
            passages,
            history=question.history,
            language=question.language,
            canary=canary,
        )
        shown = StreamFilter(lambda text: plain(text, sources=len(passages), hosts=hosts), canary=canary)
        written = self._writer(prompt, shown, deltas)
        content = verified(written.text, passages)
        if written.is_refusal or not content.citations:
            # Mostly a model that says in its own words that the sources do not hold it; never a claim
            # that could be checked. Quoting passages instead would answer a question nobody asked.
            return self._no_answer(question, model=written.model)
        return Draft("answered", content, written.model)

    def _no_answer(self, question: Question, *, model: str = "") -> Draft:
        return Draft("no_answer", Cited(phrase("no_answer", question.language), ()), model)

    def _completed(self, answer: Answer, deltas: DeltaWriter, *, draft: Draft) -> AnswerCompleted:
        return AnswerCompleted(
            answer_id=answer.answer_id,
            message_id=answer.message_id,
            seq=deltas.seq + 1,
            text=draft.content.text,
            citations=draft.content.citations,
            outcome=draft.outcome,
            model=draft.model,
            created_at=iso(self._clock()),
        )

    def _failed(self, answer: Answer, deltas: DeltaWriter, *, code: str) -> AnswerFailed:
        return AnswerFailed(
            answer_id=answer.answer_id, message_id=answer.message_id, seq=deltas.seq + 1, code=code
        )

    def _settled(self, answer: Answer, terminal: Terminal) -> Terminal | None:
        if not self._answers.finish(answer, terminal, reply=_reply(answer, terminal)):
            return None
        self._post(answer, terminal)
        self._tell_creator(answer, terminal)
        return terminal

    def _tell_creator(self, answer: Answer, terminal: Terminal) -> None:
        text = terminal.text if isinstance(terminal, AnswerCompleted) else ""
        event = Event(
            event="CONVERSATION_UPDATE",
            subject_id=answer.conversation_id,
            state=terminal.outcome if isinstance(terminal, AnswerCompleted) else "failed",
            message=preview_of(text),
            timestamp=iso(self._clock()),
            data={"message_id": answer.answer_id, "role": "assistant"},
        )
        self._push(answer.creator_id, "creator", event)

    def _post(self, answer: Answer, frame: DownFrame) -> None:
        self._push(answer.creator_id, answer.visitor_id, frame)

    def _push(self, creator_id: str, audience: str, frame: DownFrame) -> None:
        try:
            self._delivery.push(creator_id, audience, frame)
        except AutoSocialError:
            return  # stored: who is not reached now resumes or reads it later


def _reply(answer: Answer, terminal: Terminal) -> Message | None:
    if isinstance(terminal, AnswerFailed):
        return None
    return Message(
        creator_id=answer.creator_id,
        conversation_id=answer.conversation_id,
        message_id=answer.answer_id,
        role="assistant",
        text=terminal.text,
        created_at=terminal.created_at,
        answer_id=answer.answer_id,
        answer_state="completed",
        reply_to=answer.message_id,
        outcome=terminal.outcome,
        model=terminal.model,
        citations=terminal.citations,
    )
