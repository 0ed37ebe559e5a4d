"""Pipeline step: takes an upload over and checks that it is safe and what it claims to be."""

from autosocial.adapters.dynamodb.tables import Tables
from autosocial.adapters.s3.knowledge import NoMalwareScan, S3TagMalwareScan, S3UploadStore
from autosocial.contracts.ingestion import IngestionStep
from autosocial.knowledge.ingestion import Inspect
from autosocial.runtime.step import step_function
from autosocial.wiring.documents import build_ledger
from functions.knowledge.inspect.settings import InspectSettings


def build(settings: InspectSettings) -> Inspect:
    """Return the step."""
    ledger = build_ledger(
        Tables(tenant_role_arn=settings.tenant_role_arn),
        documents_table=settings.documents_table,
        connections_table=settings.connections_table,
        socket_endpoint_url=settings.socket_endpoint_url,
    )
    has_scanner = settings.malware_scan == "guardduty"
    scan = S3TagMalwareScan(settings.uploads_bucket) if has_scanner else NoMalwareScan()
    return Inspect(ledger, S3UploadStore(settings.uploads_bucket), scan=scan)


handler = step_function(InspectSettings, build, input_type=IngestionStep)
