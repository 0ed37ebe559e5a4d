"""Builds the upstream that the settings name."""

from functions.model_server.embedding_queue import EmbeddingQueue
from functions.model_server.settings import ModelServerSettings
from functions.model_server.upstreams.completions import CompletionsUpstream, Patience
from functions.model_server.upstreams.extractive import ExtractiveModel
from functions.model_server.upstreams.smollm import SmolLmUpstream
from functions.model_server.upstreams.upstream import ChatUpstream


def build_upstream(settings: ModelServerSettings, embeddings: EmbeddingQueue) -> ChatUpstream:
    """Return the upstream; nothing is loaded or connected yet."""
    patience = Patience(
        connect=settings.upstream_connect_timeout_seconds,
        first_token=settings.upstream_first_token_timeout_seconds,
        token=settings.upstream_token_timeout_seconds,
    )
    if settings.model_upstream == "openai":
        return CompletionsUpstream(
            settings.upstream_url,
            model=settings.upstream_model,
            api_key=settings.upstream_api_key.get_secret_value(),
            patience=patience,
        )
    if settings.model_upstream == "smollm":
        return SmolLmUpstream(
            threads=settings.smollm_threads, context_tokens=settings.smollm_context_tokens, patience=patience
        )
    return ExtractiveModel(embeddings, word_pace_seconds=settings.word_pace_ms / 1000)
