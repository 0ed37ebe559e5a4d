"""Uploads and what the pipeline makes of them, in S3."""

import json
import struct
from array import array
from collections.abc import Sequence
from dataclasses import asdict

from autosocial.adapters.s3.bucket import Bucket, translated
from autosocial.kernel.errors import NotFoundError, PermanentError
from autosocial.knowledge.chunking import Chunk
from autosocial.knowledge.file_types import MEDIA_TYPES
from autosocial.knowledge.model import Document, Run
from autosocial.knowledge.ports import ScanPendingError, UploadForm, Verdict

_SCAN_TAG = "GuardDutyMalwareScanStatus"
_FLOAT32 = "f"
_WIDTH = struct.Struct("<I")


class S3UploadStore:
    """``UploadStore`` on the uploads bucket.

    ``public_endpoint_url`` is where a browser reaches the store, if that differs from here.
    """

    def __init__(self, bucket: str, *, public_endpoint_url: str = "") -> None:
        self._bucket = Bucket(bucket)
        self._public = (
            Bucket(bucket, endpoint_url=public_endpoint_url) if public_endpoint_url else self._bucket
        )

    def form(self, document: Document, *, max_bytes: int, expires_seconds: int) -> UploadForm:
        """See ``UploadStore``."""
        media_type = MEDIA_TYPES[document.kind]
        with translated():
            form = self._public.public_client.generate_presigned_post(
                Bucket=self._bucket.name,
                Key=_upload_key(document.creator_id, document.document_id),
                Fields={"Content-Type": media_type},
                Conditions=[{"Content-Type": media_type}, ["content-length-range", 1, max_bytes]],
                ExpiresIn=expires_seconds,
            )
        return UploadForm(form["url"], form["fields"])

    def size(self, creator_id: str, document_id: str) -> int | None:
        """See ``UploadStore``."""
        try:
            with translated():
                head = self._bucket.client.head_object(
                    Bucket=self._bucket.name, Key=_upload_key(creator_id, document_id)
                )
        except NotFoundError:
            return None
        return int(head["ContentLength"])

    def read(self, creator_id: str, document_id: str) -> bytes:
        """See ``UploadStore``."""
        return self._bucket.read(_upload_key(creator_id, document_id))

    def quarantine(self, creator_id: str, document_id: str, *, reason: str) -> None:
        """See ``UploadStore``. Tags that a scanner has put there stay."""
        tags = _tags(self._bucket, creator_id, document_id) | {"quarantine": reason}
        tag_set = [{"Key": key, "Value": value} for key, value in tags.items()]
        with translated():
            self._bucket.client.put_object_tagging(
                Bucket=self._bucket.name,
                Key=_upload_key(creator_id, document_id),
                Tagging={"TagSet": tag_set},
            )

    def remove(self, creator_id: str, document_id: str) -> None:
        """See ``UploadStore``."""
        self._bucket.remove_versions(f"{creator_id}/{document_id}/")


_VERDICTS = {
    "NO_THREATS_FOUND": Verdict.CLEAN,
    "THREATS_FOUND": Verdict.THREAT,
    "UNSUPPORTED": Verdict.NOT_SCANNED,
}


class S3TagMalwareScan:
    """``MalwareScan`` that reads the tag which GuardDuty Malware Protection puts on every new object."""

    def __init__(self, bucket: str) -> None:
        self._bucket = Bucket(bucket)

    def verdict(self, creator_id: str, document_id: str) -> Verdict:
        """See ``MalwareScan``. A file that GuardDuty could not scan is not taken for clean."""
        status = _tags(self._bucket, creator_id, document_id).get(_SCAN_TAG)
        if status is None:
            raise ScanPendingError("The scan of this upload is not finished.")
        if status not in _VERDICTS:
            raise PermanentError("The scan of this upload failed.", code="scan_failed")
        return _VERDICTS[status]


class NoMalwareScan:
    """``MalwareScan`` of stages without a scanner: says so."""

    def verdict(self, creator_id: str, document_id: str) -> Verdict:  # noqa: ARG002 - the port's signature
        """See ``MalwareScan``."""
        return Verdict.NOT_SCANNED


class S3ChunkStore:
    """``ChunkStore`` on the knowledge bucket: JSON for chunks, float32 after their width for vectors."""

    def __init__(self, bucket: str) -> None:
        self._bucket = Bucket(bucket)

    def put_text(self, run: Run, text: str) -> None:
        """See ``ChunkStore``."""
        key = f"{_run_prefix(run)}text.txt"
        self._bucket.put(key, text.encode(), content_type="text/plain; charset=utf-8")

    def put_chunks(self, run: Run, batch: int, chunks: Sequence[Chunk]) -> None:
        """See ``ChunkStore``."""
        body = json.dumps([asdict(chunk) for chunk in chunks], ensure_ascii=False).encode()
        self._bucket.put(_chunks_key(run, batch), body, content_type="application/json")

    def chunks(self, run: Run, batch: int) -> list[Chunk]:
        """See ``ChunkStore``."""
        rows = json.loads(self._bucket.read(_chunks_key(run, batch)))
        return [Chunk(**row) for row in rows]

    def put_vectors(self, run: Run, batch: int, vectors: Sequence[Sequence[float]]) -> None:
        """See ``ChunkStore``."""
        values = array(_FLOAT32, (value for vector in vectors for value in vector))
        body = _WIDTH.pack(len(vectors[0])) + values.tobytes()
        self._bucket.put(_vectors_key(run, batch), body, content_type="application/octet-stream")

    def vectors(self, run: Run, batch: int) -> list[list[float]]:
        """See ``ChunkStore``."""
        body = self._bucket.read(_vectors_key(run, batch))
        (width,) = _WIDTH.unpack_from(body)
        values: array[float] = array(_FLOAT32, body[_WIDTH.size :])
        return [values[at : at + width].tolist() for at in range(0, len(values), width)]

    def keep_only(self, run: Run) -> None:
        """See ``ChunkStore``."""
        self._bucket.remove_versions(
            _document_prefix(run.creator_id, run.document_id), except_prefix=_run_prefix(run)
        )

    def remove_run(self, run: Run) -> None:
        """See ``ChunkStore``."""
        self._bucket.remove_versions(_run_prefix(run))

    def remove(self, creator_id: str, document_id: str) -> None:
        """See ``ChunkStore``."""
        self._bucket.remove_versions(_document_prefix(creator_id, document_id))


def _upload_key(creator_id: str, document_id: str) -> str:
    return f"{creator_id}/{document_id}/original"


def _document_prefix(creator_id: str, document_id: str) -> str:
    return f"{creator_id}/documents/{document_id}/"


def _run_prefix(run: Run) -> str:
    return f"{_document_prefix(run.creator_id, run.document_id)}{run.attempt}/"


def _chunks_key(run: Run, batch: int) -> str:
    return f"{_run_prefix(run)}chunks/{batch:05d}.json"


def _vectors_key(run: Run, batch: int) -> str:
    return f"{_run_prefix(run)}vectors/{batch:05d}.f32"


def _tags(bucket: Bucket, creator_id: str, document_id: str) -> dict[str, str]:
    with translated():
        answer = bucket.client.get_object_tagging(
            Bucket=bucket.name, Key=_upload_key(creator_id, document_id)
        )
    return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}
