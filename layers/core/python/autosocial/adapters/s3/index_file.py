"""The embedded index's file in S3: fetched when it changed, stored only over the version it was made from."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from autosocial.kernel.errors import AutoSocialError, ConflictError, PermanentError, TransientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_ABSENT = frozenset({"NoSuchKey", "404"})
_UNCHANGED = frozenset({"304", "NotModified"})
_LOST_THE_RACE = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409", *_ABSENT})
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
            answer = self._client.get_object(Bucket=self.bucket, Key=_key(creator_id), **condition)
            with target.open("wb") as file:
                for piece in answer["Body"].iter_chunks(_CHUNK_BYTES):
                    file.write(piece)
        except ClientError as error:
            code = _code(error)
            if code in _UNCHANGED:
                return known
            if code in _ABSENT:
                return ""
            raise _translated(error) from error
        except (BotoCoreError, OSError) as error:
            raise TransientError("The knowledge index cannot be read right now.") from error
        return answer["ETag"]

    def store(self, creator_id: str, source: Path, *, expected: str) -> str:
        """Store the file if ``expected`` ("": no file) is still the version; return the new version.

        Raises:
            ConflictError: somebody else stored one in between.
        """
        condition: dict[str, Any] = {"IfMatch": expected} if expected else {"IfNoneMatch": "*"}
        try:
            with source.open("rb") as body:
                answer = self._client.put_object(
                    Bucket=self.bucket,
                    Key=_key(creator_id),
                    Body=body,
                    ContentType="application/vnd.sqlite3",
                    **condition,
                )
        except ClientError as error:
            if _code(error) in _LOST_THE_RACE:
                raise ConflictError(
                    "The knowledge index changed in between.", code="index_changed"
                ) from error
            raise _translated(error) from error
        except BotoCoreError as error:
            raise TransientError("The knowledge index cannot be written right now.") from error
        return answer["ETag"]

    def forget_old(self, creator_id: str) -> None:
        """Remove every version but the newest, so that what was deleted is nowhere any more."""
        key = _key(creator_id)
        try:
            pages = self._client.get_paginator("list_object_versions").paginate(
                Bucket=self.bucket, Prefix=key
            )
            versions = [one for page in pages for one in page.get("Versions", []) if one["Key"] == key]
            for old in (one for one in versions if not one["IsLatest"]):
                self._client.delete_object(Bucket=self.bucket, Key=key, VersionId=old["VersionId"])
        except ClientError as error:
            raise _translated(error) from error
        except BotoCoreError as error:
            raise TransientError("Old versions of the knowledge index cannot be removed now.") from error


def _key(creator_id: str) -> str:
    return f"{creator_id}/index.sqlite"


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _translated(error: ClientError) -> AutoSocialError:
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
    throttled = _code(error) in {"SlowDown", "RequestTimeout", "ThrottlingException"}
    if status >= 500 or throttled:
        return TransientError("The knowledge index is not to be reached right now.")
    return PermanentError(
        f"The store of the knowledge index refused: {_code(error)}.", code="index_store_refused"
    )
