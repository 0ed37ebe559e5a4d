"""Documents in DynamoDB, with conditional writes on their revision."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from autosocial.adapters.dynamodb.outbox import add_fact
from autosocial.adapters.dynamodb.tables import CollisionError, Item, Tables, translated
from autosocial.contracts.events import Envelope
from autosocial.kernel.clock import epoch_seconds, iso
from autosocial.kernel.errors import ConflictError, NotFoundError
from autosocial.kernel.ids import checked_id
from autosocial.kernel.paging import Page
from autosocial.kernel.retry import Retry
from autosocial.knowledge.file_types import FileKind
from autosocial.knowledge.model import Cause, Document, DocumentState
from autosocial.knowledge.ports import UploadKey

_DOCUMENT = "DOCUMENT#"
_UPLOAD = "UPLOAD#"
_WITHDRAWN = "WITHDRAWN#"
# Two writes at once collide on the document's item: the loser comes again and finds an older revision.
_AGAIN = Retry()


class _DocumentItem(Item):
    name = UnicodeAttribute()
    kind = UnicodeAttribute()
    size = NumberAttribute()
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    state = UnicodeAttribute()
    progress_pct = NumberAttribute()
    cause = UnicodeAttribute(null=True)
    attempt = NumberAttribute()
    run_id = UnicodeAttribute(null=True)
    pages = NumberAttribute(null=True)
    chunk_count = NumberAttribute()
    scanned = BooleanAttribute()
    revision = NumberAttribute()
    upload_key = UnicodeAttribute(null=True)


class _UploadItem(Item):
    document_id = UnicodeAttribute()
    fingerprint = UnicodeAttribute()


class _WithdrawnItem(Item):
    """Stands beside a document that is being deleted, so that all of these are read at once."""


class DynamoDocumentStore:
    """``DocumentStore`` on the documents table."""

    def __init__(self, tables: Tables, table_name: str) -> None:
        self._tables = tables
        self._table_name = table_name

    def add(self, document: Document, key: UploadKey) -> Document:
        """See ``DocumentStore``."""
        upload = self._uploads(document.creator_id)(
            document.creator_id,
            f"{_UPLOAD}{key.key}",
            document_id=document.document_id,
            fingerprint=key.fingerprint,
            expires_at=epoch_seconds(key.expires_at),
        )
        item = self._item(document)
        item.upload_key = key.key
        try:
            with translated(), self._tables.transaction(creator_id=document.creator_id) as transaction:
                transaction.save(upload, condition=type(upload).pk.does_not_exist())
                transaction.save(item, condition=type(item).pk.does_not_exist())
        except ConflictError:
            return self._earlier(document.creator_id, key)
        return document

    def get(self, creator_id: str, document_id: str) -> Document:
        """See ``DocumentStore``."""
        try:
            with translated():
                item = self._documents(creator_id).get(
                    creator_id, f"{_DOCUMENT}{document_id}", consistent_read=True
                )
        except NotFoundError:
            raise NotFoundError("There is no such document.") from None
        return _document(item)

    def page(self, creator_id: str, *, limit: int, cursor: str = "") -> Page[Document]:
        """See ``DocumentStore``."""
        model = self._documents(creator_id)
        # "DOCUMENT#~" comes after every id; a cursor is the last id of the page before.
        last = checked_id(cursor, what="cursor", code="invalid_cursor") if cursor else "~"
        condition = model.sk.between(_DOCUMENT, f"{_DOCUMENT}{last}")
        wanted = limit + (2 if cursor else 1)
        with translated():
            found = list(
                model.query(
                    creator_id, condition, scan_index_forward=False, limit=wanted, consistent_read=True
                )
            )
        documents = [document for document in map(_document, found) if document.document_id != cursor]
        return Page.of(documents, limit, position=lambda document: document.document_id)

    def replace(self, document: Document, *, fact: Envelope | None = None) -> Document:
        """See ``DocumentStore``."""
        return _AGAIN(lambda _: self._replace(document, fact), on=CollisionError)

    def _replace(self, document: Document, fact: Envelope | None) -> Document:
        model = self._documents(document.creator_id)
        after = replace(document, revision=document.revision + 1)
        item = model(document.creator_id, f"{_DOCUMENT}{document.document_id}")
        actions = [
            getattr(model, name).set(value) if value is not None else getattr(model, name).remove()
            for name, value in _values(after).items()
        ]
        current = model.revision == document.revision
        is_withdrawn = document.state is DocumentState.DELETING
        if fact is None and not is_withdrawn:
            with translated():
                item.update(actions=actions, condition=current)
            return after
        with translated(), self._tables.transaction(creator_id=document.creator_id) as transaction:
            transaction.update(item, actions=actions, condition=current)
            if is_withdrawn:
                transaction.save(self._withdrawal(document.creator_id, document.document_id))
            if fact is not None:
                add_fact(transaction, self._tables, self._table_name, fact=fact)
        return after

    def withdrawn(self, creator_id: str) -> frozenset[str]:
        """See ``DocumentStore``."""
        model = self._withdrawals(creator_id)
        with translated():
            found = list(model.query(creator_id, model.sk.startswith(_WITHDRAWN), consistent_read=True))
        return frozenset(item.sk.removeprefix(_WITHDRAWN) for item in found)

    def remove(self, creator_id: str, document_id: str, *, fact: Envelope | None = None) -> None:
        """See ``DocumentStore``."""
        model = self._documents(creator_id)
        try:
            with translated():
                item = model.get(creator_id, f"{_DOCUMENT}{document_id}", consistent_read=True)
        except NotFoundError:
            return
        with translated(), self._tables.transaction(creator_id=creator_id) as transaction:
            if item.upload_key:
                transaction.delete(self._uploads(creator_id)(creator_id, f"{_UPLOAD}{item.upload_key}"))
            transaction.delete(self._withdrawal(creator_id, document_id))
            transaction.delete(item)
            if fact is not None:
                add_fact(transaction, self._tables, self._table_name, fact=fact)

    def _earlier(self, creator_id: str, key: UploadKey) -> Document:
        with translated():
            upload = self._uploads(creator_id).get(creator_id, f"{_UPLOAD}{key.key}", consistent_read=True)
        if upload.fingerprint != key.fingerprint:
            raise ConflictError("This key was used for another upload.", code="idempotency_key_reused")
        return self.get(creator_id, upload.document_id)

    def _item(self, document: Document) -> _DocumentItem:
        model = self._documents(document.creator_id)
        return model(document.creator_id, f"{_DOCUMENT}{document.document_id}", **_values(document))

    def _withdrawal(self, creator_id: str, document_id: str) -> _WithdrawnItem:
        return self._withdrawals(creator_id)(creator_id, f"{_WITHDRAWN}{document_id}")

    def _withdrawals(self, creator_id: str) -> type[_WithdrawnItem]:
        return self._tables.model(_WithdrawnItem, self._table_name, creator_id=creator_id)

    def _documents(self, creator_id: str) -> type[_DocumentItem]:
        return self._tables.model(_DocumentItem, self._table_name, creator_id=creator_id)

    def _uploads(self, creator_id: str) -> type[_UploadItem]:
        return self._tables.model(_UploadItem, self._table_name, creator_id=creator_id)


def _values(document: Document) -> dict[str, Any]:
    return {
        "name": document.name,
        "kind": document.kind.value,
        "size": document.size,
        "created_at": iso(document.created_at),
        "updated_at": iso(document.updated_at),
        "state": document.state.value,
        "progress_pct": document.progress_pct,
        "cause": document.cause.value if document.cause else None,
        "attempt": document.attempt,
        "run_id": document.run_id or None,
        "pages": document.pages,
        "chunk_count": document.chunk_count,
        "scanned": document.scanned,
        "revision": document.revision,
        "expires_at": epoch_seconds(document.expires_at) if document.expires_at else None,
    }


def _document(item: _DocumentItem) -> Document:
    return Document(
        creator_id=item.pk,
        document_id=item.sk.removeprefix(_DOCUMENT),
        name=item.name,
        kind=FileKind(item.kind),
        size=int(item.size),
        created_at=datetime.fromisoformat(item.created_at),
        updated_at=datetime.fromisoformat(item.updated_at),
        state=DocumentState(item.state),
        progress_pct=int(item.progress_pct),
        cause=Cause(item.cause) if item.cause else None,
        attempt=int(item.attempt),
        run_id=item.run_id or "",
        pages=None if item.pages is None else int(item.pages),
        chunk_count=int(item.chunk_count),
        scanned=bool(item.scanned),
        revision=int(item.revision),
    )
