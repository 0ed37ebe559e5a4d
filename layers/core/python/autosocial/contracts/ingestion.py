"""What travels between the steps of the ingestion pipeline, and to the eraser."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from autosocial.kernel.ids import ULID_PATTERN

UploadObjectKey = Annotated[str, Meta(pattern=rf"^{ULID_PATTERN}/{ULID_PATTERN}/original\Z")]


class IngestionStep(Struct, frozen=True, kw_only=True):
    """Input of a step: the uploaded object, which attempt it is, and the execution's own name."""

    key: UploadObjectKey
    attempt: Annotated[int, Meta(ge=1)]
    run_id: Annotated[str, Meta(min_length=1, max_length=128)]

    @property
    def creator_id(self) -> str:
        """The tenant, which the bucket's key names first."""
        return self.key.split("/")[0]

    @property
    def document_id(self) -> str:
        """The document."""
        return self.key.split("/")[1]


class EmbedStep(IngestionStep, frozen=True, kw_only=True):
    """Input of the embedding step: one of ``batch_count`` batches, counted from 0."""

    batch: Annotated[int, Meta(ge=0)]
    batch_count: Annotated[int, Meta(ge=1)]


class StepOutcome(Struct, frozen=True, kw_only=True):
    """Outcome of a step: go on, a bad document (``code`` says why), or nothing left to do."""

    outcome: Literal["ok", "refused", "gone"] = "ok"
    code: str = ""


class ExtractOutcome(StepOutcome, frozen=True, kw_only=True):
    """Outcome of extraction: the batches of chunks that wait to be embedded."""

    batches: tuple[int, ...] = ()
    batch_count: int = 0


class EraseDocument(Struct, frozen=True, kw_only=True):
    """A document that its creator deleted, version 1."""

    version: Literal[1] = 1
    creator_id: str
    document_id: str
    request_id: str
