"""Changes a document by the rules of the model, safely against others, and tells the dashboard."""

import logging
from collections.abc import Callable

from autosocial.contracts.events import Envelope
from autosocial.contracts.socket import Event
from autosocial.kernel.clock import Clock, iso
from autosocial.kernel.errors import ConflictError, NotFoundError, TransientError
from autosocial.kernel.retry import Retry
from autosocial.knowledge.causes import LANGUAGES, message_of
from autosocial.knowledge.facts import change_of, erased, is_kept
from autosocial.knowledge.model import Cause, Document, DocumentState, Run
from autosocial.knowledge.ports import DocumentStore, ProgressSink

_AGAIN = Retry(tries=8)
_logger = logging.getLogger(__name__)


class _OvertakenError(TransientError):
    """Somebody else changed the document first; a conflict with the rules of the model is another thing."""


class DocumentLedger:
    """The one way in which a stored document changes."""

    def __init__(
        self, store: DocumentStore, progress: ProgressSink, *, clock: Clock, retry: Retry = _AGAIN
    ) -> None:
        self._retry = retry
        self._store = store
        self._progress = progress
        self._clock = clock

    def change(self, creator_id: str, document_id: str, *, rule: Callable[[Document], Document]) -> Document:
        """Apply ``rule`` to the document as it is now; again if somebody else was faster.

        Raises:
            NotFoundError: there is no such document.
        """

        def once(_: int) -> tuple[Document, bool]:
            before = self._store.get(creator_id, document_id)
            after = rule(before)
            if after == before:
                return before, False
            return self._replaced(after, change_of(before, after)), True

        document, is_changed = self._retry(once, on=_OvertakenError)
        if is_changed:
            self._tell(document)
        return document

    def _replaced(self, document: Document, fact: Envelope | None) -> Document:
        try:
            return self._store.replace(document, fact=fact if fact and is_kept(fact) else None)
        except ConflictError as error:
            raise _OvertakenError("The document is being changed by others.") from error

    def begin(self, run: Run) -> Document:
        """Let ``run`` take the document over."""
        return self._change(run, lambda document: document.begun(run, now=self._clock()))

    def advance(self, run: Run, state: DocumentState) -> Document:
        """Move the document on."""
        return self._change(run, lambda document: document.advanced(run, state, now=self._clock()))

    def extracted(self, run: Run, *, pages: int | None, chunk_count: int) -> Document:
        """Note what extraction found and move on to embedding."""

        def rule(document: Document) -> Document:
            known = document.extracted(run, pages=pages, chunk_count=chunk_count)
            return known.advanced(run, DocumentState.EMBEDDING, now=self._clock())

        return self._change(run, rule)

    def embedded(self, run: Run, *, done: int, of: int) -> Document:
        """Note the progress of embedding."""
        return self._change(run, lambda document: document.embedded(run, done=done, of=of, now=self._clock()))

    def scanned(self, run: Run) -> Document:
        """Note that a malware scan found nothing."""
        return self._change(run, lambda document: document.found_clean(run))

    def refuse(self, run: Run, cause: Cause) -> Document:
        """Refuse the document."""
        return self._change(run, lambda document: document.refused(run, cause, now=self._clock()))

    def fail(self, run: Run, cause: Cause = Cause.PROCESSING_FAILED) -> Document:
        """Mark the document as failed for what is not its own fault."""
        return self._change(run, lambda document: document.failed(run, cause, now=self._clock()))

    def retry(self, creator_id: str, document_id: str) -> Document:
        """Ready the document for a new attempt."""
        return self.change(creator_id, document_id, rule=lambda document: document.retried(now=self._clock()))

    def delete(self, creator_id: str, document_id: str) -> Document:
        """Mark the document for deletion."""
        return self.change(
            creator_id, document_id, rule=lambda document: document.deleting(now=self._clock())
        )

    def erase(self, creator_id: str, document_id: str) -> None:
        """Remove the document; nothing happens if it is gone already."""
        try:
            document = self._store.get(creator_id, document_id)
        except NotFoundError:
            return
        fact = erased(document, at=self._clock())
        self._store.remove(creator_id, document_id, fact=fact)
        self._push(
            creator_id,
            Event(
                event="DOCUMENT_PROCESSING",
                subject_id=document_id,
                state="deleted",
                progress_pct=100,
                timestamp=fact.occurred_at,
            ),
        )

    def is_deleted(self, run: Run) -> bool:
        """Return whether the document is gone or going for good."""
        try:
            document = self._store.get(run.creator_id, run.document_id)
        except NotFoundError:
            return True
        return document.state is DocumentState.DELETING

    def _change(self, run: Run, rule: Callable[[Document], Document]) -> Document:
        return self.change(run.creator_id, run.document_id, rule=rule)

    def _tell(self, document: Document) -> None:
        frame = Event(
            event="DOCUMENT_PROCESSING",
            subject_id=document.document_id,
            state=document.state.value,
            progress_pct=document.progress_pct,
            message=message_of(document, "en"),
            timestamp=iso(document.updated_at),
            data={
                "name": document.name,
                "code": document.cause.value if document.cause else "",
                "attempt": document.attempt,
                "messages": {language: message_of(document, language) for language in LANGUAGES},
            },
        )
        self._push(document.creator_id, frame)

    def _push(self, creator_id: str, frame: Event) -> None:
        try:
            self._progress.push(creator_id, "creator", frame)
        except Exception as error:  # noqa: BLE001 - a dashboard that cannot be told must not stop the work
            _logger.warning("progress not pushed: %s", type(error).__name__)
