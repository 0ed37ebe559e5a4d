"""The environment of the function that erases deleted documents."""

from autosocial.runtime.settings import Settings


class EraseSettings(Settings):
    """One field a variable."""

    documents_table: str
    connections_table: str
    socket_endpoint_url: str
    idempotency_table: str
    tenant_role_arn: str = ""
    uploads_bucket: str
    knowledge_bucket: str
    index_kind: str
    opensearch_url: str = ""
    aws_region: str = ""
    embedding_dimensions: int
    erasure_dlq_url: str
