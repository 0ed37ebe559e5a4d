"""``python -m infra.publish STAGE``: puts dashboard, widget and API reference behind the distribution.

Not part of the templates, so that a deployment needs no custom resource and a page can be renewed alone.
"""

import mimetypes
import re
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from infra.api_reference import DESCRIPTION_PATH, PAGE_PATH, reference_page
from infra.config import StageConfig, stage_named
from infra.function_source import ROOT

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Names that hold a hash of what is in the file; the others keep their name.
_HASHED = re.compile(r"(^assets/.*|-[0-9a-f]{8,}\.\w+)$")
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "public, max-age=0, must-revalidate"
_FIVE_MINUTES = "public, max-age=300"


class NotBuiltError(FileNotFoundError):
    """A face was not built."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One file on its way into the bucket."""

    file: Path
    key: str
    content_type: str
    cache_control: str


def uploads(root: Path = ROOT) -> list[Upload]:
    """Return what to upload; pages come last, so that what they name is already there."""
    faces = [
        *_face(root / "widget" / "dist", "widget/"),
        *_face(root / "web" / "dist", ""),
        *_reference(root / "docs" / "openapi.json", root / ".build" / "api-reference.html"),
    ]
    return sorted(faces, key=lambda upload: (upload.file.suffix == ".html", upload.key))


def _face(dist: Path, prefix: str) -> Iterator[Upload]:
    files = [file for file in dist.rglob("*") if file.is_file()] if dist.is_dir() else []
    if not files:
        raise NotBuiltError(f"{dist} is missing or empty: run 'npm run build'.")
    for file in files:
        key = prefix + file.relative_to(dist).as_posix()
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        yield Upload(file, key, kind, _cache_control(key))


def _reference(description: Path, page: Path) -> Iterator[Upload]:
    page.parent.mkdir(exist_ok=True)
    page.write_text(reference_page(description))
    yield Upload(description, DESCRIPTION_PATH, "application/json", _ASK_AGAIN)
    yield Upload(page, PAGE_PATH, "text/html; charset=utf-8", _ASK_AGAIN)


def _cache_control(key: str) -> str:
    if _HASHED.search(key):
        return _FOREVER
    return _FIVE_MINUTES if key.startswith("widget/") else _ASK_AGAIN


def put_all(s3: "S3Client", bucket: str, wanted: list[Upload]) -> None:
    """Upload everything; older hashed files stay, since open pages may still ask for them."""
    for upload in wanted:
        s3.put_object(
            Bucket=bucket,
            Key=upload.key,
            Body=upload.file.read_bytes(),
            ContentType=upload.content_type,
            CacheControl=upload.cache_control,
        )


def publish(stage: StageConfig) -> None:
    """Upload everything and have the distribution forget the old ones."""
    wanted = uploads()
    stack = boto3.client("cloudformation", stage.region).describe_stacks(StackName=stage.named("web"))[
        "Stacks"
    ][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    put_all(boto3.client("s3", stage.region), outputs["WebBucketName"], wanted)
    everything = {"Quantity": 1, "Items": ["/*"]}
    boto3.client("cloudfront").create_invalidation(
        DistributionId=outputs["DistributionId"],
        InvalidationBatch={"Paths": everything, "CallerReference": uuid.uuid4().hex},
    )
    print(f"{len(wanted)} files are served at {outputs['AppOrigin']}")


if __name__ == "__main__":
    publish(stage_named(sys.argv[1]))
