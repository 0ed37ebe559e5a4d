"""Pipeline step: computes the vectors of one batch of chunks."""

from autosocial.adapters.bedrock.client import bedrock_client
from autosocial.adapters.bedrock.embeddings import BedrockEmbedder
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.adapters.s3.knowledge import S3ChunkStore
from autosocial.adapters.secretsmanager.secrets import SecretCache, secrets_client
from autosocial.contracts.ingestion import EmbedStep
from autosocial.knowledge.ingestion import Embed
from autosocial.runtime.step import step_function
from autosocial.wiring.documents import build_ledger
from functions.knowledge.embed.settings import EmbedSettings


def build(settings: EmbedSettings) -> Embed:
    """Return the step."""
    ledger = build_ledger(
        Tables(tenant_role_arn=settings.tenant_role_arn),
        documents_table=settings.documents_table,
        connections_table=settings.connections_table,
        socket_endpoint_url=settings.socket_endpoint_url,
    )
    return Embed(ledger, S3ChunkStore(settings.knowledge_bucket), embedder=_embedder(settings))


def _embedder(settings: EmbedSettings) -> BedrockEmbedder:
    arn = settings.model_token_secret_arn
    secrets = SecretCache(secrets_client()) if arn else None
    token = (lambda: secrets.get(arn)) if secrets else None
    return BedrockEmbedder(
        bedrock_client(endpoint_url=settings.model_endpoint_url, token=token),
        model_id=settings.embedding_model_id,
        dimensions=settings.embedding_dimensions,
    )


handler = step_function(EmbedSettings, build, input_type=EmbedStep)
