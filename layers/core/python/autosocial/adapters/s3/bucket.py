"""One S3 bucket for the adapters that keep objects: our errors, its clients, removal with versions."""

from contextlib import AbstractContextManager
from typing import Any

from autosocial.adapters.aws.errors import translated as translated_aws
from autosocial.adapters.aws.session import client
from autosocial.kernel.errors import TransientError

# Objects are up to 25 MB: the store gets more time to begin its answer than a database.
_OPTIONS: dict[str, Any] = {"signature_version": "s3v4", "read_timeout": 20}


def translated() -> AbstractContextManager[None]:
    """Turn what botocore raises into errors of our tree."""
    return translated_aws(
        "The object store is away for now.",
        refused="The object store refused the request.",
        absent="There is no such object.",
        refused_code="store_refused",
    )


class Bucket:
    """One bucket."""

    def __init__(self, name: str, *, endpoint_url: str = "") -> None:
        self.name = name
        self._endpoint_url = endpoint_url

    @property
    def client(self) -> Any:
        """The S3 client."""
        return client("s3", endpoint_url=self._endpoint_url, **_OPTIONS)

    @property
    def public_client(self) -> Any:
        """The S3 client for addresses that a browser is given.

        They name the region: the address without one answers with a redirect outside us-east-1, and a
        browser's upload cannot follow it. An endpoint of our own keeps the bucket in the path.
        """
        regional = client(
            "s3", endpoint_url=self._endpoint_url, s3={"addressing_style": "virtual"}, **_OPTIONS
        )
        return regional if ".amazonaws.com" in regional.meta.endpoint_url else self.client

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
