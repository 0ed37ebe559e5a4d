"""The conversations API."""

from fastapi import FastAPI

from autosocial.runtime.http import build_app
from autosocial.wiring.http import http_function
from functions.conversations.api.routes import conversation_routes
from functions.conversations.api.settings import ConversationsApiSettings


def build(settings: ConversationsApiSettings) -> FastAPI:
    """Compose the API."""
    return build_app("AutoSocial conversations", [conversation_routes(settings.read_conversations())])


handler = http_function(ConversationsApiSettings, build)
