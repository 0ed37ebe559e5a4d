"""Routes of the knowledge API: a creator uploads, watches, retries and deletes documents."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Header, Request

from autosocial.knowledge.causes import preferred_language
from autosocial.knowledge.model import Document
from autosocial.knowledge.service import (
    DeleteDocument,
    ReadDocuments,
    RequestUpload,
    RetryDocument,
    UploadRequest,
)
from autosocial.runtime.http import CreatorCaller
from autosocial.runtime.http_parameters import Cursor, IdPath, Limit
from functions.knowledge.api.schemas import (
    DocumentBody,
    DocumentPage,
    DocumentStatus,
    UploadAnnouncement,
    UploadFormBody,
    UploadTicket,
)

Language = Annotated[str, Header(alias="Accept-Language", max_length=500)]
IdempotencyKey = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=128)]


@dataclass(frozen=True, slots=True)
class KnowledgeUseCases:
    """What the routes call."""

    request_upload: RequestUpload
    read: ReadDocuments
    retry: RetryDocument
    delete: DeleteDocument

    def body(self, document: Document, accept_language: str) -> DocumentBody:
        """Return a document as the caller reads it."""
        return DocumentBody.of(
            document,
            language=preferred_language(accept_language),
            retryable=self.read.is_retryable(document),
        )


def knowledge_routes(cases: KnowledgeUseCases) -> APIRouter:
    """Return all routes."""
    router = APIRouter(prefix="/api/v1/creators/knowledge-base", tags=["knowledge"])
    _add_reading(router, cases)
    _add_changing(router, cases)
    return router


def _add_reading(router: APIRouter, cases: KnowledgeUseCases) -> None:
    @router.get("/documents", operation_id="list_documents", summary="Documents, newest first")
    def list_documents(
        caller: CreatorCaller, *, language: Language = "", cursor: Cursor, limit: Limit = 25
    ) -> DocumentPage:
        page = cases.read.page(caller.creator_id, limit=limit, cursor=cursor)
        items = [cases.body(document, language) for document in page.items]
        return DocumentPage(items=items, next_cursor=page.next_cursor)

    @router.get("/documents/{document_id}", operation_id="read_document", summary="One document")
    def read_document(caller: CreatorCaller, document_id: IdPath, language: Language = "") -> DocumentBody:
        return cases.body(cases.read.one(caller.creator_id, document_id), language)

    @router.get(
        "/documents/{document_id}/status",
        operation_id="read_document_status",
        summary="Where a document stands, in plain words",
    )
    def read_status(caller: CreatorCaller, document_id: IdPath, language: Language = "") -> DocumentStatus:
        document = cases.read.one(caller.creator_id, document_id)
        return DocumentStatus.of(
            document,
            language=preferred_language(language),
            retryable=cases.read.is_retryable(document),
        )


def _add_changing(router: APIRouter, cases: KnowledgeUseCases) -> None:
    @router.post(
        "/upload",
        operation_id="announce_upload",
        summary="Announce a document and get its upload form",
        status_code=201,
    )
    def announce_upload(
        caller: CreatorCaller, body: UploadAnnouncement, *, key: IdempotencyKey, language: Language = ""
    ) -> UploadTicket:
        request = UploadRequest(body.name, body.size, key)
        document, form = cases.request_upload(caller.creator_id, request)
        return UploadTicket(document=cases.body(document, language), upload=UploadFormBody.of(form))

    @router.post(
        "/documents/{document_id}/retry",
        operation_id="retry_document",
        summary="Process a document again",
        status_code=202,
    )
    def retry_document(caller: CreatorCaller, document_id: IdPath, language: Language = "") -> DocumentBody:
        return cases.body(cases.retry(caller.creator_id, document_id), language)

    @router.delete(
        "/documents/{document_id}",
        operation_id="delete_document",
        summary="Delete a document and all that was made of it",
        status_code=202,
    )
    def delete_document(
        request: Request, caller: CreatorCaller, *, document_id: IdPath, language: Language = ""
    ) -> DocumentBody:
        request_id = request.headers.get("x-request-id", "")
        document = cases.delete(caller.creator_id, document_id, request_id=request_id)
        return cases.body(document, language)
