"""The environment of the function that reads a document."""

from autosocial.runtime.settings import Settings


class ExtractSettings(Settings):
    """One field a variable."""

    documents_table: str
    connections_table: str
    socket_endpoint_url: str
    tenant_role_arn: str = ""
    uploads_bucket: str
    knowledge_bucket: str
