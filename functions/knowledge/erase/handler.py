"""Queue consumer: erases deleted documents from index, buckets and table."""

from collections.abc import Callable

from autosocial.adapters.dynamodb.tables import Tables
from autosocial.adapters.s3.knowledge import S3ChunkStore, S3UploadStore
from autosocial.contracts.ingestion import EraseDocument
from autosocial.knowledge.service import EraseTraces
from autosocial.wiring.documents import build_ledger
from autosocial.wiring.index import build_index
from autosocial.wiring.queue import queue_function
from functions.knowledge.erase.settings import EraseSettings


def build(settings: EraseSettings) -> Callable[[EraseDocument], None]:
    """Return what erases one document a message."""
    tables = Tables(tenant_role_arn=settings.tenant_role_arn)
    index = build_index(
        kind=settings.index_kind,
        bucket=settings.knowledge_bucket,
        opensearch_url=settings.opensearch_url,
        region=settings.aws_region,
        dimensions=settings.embedding_dimensions,
    )
    ledger = build_ledger(
        tables,
        documents_table=settings.documents_table,
        connections_table=settings.connections_table,
        socket_endpoint_url=settings.socket_endpoint_url,
    )
    erase = EraseTraces(
        index,
        S3UploadStore(settings.uploads_bucket),
        chunks=S3ChunkStore(settings.knowledge_bucket),
        ledger=ledger,
    )
    return lambda message: erase(message.creator_id, message.document_id)


def key(message: EraseDocument) -> str:
    """Return the idempotency key: a new request to delete is new work, its redelivery is not."""
    return f"{message.creator_id}/{message.document_id}/{message.request_id}"


handler = queue_function(EraseSettings, build, message=EraseDocument, key=key, scope="erase-document")
