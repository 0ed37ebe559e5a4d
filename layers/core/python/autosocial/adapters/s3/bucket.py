"""One S3 bucket for the adapters that keep objects: our errors, lazily made client, removal with versions."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from autosocial.kernel.errors import NotFoundError, PermanentError, TransientError

_CONFIG = Config(
    signature_version="s3v4",
    connect_timeout=2,
    read_timeout=20,
    retries={"total_max_attempts": 3, "mode": "standard"},
)
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
_REFUSED = frozenset({"400", "403", "AccessDenied", "NoSuchBucket", "InvalidRequest", "MalformedXML"})


@contextmanager
def translated() -> Iterator[None]:
    """Turn what boto3 raises into errors of our tree."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _MISSING:
            raise NotFoundError("There is no such object.") from error
        if code in _REFUSED:
            raise PermanentError("The object store refused the request.", code="store_refused") from error
        raise TransientError("The object store is away for now.") from error
    except BotoCoreError as error:
        raise TransientError("The object store is away for now.") from error


class Bucket:
    """One bucket, with a client made at the first use."""

    def __init__(self, name: str, *, endpoint_url: str = "") -> None:
        self.name = name
        self._endpoint_url = endpoint_url or None

    @cached_property
    def client(self) -> Any:
        """The boto3 client."""
        import boto3

        return boto3.client("s3", config=_CONFIG, endpoint_url=self._endpoint_url)

    def put(self, key: str, body: bytes, *, content_type: str) -> None:
        """Store an object."""
        with translated():
            self.client.put_object(Bucket=self.name, Key=key, Body=body, ContentType=content_type)

    def read(self, key: str) -> bytes:
        """Return an object. Raises ``NotFoundError``."""
        with translated():
            return bytes(self.client.get_object(Bucket=self.name, Key=key)["Body"].read())

    def remove_versions(self, prefix: str, *, except_prefix: str = "") -> None:
        """Remove all objects below ``prefix`` with all their versions and delete markers."""
        with translated():
            pages = self.client.get_paginator("list_object_versions").paginate(
                Bucket=self.name, Prefix=prefix
            )
            for page in pages:
                found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
                self._remove(
                    [
                        {"Key": item["Key"], "VersionId": item["VersionId"]}
                        for item in found
                        if not except_prefix or not item["Key"].startswith(except_prefix)
                    ]
                )

    def _remove(self, objects: list[dict[str, str]]) -> None:
        if not objects:
            return
        answer = self.client.delete_objects(Bucket=self.name, Delete={"Objects": objects, "Quiet": True})
        if answer.get("Errors"):
            raise TransientError("Some objects could not be removed yet.")
