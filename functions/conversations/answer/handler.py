"""Answers queued messages: one invocation, one message, one answer."""

import time
from collections.abc import Callable

from autosocial.adapters.answer_parts import IndexAddress, ModelAddress, chat_model, retriever, web_replies
from autosocial.adapters.dynamodb.answers import DynamoAnswerStore
from autosocial.adapters.dynamodb.conversations import DynamoConversationStore
from autosocial.adapters.dynamodb.knowledge import DynamoDocumentStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.contracts.messages import InboundMessage
from autosocial.conversations.answer import AnswerMessage
from autosocial.conversations.breaker import Breaker
from autosocial.conversations.pump import ThreadedPieces
from autosocial.conversations.writing import Patience, Writer
from autosocial.kernel.clock import utc_now
from autosocial.kernel.ids import new_id
from autosocial.knowledge.retrieval import Retrieve
from autosocial.runtime.logs import build_logger
from autosocial.wiring.queue import queue_function
from functions.conversations.answer.reporting import reported
from functions.conversations.answer.settings import AnswerSettings


def build(settings: AnswerSettings) -> Callable[[InboundMessage], None]:
    """Compose the answer turn."""
    tables = Tables(region=settings.aws_region, tenant_role_arn=settings.tenant_role_arn)
    models = ModelAddress(
        endpoint_url=settings.model_endpoint_url,
        token_secret_arn=settings.model_token_secret_arn,
        silence_seconds=settings.model_silence_seconds,
    )
    answer = AnswerMessage(
        DynamoConversationStore(tables, settings.conversations_table, clock=utc_now),
        DynamoAnswerStore(tables, settings.conversations_table, clock=utc_now),
        retriever=_retriever(settings, models, tables),
        writer=_writer(settings, models),
        replies=web_replies(
            tables, settings.connections_table, socket_endpoint_url=settings.socket_endpoint_url
        ),
        clock=utc_now,
        ids=new_id,
    )
    log = build_logger(settings.service_name, settings.log_level)
    return reported(answer, log=log, monotonic=time.monotonic)


def _writer(settings: AnswerSettings, models: ModelAddress) -> Writer:
    model = chat_model(
        models, model_id=settings.chat_model_id, fallback_model_id=settings.fallback_chat_model_id
    )
    patience = Patience(total=settings.answer_seconds, silence=settings.model_silence_seconds)
    return Writer(model, Breaker(utc_now), pump=ThreadedPieces, monotonic=time.monotonic, patience=patience)


def _retriever(settings: AnswerSettings, models: ModelAddress, tables: Tables) -> Retrieve:
    index = IndexAddress(
        kind=settings.index_kind,
        bucket=settings.knowledge_bucket,
        opensearch_url=settings.opensearch_url,
        region=settings.aws_region,
    )
    return retriever(
        index,
        models,
        documents=DynamoDocumentStore(tables, settings.documents_table),
        model_id=settings.embedding_model_id,
        dimensions=settings.embedding_dimensions,
    )


handler = queue_function(
    AnswerSettings,
    build,
    message=InboundMessage,
    key=lambda message: message.message_id,
    scope="answer",
)
