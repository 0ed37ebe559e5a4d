"""Bodies of the knowledge API."""

from typing import Annotated, Self

from pydantic import BaseModel, Field

from autosocial.kernel.clock import iso
from autosocial.knowledge.causes import message_of
from autosocial.knowledge.file_types import EXTENSIONS, FileKind
from autosocial.knowledge.model import MAX_DOCUMENT_BYTES, Cause, Document, DocumentState
from autosocial.knowledge.ports import UploadForm

# Describes what the context refuses in its own words: a name with something before a known ending.
_ENDINGS = ["".join(f"[{char}{char.upper()}]" for char in ending) for ending in sorted(EXTENSIONS)]
_DOCUMENT_NAME = rf"[^\s./\\][^/\\]*\.({'|'.join(_ENDINGS)})$"


class UploadAnnouncement(BaseModel):
    """The file that is about to be uploaded. What counts as its type is its content, looked at later."""

    name: Annotated[
        str,
        Field(
            min_length=1,
            max_length=255,
            examples=["Price list 2026.pdf"],
            json_schema_extra={"pattern": _DOCUMENT_NAME},
        ),
    ]
    size: Annotated[
        int,
        Field(
            ge=0,
            description="In bytes.",
            examples=[182_044],
            json_schema_extra={"minimum": 1, "maximum": MAX_DOCUMENT_BYTES},
        ),
    ]
    content_type: Annotated[str, Field(max_length=255, examples=["application/pdf"])] = ""


class DocumentStatus(BaseModel):
    """Where a document stands. ``message`` says it in the caller's language; ``code`` is stable."""

    document_id: Annotated[str, Field(examples=["01J9ZQ6X8E3V5T7R9P1N3M5K7H"])]
    state: DocumentState
    progress_pct: Annotated[int, Field(ge=0, le=100, examples=[85])]
    code: Cause | None = None
    message: Annotated[str, Field(examples=["Reading the document"])]
    retryable: bool
    attempt: Annotated[int, Field(examples=[1])]
    updated_at: Annotated[str, Field(examples=["2026-03-01T12:00:00.000Z"])]

    @classmethod
    def of(cls, document: Document, *, language: str, retryable: bool) -> Self:
        """Return the status of a document."""
        return cls(
            document_id=document.document_id,
            state=document.state,
            progress_pct=document.progress_pct,
            code=document.cause,
            message=message_of(document, language),
            retryable=retryable,
            attempt=document.attempt,
            updated_at=iso(document.updated_at),
        )


class DocumentBody(BaseModel):
    """One document. ``message`` is the cause in plain words where it is refused or failed, else empty."""

    document_id: Annotated[str, Field(examples=["01J9ZQ6X8E3V5T7R9P1N3M5K7H"])]
    name: Annotated[str, Field(examples=["Price list 2026.pdf"])]
    kind: FileKind
    size: Annotated[int, Field(examples=[182_044])]
    state: DocumentState
    progress_pct: Annotated[int, Field(ge=0, le=100, examples=[85])]
    code: Cause | None = None
    message: Annotated[str, Field(examples=["The file is protected by a password."])] = ""
    retryable: bool = False
    pages: Annotated[int | None, Field(examples=[8])] = None
    passages: Annotated[int, Field(examples=[36])] = 0
    malware_scanned: bool = False
    attempt: Annotated[int, Field(examples=[1])]
    created_at: Annotated[str, Field(examples=["2026-03-01T12:00:00.000Z"])]
    updated_at: Annotated[str, Field(examples=["2026-03-01T12:00:00.000Z"])]

    @classmethod
    def of(cls, document: Document, *, language: str, retryable: bool) -> Self:
        """Return the body of a document."""
        return cls(
            document_id=document.document_id,
            name=document.name,
            kind=document.kind,
            size=document.size,
            state=document.state,
            progress_pct=document.progress_pct,
            code=document.cause,
            message=message_of(document, language) if document.cause else "",
            retryable=retryable,
            pages=document.pages,
            passages=document.chunk_count,
            malware_scanned=document.scanned,
            attempt=document.attempt,
            created_at=iso(document.created_at),
            updated_at=iso(document.updated_at),
        )


class DocumentPage(BaseModel):
    """Documents, newest first. ``next_cursor`` leads to older ones."""

    items: list[DocumentBody]
    next_cursor: Annotated[str | None, Field(examples=["01J9ZQ6X8E3V5T7R9P1N3M5K7H"])] = None


class UploadFormBody(BaseModel):
    """Post ``fields`` and then the file, as ``file``, to ``url`` as multipart/form-data within 15 minutes."""

    url: Annotated[str, Field(examples=["https://uploads.s3.us-east-1.amazonaws.com/"])]
    fields: dict[str, str]

    @classmethod
    def of(cls, form: UploadForm) -> Self:
        """Return the body of a form."""
        return cls(url=form.url, fields=dict(form.fields))


class UploadTicket(BaseModel):
    """The announced document and the form that uploads it."""

    document: DocumentBody
    upload: UploadFormBody
