"""Errors as problem documents (RFC 9457), and the one table from error to HTTP status."""

from typing import Any

from autosocial.kernel.errors import (
    AutoSocialError,
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    QuotaExceededError,
    RateLimitedError,
    TooLargeError,
    TransientError,
    UnauthenticatedError,
)

_STATUS: tuple[tuple[type[AutoSocialError], int, str], ...] = (
    (InvalidError, 422, "Invalid input"),
    (UnauthenticatedError, 401, "Not signed in"),
    (ForbiddenError, 403, "Not allowed"),
    (NotFoundError, 404, "Not found"),
    (ConflictError, 409, "Conflict"),
    (TooLargeError, 413, "Too large"),
    (QuotaExceededError, 402, "Quota exceeded"),
    (RateLimitedError, 429, "Too many requests"),
    (TransientError, 503, "Temporarily unavailable"),
)
_UNKNOWN = (
    500,
    "Internal error",
    "Something went wrong on our side. Try again; if it stays, tell us the request id.",
)


def status_of(error: BaseException) -> int:
    """Return the HTTP status for an error; 500 for everything that is not ours."""
    return next((status for kind, status, _ in _STATUS if isinstance(error, kind)), 500)


def problem_type(code: str) -> str:
    """Return the URI that names a kind of problem."""
    return f"https://autosocial.dev/problems/{code.replace('_', '-')}"


def problem(error: BaseException, *, request_id: str, instance: str = "") -> dict[str, Any]:
    """Return the problem document. Text of errors that are not ours never reaches a client."""
    known = next(((status, title) for kind, status, title in _STATUS if isinstance(error, kind)), None)
    if known is None or not isinstance(error, AutoSocialError):
        status, title, detail = _UNKNOWN
        code = "internal_error"
    else:
        (status, title), detail, code = known, error.detail, error.code
    document: dict[str, Any] = {
        "type": problem_type(code),
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id,
    }
    if instance:
        document["instance"] = instance
    if isinstance(error, RateLimitedError | TransientError):
        document["retry_after"] = error.retry_after
    return document
