"""Each store of knowledge as its fake and as its real adapter on moto."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from autosocial.adapters.dynamodb.knowledge import DynamoDocumentStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.adapters.s3.knowledge import S3ChunkStore, S3UploadStore
from autosocial.contracts.events import Envelope
from tests.fakes import knowledge as fakes
from tests.fakes.cloud import create_table, moto_cloud
from tests.fakes.outbox import facts_in

UPLOADS, KNOWLEDGE = "uploads", "knowledge"


@dataclass
class Stores:
    documents: Any
    uploads: Any
    chunks: Any
    put_upload: Any
    facts: Callable[[], list[Envelope]]
    is_real: bool


@pytest.fixture(params=["fake", "aws"])
def stores(request, monkeypatch):
    if request.param == "fake":
        documents = fakes.InMemoryDocumentStore()
        uploads = fakes.InMemoryUploadStore()
        yield Stores(
            documents,
            uploads,
            fakes.InMemoryChunkStore(),
            lambda creator, document, data: uploads.files.__setitem__((creator, document), data),
            lambda: documents.facts,
            is_real=False,
        )
        return
    with moto_cloud(monkeypatch):
        s3 = boto3.client("s3", region_name="us-east-1")
        for bucket in (UPLOADS, KNOWLEDGE):
            s3.create_bucket(Bucket=bucket)
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})

        def put_upload(creator, document, data):
            s3.put_object(Bucket=UPLOADS, Key=f"{creator}/{document}/original", Body=data)

        yield Stores(
            DynamoDocumentStore(Tables(), create_table("documents")),
            S3UploadStore(UPLOADS),
            S3ChunkStore(KNOWLEDGE),
            put_upload,
            lambda: facts_in("documents"),
            is_real=True,
        )
