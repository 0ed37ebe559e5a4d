"""The conversations API."""

from fastapi import FastAPI

from autosocial.adapters.dynamodb.answers import DynamoAnswerStore
from autosocial.adapters.dynamodb.conversations import DynamoConversationStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.conversations.history import ReadConversations
from autosocial.kernel.clock import utc_now
from autosocial.runtime.http import build_app
from autosocial.wiring.http import http_function
from functions.conversations.api.routes import conversation_routes
from functions.conversations.api.settings import ConversationsApiSettings


def build(settings: ConversationsApiSettings) -> FastAPI:
    """Compose the API."""
    tables = Tables(region=settings.aws_region, tenant_role_arn=settings.tenant_role_arn)
    store = DynamoConversationStore(tables, settings.conversations_table, clock=utc_now)
    answers = DynamoAnswerStore(tables, settings.conversations_table, clock=utc_now)
    return build_app(
        "AutoSocial conversations", [conversation_routes(ReadConversations(store, answers, clock=utc_now))]
    )


handler = http_function(ConversationsApiSettings, build)
