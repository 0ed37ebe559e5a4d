"""Composes what an answer is made from, for a stage: models and retrieval."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from autosocial.adapters.bedrock.chat import BedrockChatModel
from autosocial.adapters.bedrock.client import bedrock_client
from autosocial.adapters.bedrock.embeddings import BedrockEmbedder
from autosocial.adapters.dynamodb.breaker import DynamoBreakerStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.adapters.secretsmanager.secrets import SecretCache, secrets_client
from autosocial.conversations.fallback import FirstAvailable
from autosocial.conversations.ports import ChatModel
from autosocial.conversations.pump import ThreadedPieces
from autosocial.conversations.writing import Patience, Writer
from autosocial.kernel.breaker import Breaker
from autosocial.kernel.clock import utc_now
from autosocial.knowledge.guarded import GuardedEmbedder
from autosocial.knowledge.ports import DocumentStore
from autosocial.knowledge.relevance import rule_for
from autosocial.knowledge.retrieval import Retrieve
from autosocial.runtime.metrics import Metrics
from autosocial.wiring.index import build_index


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAddress:
    """Which models there are and where ("" for Amazon Bedrock).

    ``silence_seconds``: how long they may say nothing; ``answer_seconds``: how long an answer may take.
    """

    endpoint_url: str
    token_secret_arn: str
    chat_model_id: str
    fallback_chat_model_id: str
    silence_seconds: float
    answer_seconds: float


def chat_model(address: ModelAddress) -> ChatModel:
    """Return the stage's chat model; with a fallback, Amazon Bedrock takes over while it is away."""
    fallback_id = address.fallback_chat_model_id
    # With somebody to take over, the first may hang only so long that the second has time to speak.
    patience = address.silence_seconds / 2 - _CONNECT_SECONDS if fallback_id else address.silence_seconds
    client = bedrock_client(
        endpoint_url=address.endpoint_url, token=_token(address), read_timeout_seconds=patience
    )
    first = BedrockChatModel(client, model_id=address.chat_model_id)
    if not fallback_id:
        return first
    second = BedrockChatModel(bedrock_client(read_timeout_seconds=patience), model_id=fallback_id)
    return FirstAvailable([first, second])


def writer(address: ModelAddress, guard: Breaker) -> Writer:
    """Return what lets the stage's chat model write an answer, with patience that ends."""
    patience = Patience(total=address.answer_seconds, silence=address.silence_seconds)
    model = chat_model(address)
    return Writer(model, guard, pump=ThreadedPieces, monotonic=time.monotonic, patience=patience)


def breakers(tables: Tables, table_name: str, *, names: Sequence[str], metrics: Metrics) -> list[Breaker]:
    """Return the breakers of some models, shared with all other processes."""
    store = DynamoBreakerStore(tables, table_name, clock=utc_now)
    count = partial(metrics.count, "BreakersOpened")
    return [Breaker(name, store, clock=utc_now, opened=partial(count, breaker=name)) for name in names]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexAddress:
    """Which knowledge index there is, and where."""

    kind: str
    bucket: str
    opensearch_url: str
    region: str


def retriever(
    address: IndexAddress,
    models: ModelAddress,
    *,
    documents: DocumentStore,
    guard: Breaker,
    model_id: str,
    dimensions: int,
) -> Retrieve:
    """Return retrieval over the stage's index with its embeddings."""
    client = bedrock_client(
        endpoint_url=models.endpoint_url, token=_token(models), read_timeout_seconds=_EMBEDDING_SECONDS
    )
    index = build_index(
        kind=address.kind,
        bucket=address.bucket,
        opensearch_url=address.opensearch_url,
        region=address.region,
        dimensions=dimensions,
    )
    embedder = GuardedEmbedder(BedrockEmbedder(client, model_id=model_id, dimensions=dimensions), guard)
    return Retrieve(index=index, embedder=embedder, withdrawn=documents.withdrawn, rule=rule_for(model_id))


# Of each client of a model; see ``adapters.bedrock.client``.
_CONNECT_SECONDS = 1.0
# A question waits for its vector only so long; then it is searched by its words.
_EMBEDDING_SECONDS = 5.0


def _token(address: ModelAddress) -> Callable[[], str] | None:
    if not address.token_secret_arn:
        return None
    return partial(SecretCache(secrets_client()).get, address.token_secret_arn)
