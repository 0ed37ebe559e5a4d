"""The embedded index's file in S3: fetched when it changed, stored only over the version it was made from."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from autosocial.adapters.aws.errors import code_of, translated
from autosocial.kernel.errors import ConflictError, NotFoundError, TransientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_UNCHANGED = frozenset({"304", "NotModified"})
_CHUNK_BYTES = 1 << 20


class S3IndexFiles:
    """One object a tenant, ``<creator_id>/index.sqlite``; its ETag is the version."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self.bucket = bucket

    def fetch(self, creator_id: str, target: Path, *, known: str = "") -> str:
        """Write the file to ``target`` and return its version.

        Returns ``known`` without writing when that is still the version, and "" when there is no file.
        """
        condition: dict[str, Any] = {"IfNoneMatch": known} if known else {}
        try:
            with _translated("The knowledge index cannot be read right now."):
                answer = self._client.get_object(Bucket=self.bucket, Key=_key(creator_id), **condition)
                with target.open("wb") as file:
                    file.writelines(answer["Body"].iter_chunks(_CHUNK_BYTES))
        except _UnchangedError:
            return known
        except NotFoundError:
            return ""
        except OSError as error:
            raise TransientError("The knowledge index cannot be kept on this disk right now.") from error
        return answer["ETag"]

    def store(self, creator_id: str, source: Path, *, expected: str) -> str:
        """Store the file if ``expected`` ("": no file) is still the version; return the new version.

        Raises:
            ConflictError: somebody else stored one in between.
        """
        condition: dict[str, Any] = {"IfMatch": expected} if expected else {"IfNoneMatch": "*"}
        try:
            with _translated("The knowledge index cannot be written right now."), source.open("rb") as body:
                answer = self._client.put_object(
                    Bucket=self.bucket,
                    Key=_key(creator_id),
                    Body=body,
                    ContentType="application/vnd.sqlite3",
                    **condition,
                )
        except (ConflictError, NotFoundError) as error:
            raise ConflictError("The knowledge index changed in between.", code="index_changed") from error
        return answer["ETag"]

    def forget_old(self, creator_id: str) -> None:
        """Remove every version but the newest, so that no copy of what was deleted is left."""
        key = _key(creator_id)
        with _translated("Old versions of the knowledge index cannot be removed now."):
            pages = self._client.get_paginator("list_object_versions").paginate(
                Bucket=self.bucket, Prefix=key
            )
            versions = [one for page in pages for one in page.get("Versions", []) if one["Key"] == key]
            for old in (one for one in versions if not one["IsLatest"]):
                self._client.delete_object(Bucket=self.bucket, Key=key, VersionId=old["VersionId"])


class _UnchangedError(Exception):
    """The stored version is the known one; S3 says so in the form of an error."""


@contextmanager
def _translated(away: str) -> Iterator[None]:
    failures = translated(
        away,
        refused="The store of the knowledge index refused the request.",
        absent="There is no index file.",
        changed="The index file changed.",
        refused_code="index_store_refused",
    )
    with failures:
        try:
            yield
        except ClientError as error:
            if code_of(error) in _UNCHANGED:
                raise _UnchangedError from error
            raise


def _key(creator_id: str) -> str:
    return f"{creator_id}/index.sqlite"
