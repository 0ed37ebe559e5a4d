"""Queue consumer: erases deleted documents from index, buckets and table."""

from datetime import timedelta

from autosocial.adapters.dynamodb.idempotency import DynamoOnce
from autosocial.adapters.dynamodb.knowledge import DynamoDocumentStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.adapters.knowledge_index import build_index
from autosocial.adapters.knowledge_ledger import build_ledger
from autosocial.adapters.s3.knowledge import S3ChunkStore, S3UploadStore
from autosocial.adapters.sqs.parking_lot import SqsParkingLot
from autosocial.contracts.ingestion import EraseDocument
from autosocial.knowledge.service import EraseTraces
from autosocial.runtime.queue import Once, ParkingLot, queue_function
from functions.knowledge.erase.settings import EraseSettings

# Longer than the function may run.
_LOCK = timedelta(minutes=3)


class ErasureConsumer:
    """Erases one document a message."""

    message_type = EraseDocument

    def __init__(self, erase: EraseTraces, once: Once, parking_lot: ParkingLot) -> None:
        self._erase = erase
        self.once = once
        self.parking_lot = parking_lot

    def key(self, message: EraseDocument) -> str:
        """Return the idempotency key: a new request to delete is new work, its redelivery is not."""
        return f"{message.creator_id}/{message.document_id}/{message.request_id}"

    def handle(self, message: EraseDocument) -> None:
        """Erase the document."""
        self._erase(message.creator_id, message.document_id)


def build(settings: EraseSettings) -> ErasureConsumer:
    """Return the consumer."""
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
        store=DynamoDocumentStore(tables, settings.documents_table),
        ledger=ledger,
    )
    once = DynamoOnce(tables, settings.idempotency_table, scope="erase-document", lock=_LOCK)
    return ErasureConsumer(erase, once, SqsParkingLot(settings.erasure_dlq_url))


handler = queue_function(EraseSettings, build)
