"""Event streams, AWS errors, request ids, and what happens when a client leaves."""

import asyncio
import uuid
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from functions.model_server.converse import Answer
from functions.model_server.errors import BedrockError, ResourceNotFoundError
from functions.model_server.eventstream import CONTENT_TYPE

_T = TypeVar("_T")


class ClientLeftError(Exception):
    """The client closed the connection while it waited: there is nobody to answer."""


class AnswerResponse(StreamingResponse):
    """Streams an answer; whatever ends the stream, the upstream's work ends with it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.frames(), media_type=CONTENT_TYPE)
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the answer ends or the client leaves."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._answer.close()


class RequestIds:
    """ASGI middleware: every response carries ``x-amzn-RequestId``, as AWS's do."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["x-amzn-RequestId"] = str(uuid.uuid4())
            await send(message)

        await self._app(scope, receive, send_with_id if scope["type"] == "http" else send)


async def unless_client_leaves(request: Request, work: Coroutine[Any, Any, _T]) -> _T:
    """Return what ``work`` returns; cancel it when the client goes away meanwhile.

    Raises:
        ClientLeftError: it did.
    """
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientLeftError
        return working.result()
    finally:
        leaving.cancel()
        if not working.done():
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)


async def aws_error(_: Request, error: Exception) -> JSONResponse:
    """Turn an error into the form that AWS clients read."""
    if isinstance(error, HTTPException):
        error = ResourceNotFoundError("There is no such operation.")
    if isinstance(error, ClientLeftError):
        return JSONResponse({}, status_code=499)
    if not isinstance(error, BedrockError):
        error = BedrockError("The model server failed.")
    headers = {"x-amzn-errortype": f"{error.kind}:http://internal.amazon.com/coral/com.amazon.bedrock/"}
    return JSONResponse({"message": error.message}, status_code=error.status, headers=headers)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
