"""Entry point of HTTP functions: FastAPI behind Mangum, one error map, request ids, verified callers."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from mangum import Mangum
from starlette.exceptions import HTTPException

from autosocial.kernel.clock import utc_now
from autosocial.kernel.errors import ForbiddenError, UnauthenticatedError
from autosocial.kernel.ids import new_id
from autosocial.kernel.tenancy import Caller, Role
from autosocial.runtime.edge import Edge, ReadSecret
from autosocial.runtime.function import LambdaHandler, Parts, S, bind, in_time
from autosocial.runtime.http_manners import (
    PROBLEM_JSON,
    Manners,
    Problem,
    authorizer_context,
    framework_error,
    invalid_request,
)
from autosocial.runtime.identity import caller_of

_LONGEST_WAIT = timedelta(seconds=60)
# A person who waits hears something within this time, if only that they should come back.
_ANSWER_SECONDS = 10.0
# What leaves as it is; the gateway gets everything else in base64.
_TEXT_TYPES = ["text/", "application/json", PROBLEM_JSON]


class _Described(FastAPI):
    """Describes errors as what they are sent as."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        document = super().openapi()
        for operations in document["paths"].values():
            for operation in operations.values():
                content = operation["responses"]["default"]["content"]
                if "application/json" in content:
                    content[PROBLEM_JSON] = content.pop("application/json")
        return document


def build_app(title: str, routers: Sequence[APIRouter]) -> FastAPI:
    """Return the application of one function, with the same manners as all others."""
    app = _Described(title=title, version="1", docs_url=None, redoc_url=None, openapi_url=None)
    for router in routers:
        app.include_router(
            router, responses={"default": {"model": Problem, "description": "Problem document"}}
        )
    app.state.edge = Edge()
    app.add_exception_handler(RequestValidationError, invalid_request)
    app.add_exception_handler(HTTPException, framework_error)
    app.add_middleware(Manners)
    return app


def asgi_function(
    settings_type: type[S], build: Callable[[S], FastAPI], *, open_secrets: Callable[[], ReadSecret]
) -> LambdaHandler:
    """Return the Lambda handler that serves ``build(settings)``.

    ``open_secrets`` makes the reader of the edge's secrets, where the stage has an edge.
    """

    def prepare(settings: S) -> tuple[FastAPI, Mangum]:
        app = build(settings)
        arns = [arn for arn in settings.edge_secret_arns.split(",") if arn]
        app.state.edge = Edge(arns, read_secret=open_secrets() if arns else None)
        return app, Mangum(app, lifespan="off", text_mime_types=_TEXT_TYPES)

    parts = Parts(settings_type, prepare)

    def handler(event: dict[str, Any], context: Any) -> Any:
        _, logger, (app, mangum) = parts.get()
        app.state.logger = logger
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        headers["x-request-id"] = _request_id(headers.get("x-request-id", ""))
        ids = {
            "request_id": headers["x-request-id"],
            "creator_id": authorizer_context(event).get("creator_id", ""),
        }
        bind(logger, context, ids)
        return mangum({**event, "headers": headers}, context)

    return in_time(handler, within_seconds=_ANSWER_SECONDS)


# Only says in the description which routes want a token: who calls is the authorizer's word.
_BEARER = HTTPBearer(scheme_name="bearer", bearerFormat="JWT", auto_error=False)


def verified_caller(request: Request, _: Annotated[object, Depends(_BEARER)]) -> Caller:
    """Return who the authorizer says is calling. The tenant comes from here and nowhere else."""
    caller = caller_of(authorizer_context(request.scope.get("aws.event", {})))
    if caller is None:
        raise UnauthenticatedError("Sign in first.")
    return caller


def _as_creator(caller: Annotated[Caller, Depends(verified_caller)]) -> Caller:
    if caller.role is not Role.CREATOR:
        raise ForbiddenError("This is for the creator only.")
    return caller


def _as_visitor(caller: Annotated[Caller, Depends(verified_caller)]) -> Caller:
    if caller.role is not Role.VISITOR:
        raise ForbiddenError("This is for visitors only.")
    return caller


def _source_address(request: Request) -> str:
    edge: Edge = request.app.state.edge
    context = request.scope.get("aws.event", {}).get("requestContext", {})
    return edge.client_network(request.headers, str(context.get("http", {}).get("sourceIp", "")))


def _arrived_at(request: Request) -> datetime:
    now = utc_now()
    context = request.scope.get("aws.event", {}).get("requestContext", {})
    arrived_at = datetime.fromtimestamp(int(context.get("timeEpoch", 0)) / 1_000, UTC)
    # No request waits longer for its function: whatever says so is no clock.
    return arrived_at if timedelta() < now - arrived_at < _LONGEST_WAIT else now


AnyCaller = Annotated[Caller, Depends(verified_caller)]
CreatorCaller = Annotated[Caller, Depends(_as_creator)]
VisitorCaller = Annotated[Caller, Depends(_as_visitor)]
# The client's network as the gateway or our own edge saw it, never what a header claims: a key for limits.
SourceAddress = Annotated[str, Depends(_source_address)]
# When the gateway got the request; its function may have started much later.
ArrivedAt = Annotated[datetime, Depends(_arrived_at)]


def _request_id(sent: str) -> str:
    return sent if 8 <= len(sent) <= 64 and sent.isascii() and sent.replace("-", "").isalnum() else new_id()
