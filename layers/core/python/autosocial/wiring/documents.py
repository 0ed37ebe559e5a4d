"""Builds the ledger through which every ingestion function changes a document and tells the dashboard."""

from autosocial.adapters.apigateway.channels import ApiGatewayConnections
from autosocial.adapters.dynamodb.channels import DynamoConnectionStore
from autosocial.adapters.dynamodb.knowledge import DynamoDocumentStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.channels.push import Push
from autosocial.kernel.clock import utc_now
from autosocial.kernel.ids import new_id
from autosocial.knowledge.ledger import DocumentLedger


def build_ledger(
    tables: Tables, *, documents_table: str, connections_table: str, socket_endpoint_url: str
) -> DocumentLedger:
    """Return the ledger of documents, which pushes every change to the creator's open dashboards."""
    connections = DynamoConnectionStore(tables, connections_table, clock=utc_now)
    push = Push(connections, ApiGatewayConnections(socket_endpoint_url), ids=new_id)
    return DocumentLedger(DynamoDocumentStore(tables, documents_table), push, clock=utc_now)
