"""The parts of a running model server, made once in ``create_app``."""

from dataclasses import dataclass

from functions.model_server.converse import AnswerSlots
from functions.model_server.embedding_queue import EmbeddingQueue
from functions.model_server.settings import ModelServerSettings
from functions.model_server.upstreams.upstream import ChatUpstream


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes use."""

    settings: ModelServerSettings
    embeddings: EmbeddingQueue
    upstream: ChatUpstream
    slots: AnswerSlots
