"""The environment of the function that erases deleted documents."""

from autosocial.wiring.queue import ConsumesQueue


class EraseSettings(ConsumesQueue):
    """One field a variable."""

    documents_table: str
    connections_table: str
    socket_endpoint_url: str
    tenant_role_arn: str = ""
    uploads_bucket: str
    knowledge_bucket: str
    index_kind: str
    opensearch_url: str = ""
    embedding_dimensions: int
