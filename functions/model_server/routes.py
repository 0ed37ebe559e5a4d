"""The operations of the Bedrock Runtime API that this server has, and its own health routes."""

import asyncio
import hmac
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import numpy as np
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from pydantic import ValidationError as PydanticError

from functions.model_server.converse import Answer, chat_request
from functions.model_server.embedding_queue import Urgency
from functions.model_server.errors import AccessDeniedError, ValidationError
from functions.model_server.parts import Parts
from functions.model_server.responses import AnswerResponse, unless_client_leaves
from functions.model_server.schemas import ConverseRequest, EmbeddingRequest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_MAX_BODY_BYTES = 25_000_000
_B = TypeVar("_B", bound=BaseModel)


def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


PartsOf = Annotated[Parts, Depends(_parts)]


def _authorized(request: Request, parts: PartsOf) -> None:
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    token = parts.settings.model_server_token.get_secret_value()
    if scheme.lower() != "bearer" or not hmac.compare_digest(shown.strip().encode(), token.encode()):
        raise AccessDeniedError("The bearer token is missing or wrong.")


open_routes = APIRouter()
bedrock_routes = APIRouter(dependencies=[Depends(_authorized)])


@open_routes.get("/health")
async def health() -> dict[str, str]:
    """Tell that the process lives."""
    return {"status": "ok"}


@open_routes.get("/ready")
async def ready(parts: PartsOf) -> JSONResponse:
    """Tell whether answers and embeddings can be had now."""
    engine = parts.embeddings.engine
    upstream_ready = await parts.upstream.is_ready()
    body = {
        "status": "ready" if engine and upstream_ready else "not_ready",
        "embeddings": engine.name if engine else "not loaded",
        "upstream": parts.upstream.model if upstream_ready else "not reachable",
    }
    return JSONResponse(body, status_code=200 if engine and upstream_ready else 503)


@bedrock_routes.get("/models")
async def models(parts: PartsOf) -> dict[str, Any]:
    """Name what answers and what embeds."""
    engine = parts.embeddings.engine
    loaded = {"model": engine.model, "engine": engine.name, "dimensions": engine.dimensions} if engine else {}
    return {
        "chat": {"model": parts.upstream.model, "model_id": parts.settings.chat_model_id or "*"},
        "embedding": {**loaded, "model_id": parts.settings.embedding_model_id or "*"},
    }


@bedrock_routes.post("/model/{model_id:path}/converse")
async def converse(model_id: str, request: Request, parts: PartsOf) -> Response:
    """Answer in one piece."""
    answer = await _asked(model_id, request, parts)
    try:
        return JSONResponse(await unless_client_leaves(request, answer.whole()))
    finally:
        await answer.close()


@bedrock_routes.post("/model/{model_id:path}/converse-stream")
async def converse_stream(model_id: str, request: Request, parts: PartsOf) -> Response:
    """Answer piece by piece."""
    answer = await _asked(model_id, request, parts)
    try:
        await unless_client_leaves(request, answer.begin())
    except BaseException:
        await answer.close()
        raise
    return AnswerResponse(answer)


@bedrock_routes.post("/model/{model_id:path}/invoke")
async def invoke(model_id: str, request: Request, parts: PartsOf) -> Response:
    """Embed up to 96 texts, in Cohere's batch shape."""
    _check_model(model_id, parts.settings.embedding_model_id)
    body = await _body(request, EmbeddingRequest)
    is_query = body.input_type == "search_query"
    urgency = Urgency.QUESTION if is_query and len(body.texts) == 1 else Urgency.BULK
    future = parts.embeddings.submit(body.texts, is_query=is_query, urgency=urgency)
    vectors = await unless_client_leaves(request, _finished(asyncio.wrap_future(future)))
    return JSONResponse(
        {
            "id": request.headers.get("amz-sdk-invocation-id", ""),
            "embeddings": np.round(vectors.astype(np.float64), 7).tolist(),
            "texts": body.texts,
            "response_type": "embeddings_floats",
        }
    )


async def _asked(model_id: str, request: Request, parts: Parts) -> Answer:
    _check_model(model_id, parts.settings.chat_model_id)
    asked = chat_request(await _body(request, ConverseRequest))
    if len(asked.system) + sum(len(turn.text) for turn in asked.turns) > parts.settings.max_prompt_chars:
        raise ValidationError("Input is too long for requested model.")
    return Answer(parts.upstream, asked, slots=parts.slots)


def _check_model(model_id: str, served: str) -> None:
    if served and model_id != served:
        raise ValidationError("The provided model identifier is invalid.")


async def _body(request: Request, shape: type[_B]) -> _B:
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > _MAX_BODY_BYTES:
            raise ValidationError("The request body is too large.")
    try:
        return shape.model_validate_json(bytes(received))
    except PydanticError as error:
        raise ValidationError("; ".join(_said(problem) for problem in error.errors()[:5])) from None


def _said(problem: "ErrorDetails") -> str:
    place = ".".join(map(str, problem["loc"]))
    message = problem["msg"].removeprefix("Value error, ")
    return f"{place}: {message}" if place else message


async def _finished(future: "asyncio.Future[Any]") -> Any:
    return await future
