"""Entry point of HTTP functions: FastAPI behind Mangum, one error map, request ids, verified callers."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any

from aws_lambda_powertools import Logger
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from mangum import Mangum
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from autosocial.kernel.errors import ForbiddenError, UnauthenticatedError
from autosocial.kernel.ids import new_id
from autosocial.kernel.tenancy import Caller, Role
from autosocial.runtime.function import LambdaHandler, Parts, S, bind
from autosocial.runtime.problems import problem, status_of

_PROBLEM_JSON = "application/problem+json"
_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}


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
    errors: list[dict[str, str]] | None = None


def build_app(title: str, routers: Sequence[APIRouter]) -> FastAPI:
    """Return the application of one function, with the same manners as all others."""
    app = FastAPI(title=title, version="1", docs_url=None, redoc_url=None, openapi_url=None)
    for router in routers:
        app.include_router(router, responses={"default": {"model": Problem, "description": "Problem document"}})
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _framework_error)
    app.middleware("http")(_with_manners)
    return app


def http_function(settings_type: type[S], build: Callable[[S], FastAPI]) -> LambdaHandler:
    """Return the Lambda handler that serves ``build(settings)``."""

    def prepare(settings: S) -> tuple[FastAPI, Mangum]:
        app = build(settings)
        return app, Mangum(app, lifespan="off")

    parts = Parts(settings_type, prepare)

    def handler(event: dict[str, Any], context: Any) -> Any:
        _, logger, (app, mangum) = parts.get()
        app.state.logger = logger
        identity = _authorizer_context(event)
        request_id = _request_id(event)
        event.setdefault("headers", {})["x-request-id"] = request_id
        bind(logger, context, {"request_id": request_id, "creator_id": identity.get("creator_id", "")})
        return mangum(event, context)

    return handler


def verified_caller(request: Request) -> Caller:
    """Return who the authorizer says is calling. The tenant comes from here and nowhere else."""
    identity = _authorizer_context(request.scope.get("aws.event", {}))
    if not identity.get("creator_id"):
        raise UnauthenticatedError("Sign in first.")
    return Caller(
        creator_id=identity["creator_id"],
        subject=identity["subject"],
        role=Role(identity["role"]),
        token_id=identity.get("token_id", ""),
        origin=identity.get("origin", ""),
    )


def _as_creator(caller: Annotated[Caller, Depends(verified_caller)]) -> Caller:
    if caller.role is not Role.CREATOR:
        raise ForbiddenError("This is for the creator only.")
    return caller


def _as_visitor(caller: Annotated[Caller, Depends(verified_caller)]) -> Caller:
    if caller.role is not Role.VISITOR:
        raise ForbiddenError("This is for visitors only.")
    return caller


AnyCaller = Annotated[Caller, Depends(verified_caller)]
CreatorCaller = Annotated[Caller, Depends(_as_creator)]
VisitorCaller = Annotated[Caller, Depends(_as_visitor)]


async def _with_manners(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    request_id = request.headers.get("x-request-id") or new_id()
    try:
        response = await call_next(request)
    except Exception as error:  # noqa: BLE001 - the edge: every error becomes a problem document
        response = _problem_response(request, error, request_id)
    response.headers["X-Request-ID"] = request_id
    for name, value in _SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    _log_line(request, response)
    return response


def _log_line(request: Request, response: Response) -> None:
    logger: Logger | None = getattr(request.app.state, "logger", None)
    if logger is not None:
        route = getattr(request.scope.get("route"), "path", "")
        logger.info("http request", method=request.method, route=route, status=response.status_code)


def _problem_response(request: Request, error: Exception, request_id: str) -> JSONResponse:
    status = status_of(error)
    logger: Logger | None = getattr(request.app.state, "logger", None)
    if status >= 500 and logger is not None:
        logger.exception("request failed", error_name=type(error).__name__)
    document = problem(error, request_id=request_id, instance=request.url.path)
    headers = {"Retry-After": str(document["retry_after"])} if "retry_after" in document else None
    return JSONResponse(document, status_code=status, media_type=_PROBLEM_JSON, headers=headers)


async def _invalid_request(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    fields = [
        {"field": ".".join(str(part) for part in item["loc"] if part != "body"), "message": str(item["msg"])}
        for item in error.errors()
    ]
    document = {
        "type": "https://autosocial.dev/problems/invalid-input",
        "title": "Invalid input",
        "status": 422,
        "detail": "Some fields are missing or not valid.",
        "code": "invalid_input",
        "request_id": request.headers.get("x-request-id", ""),
        "instance": request.url.path,
        "errors": fields,
    }
    return JSONResponse(document, status_code=422, media_type=_PROBLEM_JSON)


async def _framework_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "request_refused")
    document = {
        "type": f"https://autosocial.dev/problems/{code.replace('_', '-')}",
        "title": str(error.detail),
        "status": error.status_code,
        "detail": str(error.detail),
        "code": code,
        "request_id": request.headers.get("x-request-id", ""),
        "instance": request.url.path,
    }
    return JSONResponse(document, status_code=error.status_code, media_type=_PROBLEM_JSON, headers=error.headers)


def _authorizer_context(event: dict[str, Any]) -> dict[str, str]:
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    return dict(authorizer.get("lambda") or {})


def _request_id(event: dict[str, Any]) -> str:
    sent = {name.lower(): value for name, value in (event.get("headers") or {}).items()}.get("x-request-id", "")
    return sent if 8 <= len(sent) <= 64 and sent.replace("-", "").isalnum() else new_id()
