"""The knowledge API."""

from fastapi import FastAPI

from autosocial.adapters.dynamodb.knowledge import DynamoDocumentStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.adapters.s3.knowledge import S3UploadStore
from autosocial.adapters.sqs.knowledge import SqsErasureQueue
from autosocial.adapters.stepfunctions.knowledge import StepFunctionsPipeline
from autosocial.kernel.clock import utc_now
from autosocial.kernel.ids import new_id
from autosocial.knowledge.service import DeleteDocument, ReadDocuments, RequestUpload, RetryDocument
from autosocial.runtime.http import build_app
from autosocial.wiring.documents import build_ledger
from autosocial.wiring.http import http_function
from functions.knowledge.api.routes import KnowledgeUseCases, knowledge_routes
from functions.knowledge.api.settings import ApiSettings


def build(settings: ApiSettings) -> FastAPI:
    """Compose the API."""
    tables = Tables(tenant_role_arn=settings.tenant_role_arn)
    store = DynamoDocumentStore(tables, settings.documents_table)
    uploads = S3UploadStore(settings.uploads_bucket, public_endpoint_url=settings.uploads_endpoint_url)
    ledger = build_ledger(
        tables,
        documents_table=settings.documents_table,
        connections_table=settings.connections_table,
        socket_endpoint_url=settings.socket_endpoint_url,
    )
    cases = KnowledgeUseCases(
        request_upload=RequestUpload(store, uploads, clock=utc_now, ids=new_id),
        read=ReadDocuments(store, clock=utc_now),
        retry=RetryDocument(ledger, StepFunctionsPipeline(settings.state_machine_arn)),
        delete=DeleteDocument(ledger, SqsErasureQueue(settings.erasure_queue_url)),
    )
    return build_app("AutoSocial knowledge", [knowledge_routes(cases)])


handler = http_function(ApiSettings, build)
