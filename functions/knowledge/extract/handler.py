"""Pipeline step: reads a document in a child process and cuts its text into chunks."""

from autosocial.adapters.dynamodb.tables import Tables
from autosocial.adapters.parsers.child import ChildParser
from autosocial.adapters.s3.knowledge import S3ChunkStore, S3UploadStore
from autosocial.contracts.ingestion import IngestionStep
from autosocial.knowledge.ingestion import Extract
from autosocial.runtime.step import step_function
from autosocial.wiring.documents import build_ledger
from functions.knowledge.extract.settings import ExtractSettings


def build(settings: ExtractSettings) -> Extract:
    """Return the step."""
    ledger = build_ledger(
        Tables(tenant_role_arn=settings.tenant_role_arn),
        documents_table=settings.documents_table,
        connections_table=settings.connections_table,
        socket_endpoint_url=settings.socket_endpoint_url,
    )
    return Extract(
        ledger,
        S3UploadStore(settings.uploads_bucket),
        chunks=S3ChunkStore(settings.knowledge_bucket),
        parser=ChildParser(),
    )


handler = step_function(ExtractSettings, build, input_type=IngestionStep)
