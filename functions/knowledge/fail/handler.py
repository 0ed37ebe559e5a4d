"""Pipeline step: marks a document as failed when another step gave up."""

from autosocial.adapters.dynamodb.tables import Tables
from autosocial.contracts.ingestion import IngestionStep
from autosocial.knowledge.indexing import Fail
from autosocial.runtime.step import step_function
from autosocial.wiring.documents import build_ledger
from functions.knowledge.fail.settings import FailSettings


def build(settings: FailSettings) -> Fail:
    """Return the step."""
    return Fail(
        build_ledger(
            Tables(tenant_role_arn=settings.tenant_role_arn),
            documents_table=settings.documents_table,
            connections_table=settings.connections_table,
            socket_endpoint_url=settings.socket_endpoint_url,
        )
    )


handler = step_function(FailSettings, build, input_type=IngestionStep)
