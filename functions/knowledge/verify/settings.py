"""The environment of the function that makes sure a document is found."""

from autosocial.runtime.settings import Settings


class VerifySettings(Settings):
    """One field a variable."""

    documents_table: str
    connections_table: str
    socket_endpoint_url: str
    tenant_role_arn: str = ""
    knowledge_bucket: str
    index_kind: str
    opensearch_url: str = ""
    aws_region: str = ""
    embedding_dimensions: int
