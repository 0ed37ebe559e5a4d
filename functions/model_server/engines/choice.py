"""Chooses the engine: the fast one where it loads and agrees, the native one always."""

import logging

from functions.model_server.engines.engine import EmbeddingEngine
from functions.model_server.settings import ModelServerSettings

_logger = logging.getLogger("model_server.embeddings")


def load_engine(settings: ModelServerSettings) -> EmbeddingEngine:
    """Return a loaded engine, warmed by one call."""
    from functions.model_server.engines.native import NativeEngine

    engine = NativeEngine(threads=settings.embedding_threads)
    engine.embed_queries(["warm"])
    return engine
