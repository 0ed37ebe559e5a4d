"""What every HTTP answer has: a problem document for an error, safe headers, request id, log line."""

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from autosocial.kernel.errors import RateLimitedError, TransientError, UnauthenticatedError
from autosocial.runtime.problems import problem, problem_type, status_of

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

PROBLEM_JSON = "application/problem+json"
_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}
_FRAMEWORK_CODES = {404: "not_found", 405: "method_not_allowed"}


class FieldProblem(BaseModel):
    """What is wrong with one field of a request."""

    field: str
    message: str


class Problem(BaseModel):
    """RFC 9457 problem document; ``code`` is stable."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    instance: str = ""
    retry_after: int | None = None
    errors: list[FieldProblem] | None = None


class Manners:
    """Middleware around the whole application; nothing that a route raises gets past it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; HEAD is GET without a body."""
        is_head = scope["method"] == "HEAD"
        scope = {**scope, "method": "GET"} if is_head else scope
        request = Request(scope)
        statuses: list[int] = []

        async def polite_send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
                _add_headers(MutableHeaders(scope=message), request)
            await send({**message, "body": b""} if is_head and "body" in message else message)

        try:
            request.app.state.edge.check(request.url.path, request.headers)
            _refuse_unverified(request)
            await self._app(scope, receive, polite_send)
        except Exception as error:
            if statuses:
                raise
            await _problem_response(request, error)(scope, receive, polite_send)
        _log_line(request, statuses[0] if statuses else 0)


def authorizer_context(event: dict[str, Any]) -> dict[str, str]:
    """Return the authorizer's context of an API Gateway event; empty on public routes."""
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    return dict(authorizer.get("lambda") or {})


async def invalid_request(request: Request, error: Exception) -> JSONResponse:
    """Answer a request that does not have the route's shape; shows no input."""
    if not isinstance(error, RequestValidationError):
        raise error
    fields = [
        {"field": ".".join(str(part) for part in item["loc"] if part != "body"), "message": str(item["msg"])}
        for item in error.errors()
    ]
    document = {
        **_document(request, 422, "Invalid input", code="invalid_input"),
        "detail": "Some fields are missing or not valid.",
        "errors": fields,
    }
    return JSONResponse(document, status_code=422, media_type=PROBLEM_JSON)


async def framework_error(request: Request, error: Exception) -> JSONResponse:
    """Answer what the framework itself refuses: unknown paths and methods, unreadable bodies."""
    if not isinstance(error, HTTPException):
        raise error
    code = _FRAMEWORK_CODES.get(error.status_code, "request_refused")
    document = _document(request, error.status_code, str(error.detail), code=code)
    headers = {"Allow": _allowed(request)} if error.status_code == 405 else error.headers
    return JSONResponse(document, status_code=error.status_code, media_type=PROBLEM_JSON, headers=headers)


def _allowed(request: Request) -> str:
    """Return what the path may be asked for: by all its routes, where the framework tells of the first."""
    routes = request.app.router.routes
    methods = {
        method
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    }
    return ", ".join(sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())))


def _refuse_unverified(request: Request) -> None:
    # The authorizer lets a bad token through with the reason, so that the answer is a 401 with a
    # problem document: the gateway itself could only say 403 without one. What it could not check now
    # comes through as well, with the seconds after which to ask again.
    shown = authorizer_context(request.scope.get("aws.event", {}))
    refused = shown.get("refused")
    if refused and shown.get("retry_after"):
        detail = "Who you are cannot be checked just now. Try again in a moment."
        raise TransientError(detail, code=refused, retry_after=int(shown["retry_after"]))
    if refused:
        raise UnauthenticatedError("You are not signed in, or no longer.", code=refused)


def _add_headers(headers: MutableHeaders, request: Request) -> None:
    headers["X-Request-ID"] = _request_id(request)
    for name, value in _SECURITY_HEADERS.items():
        headers.setdefault(name, value)


def _log_line(request: Request, status: int) -> None:
    logger: Logger | None = getattr(request.app.state, "logger", None)
    if logger is not None:
        route = getattr(request.scope.get("route"), "path", "")
        logger.info("http request", method=request.method, route=route, status=status)


def _problem_response(request: Request, error: Exception) -> JSONResponse:
    status = status_of(error)
    logger: Logger | None = getattr(request.app.state, "logger", None)
    if status >= 500 and logger is not None:
        logger.error("request failed", exc_info=error, error_name=type(error).__name__)
    document = problem(error, request_id=_request_id(request), instance=request.url.path)
    headers = {}
    if "retry_after" in document:
        headers["Retry-After"] = str(document["retry_after"])
    if isinstance(error, RateLimitedError):
        headers["RateLimit"] = f'"{error.code}";r=0;t={error.retry_after}'
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(document, status_code=status, media_type=PROBLEM_JSON, headers=headers)


def _document(request: Request, status: int, title: str, *, code: str) -> dict[str, Any]:
    return {
        "type": problem_type(code),
        "title": title,
        "status": status,
        "detail": title,
        "code": code,
        "request_id": _request_id(request),
        "instance": request.url.path,
    }


def _request_id(request: Request) -> str:
    return request.headers.get("x-request-id", "")
