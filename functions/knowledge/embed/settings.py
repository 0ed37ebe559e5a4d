"""The environment of the function that computes vectors."""

from autosocial.runtime.settings import Settings


class EmbedSettings(Settings):
    """One field a variable."""

    documents_table: str
    connections_table: str
    socket_endpoint_url: str
    tenant_role_arn: str = ""
    knowledge_bucket: str
    model_endpoint_url: str = ""
    model_token_secret_arn: str = ""
    embedding_model_id: str
    embedding_dimensions: int
