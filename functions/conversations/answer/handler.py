"""Answers queued messages: one invocation, one message, one answer."""

import time
from collections.abc import Callable

from autosocial.adapters.dynamodb.knowledge import DynamoDocumentStore
from autosocial.contracts.inbound import AnswerRequest
from autosocial.conversations.answer import AnswerMessage
from autosocial.conversations.responders.documents import FromDocuments
from autosocial.conversations.responders.not_in_documents import NotInDocuments
from autosocial.conversations.responders.small_talk import SmallTalk
from autosocial.kernel.breaker import Breaker
from autosocial.kernel.clock import utc_now
from autosocial.kernel.ids import new_id
from autosocial.knowledge.retrieval import Retrieve
from autosocial.runtime.logs import build_logger
from autosocial.wiring.answers import IndexAddress, ModelAddress, breakers, retriever, writer
from autosocial.wiring.queue import queue_function
from functions.conversations.answer.reporting import reported
from functions.conversations.answer.settings import AnswerSettings


def build(settings: AnswerSettings) -> Callable[[AnswerRequest], None]:
    """Compose the answer turn."""
    models = ModelAddress(
        endpoint_url=settings.model_endpoint_url,
        token_secret_arn=settings.model_token_secret_arn,
        chat_model_id=settings.chat_model_id,
        fallback_chat_model_id=settings.fallback_chat_model_id,
        silence_seconds=settings.model_silence_seconds,
        answer_seconds=settings.answer_seconds,
    )
    names = f"chat:{settings.chat_model_id}", f"embedding:{settings.embedding_model_id}"
    guards = breakers(settings.tables, settings.idempotency_table, names=names, metrics=settings.metrics)
    retrieve = _retriever(settings, models, guard=guards[1])
    answer = AnswerMessage(
        settings.conversations,
        settings.answers,
        responders=[
            SmallTalk(),
            FromDocuments(retrieve, writer(models, guards[0]), ids=new_id),
            NotInDocuments(),
        ],
        replies=settings.replies(),
        clock=utc_now,
        ids=new_id,
    )
    log = build_logger(settings.service_name, settings.log_level)
    return reported(answer, log=log, metrics=settings.metrics, monotonic=time.monotonic, breakers=guards)


def _retriever(settings: AnswerSettings, models: ModelAddress, *, guard: Breaker) -> Retrieve:
    return retriever(
        IndexAddress(
            kind=settings.index_kind,
            bucket=settings.knowledge_bucket,
            opensearch_url=settings.opensearch_url,
            region=settings.aws_region,
        ),
        models,
        documents=DynamoDocumentStore(settings.tables, settings.documents_table),
        guard=guard,
        model_id=settings.embedding_model_id,
        dimensions=settings.embedding_dimensions,
    )


handler = queue_function(
    AnswerSettings,
    build,
    message=AnswerRequest,
    key=lambda message: message.work_id,
    scope="answer",
)
