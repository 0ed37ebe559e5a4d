"""The model server: ``python -m uvicorn functions.model_server.app:create_app --factory``.

It speaks the Bedrock Runtime API, so that one boto3 client reaches Amazon Bedrock, a GPU container or a
laptop by its endpoint alone.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from functions.model_server.converse import AnswerSlots
from functions.model_server.embedding_queue import EmbeddingQueue
from functions.model_server.engines.choice import load_engine
from functions.model_server.errors import BedrockError
from functions.model_server.parts import Parts
from functions.model_server.responses import ClientLeftError, RequestIds, aws_error
from functions.model_server.routes import bedrock_routes, open_routes
from functions.model_server.settings import ModelServerSettings
from functions.model_server.upstreams.choice import build_upstream


def create_app(settings: ModelServerSettings | None = None) -> FastAPI:
    """Return the application; without ``settings`` it reads its environment."""
    settings = settings or ModelServerSettings.from_environment()
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    embeddings = EmbeddingQueue(partial(load_engine, settings), max_queued_texts=settings.max_queued_texts)
    upstream = build_upstream(settings, embeddings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        embeddings.start()
        upstream.start()
        try:
            yield
        finally:
            embeddings.close()
            await upstream.close()

    app = FastAPI(
        title="AutoSocial model server", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None
    )
    app.state.parts = Parts(settings, embeddings, upstream, AnswerSlots(settings.max_concurrent_answers))
    app.include_router(open_routes)
    app.include_router(bedrock_routes)
    app.add_middleware(RequestIds)
    for kind in (BedrockError, ClientLeftError, HTTPException, Exception):
        app.add_exception_handler(kind, aws_error)
    return app
