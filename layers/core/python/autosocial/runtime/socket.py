"""Entry point of the socket function: one API Gateway WebSocket event in, a status out.

The caller comes from the authorizer's context, which API Gateway repeats on every message of the
connection; nothing the client sends can change it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from autosocial.kernel.errors import AutoSocialError, TransientError, UnauthenticatedError
from autosocial.kernel.tenancy import Caller
from autosocial.runtime.function import LambdaHandler, Parts, S, bind, in_time
from autosocial.runtime.identity import caller_of
from autosocial.runtime.problems import status_of

# A person who waits hears something within this time, if only that they should come back.
_ANSWER_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class SocketEvent:
    """One event of one connection. ``body`` is the raw text of a message, "" otherwise."""

    kind: Literal["CONNECT", "MESSAGE", "DISCONNECT"]
    connection_id: str
    caller: Caller
    body: str
    request_id: str


def socket_function(
    settings_type: type[S], build: Callable[[S], Callable[[SocketEvent], None]]
) -> LambdaHandler:
    """Return the Lambda handler. An error on connect refuses it; later ones are the part's own to report."""
    parts = Parts(settings_type, build)

    def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
        _, logger, part = parts.get()
        request_context = event["requestContext"]
        request_id = str(request_context.get("requestId", ""))
        bind(logger, context, {"request_id": request_id})
        try:
            parsed = _parse(event, request_context, request_id)
            bind(logger, context, {"request_id": request_id, "creator_id": parsed.caller.creator_id})
            part(parsed)
        except AutoSocialError as error:
            logger.warning("socket event refused", kind=request_context.get("eventType"), code=error.code)
            return {"statusCode": status_of(error)}
        except Exception as error:
            logger.exception("socket event failed", error_name=type(error).__name__)
            return {"statusCode": 500}
        logger.info("socket event", kind=parsed.kind)
        return {"statusCode": 200}

    return in_time(handler, within_seconds=_ANSWER_SECONDS)


def _parse(event: dict[str, Any], request_context: dict[str, Any], request_id: str) -> SocketEvent:
    shown = request_context.get("authorizer") or {}
    if shown.get("retry_after"):
        # The authorizer could not check the ticket: refused here, a connection is told to come back.
        raise TransientError("The ticket cannot be checked just now.", code=shown["refused"])
    caller = caller_of(shown)
    if caller is None:
        raise UnauthenticatedError("The connection has no verified caller.")
    return SocketEvent(
        kind=request_context["eventType"],
        connection_id=request_context["connectionId"],
        caller=caller,
        body=event.get("body") or "",
        request_id=request_id,
    )
