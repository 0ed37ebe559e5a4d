"""Entry point of Lambda authorizers, HTTP (simple responses) and socket (policy responses)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from autosocial.kernel.errors import DomainError, TransientError, UnauthenticatedError
from autosocial.kernel.tenancy import Caller
from autosocial.runtime.function import LambdaHandler, Parts, S, bare, bind, in_time
from autosocial.runtime.identity import identity_of

# The gateway waits 10 s for an authorizer, whatever the function's own time is.
_VERIFY_SECONDS = 8.0
Refusal = DomainError | TransientError


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a caller shows: a bearer token (HTTP) or a one-time ticket (socket), and the Origin header."""

    secret: str
    origin: str


def http_authorizer(
    settings_type: type[S], build: Callable[[S], Callable[[Credentials], Caller]]
) -> LambdaHandler:
    """Return the handler of an HTTP API authorizer (payload 2.0, simple responses)."""
    parts = Parts(settings_type, build)

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        _, logger, verify = parts.get()
        bind(logger, context, {"request_id": event.get("requestContext", {}).get("requestId", "")})
        headers = _lower(event.get("headers"))
        scheme, _, secret = headers.get("authorization", "").partition(" ")
        shown = Credentials(secret if scheme.lower() == "bearer" else "", headers.get("origin", ""))
        caller, refused = _verified(verify, shown, logger)
        # Not signed in is let through with the reason: runtime.http answers 401 before any route runs.
        # Denying here would make it a 403, which tells a client that signing in again is no use. Nor is a
        # caller refused who cannot be checked just now: they get a 503 in the same way.
        is_let_through = caller is not None or isinstance(refused, UnauthenticatedError | TransientError)
        return {"isAuthorized": is_let_through, "context": _context(caller, refused)}

    return in_time(handler, within_seconds=_VERIFY_SECONDS)


def socket_authorizer(
    settings_type: type[S], build: Callable[[S], Callable[[Credentials], Caller]]
) -> LambdaHandler:
    """Return the handler of the socket's $connect authorizer (REQUEST type)."""
    parts = Parts(settings_type, build)

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        _, logger, verify = parts.get()
        bind(logger, context, {"request_id": event.get("requestContext", {}).get("requestId", "")})
        ticket = (event.get("queryStringParameters") or {}).get("ticket", "")
        shown = Credentials(ticket, _lower(event.get("headers")).get("origin", ""))
        caller, refused = _verified(verify, shown, logger)
        # Who cannot be checked just now gets as far as the socket function, which answers 503.
        effect = "Allow" if caller or isinstance(refused, TransientError) else "Deny"
        statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}
        return {
            "principalId": caller.subject if caller else "nobody",
            "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
            "context": _context(caller, refused),
        }

    return in_time(handler, within_seconds=_VERIFY_SECONDS)


def _verified(
    verify: Callable[[Credentials], Caller], shown: Credentials, logger: Any
) -> tuple[Caller | None, Refusal | None]:
    """Return the caller, or why there is none. A fault of ours is raised."""
    try:
        caller = verify(shown)
    except DomainError as error:
        logger.info("caller refused", code=error.code)
        return None, error
    except TransientError as error:
        logger.warning("caller not verified", code=error.code)
        return None, error
    except Exception as error:
        logger.exception("verification failed", error_name=type(error).__name__)
        raise bare(error) from None
    logger.info("caller verified", role=caller.role.value, creator_id=caller.creator_id)
    return caller, None


def _context(caller: Caller | None, refused: Refusal | None) -> dict[str, str]:
    if isinstance(refused, TransientError):
        return {"refused": refused.code, "retry_after": str(refused.retry_after)}
    if caller is None:
        return {"refused": refused.code if refused else "unauthenticated"}
    return identity_of(caller)


def _lower(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {name.lower(): value for name, value in (headers or {}).items()}
