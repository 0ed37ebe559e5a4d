"""Pipeline step: puts a document's chunks into the knowledge index."""

from autosocial.adapters.dynamodb.tables import Tables
from autosocial.adapters.langid.knowledge import detect_language
from autosocial.adapters.s3.knowledge import S3ChunkStore
from autosocial.contracts.ingestion import IngestionStep
from autosocial.knowledge.indexing import IndexDocument
from autosocial.runtime.step import step_function
from autosocial.wiring.documents import build_ledger
from autosocial.wiring.index import build_index
from functions.knowledge.index.settings import IndexSettings


def build(settings: IndexSettings) -> IndexDocument:
    """Return the step."""
    ledger = build_ledger(
        Tables(tenant_role_arn=settings.tenant_role_arn),
        documents_table=settings.documents_table,
        connections_table=settings.connections_table,
        socket_endpoint_url=settings.socket_endpoint_url,
    )
    index = build_index(
        kind=settings.index_kind,
        bucket=settings.knowledge_bucket,
        opensearch_url=settings.opensearch_url,
        region=settings.aws_region,
        dimensions=settings.embedding_dimensions,
    )
    chunks = S3ChunkStore(settings.knowledge_bucket)
    return IndexDocument(ledger, chunks, index=index, detect_language=detect_language)


handler = step_function(IndexSettings, build, input_type=IngestionStep)
