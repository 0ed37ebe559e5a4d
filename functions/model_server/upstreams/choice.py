"""Builds the upstream that the settings name."""

from functions.model_server.embedding_queue import EmbeddingQueue
from functions.model_server.settings import ModelServerSettings
from functions.model_server.upstreams.extractive import ExtractiveModel
from functions.model_server.upstreams.upstream import ChatUpstream


def build_upstream(settings: ModelServerSettings, embeddings: EmbeddingQueue) -> ChatUpstream:
    """Return the upstream; nothing is loaded or connected yet."""
    return ExtractiveModel(embeddings, word_pace_seconds=settings.word_pace_ms / 1000)
