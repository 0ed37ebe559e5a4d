"""What travels between the steps of the ingestion pipeline, and to the eraser."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

_ULID = "[0-7][0-9A-HJKMNP-TV-Z]{25}"
UploadObjectKey = Annotated[str, Field(pattern=rf"^{_ULID}/{_ULID}/original$")]


class IngestionStep(BaseModel):
    """Input of a step: the uploaded object, which attempt it is, and the execution's own name."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    key: UploadObjectKey
    attempt: Annotated[int, Field(ge=1)]
    run_id: Annotated[str, Field(min_length=1, max_length=128)]

    @property
    def creator_id(self) -> str:
        """The tenant, which the bucket's key names first."""
        return self.key.split("/")[0]

    @property
    def document_id(self) -> str:
        """The document."""
        return self.key.split("/")[1]


class EmbedStep(IngestionStep):
    """Input of the embedding step: one of ``batch_count`` batches, counted from 0."""

    batch: Annotated[int, Field(ge=0)]
    batch_count: Annotated[int, Field(ge=1)]


class StepOutcome(BaseModel):
    """Outcome of a step: go on, a bad document (``code`` says why), or nothing left to do."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    outcome: Literal["ok", "refused", "gone"] = "ok"
    code: str = ""


class ExtractOutcome(StepOutcome):
    """Outcome of extraction: the batches of chunks that wait to be embedded."""

    batches: tuple[int, ...] = ()
    batch_count: int = 0


class EraseDocument(BaseModel):
    """A document that its creator deleted, version 1."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    version: Literal[1] = 1
    creator_id: str
    document_id: str
    request_id: str
