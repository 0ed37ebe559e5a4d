"""The one error tree. Nothing outside it may reach a visitor, a creator or a queue.

AutoSocialError
├── DomainError                the caller can do something about it
│   ├── InvalidError           400/422  the input breaks a rule
│   ├── UnauthenticatedError   401      no or no longer valid credentials
│   ├── ForbiddenError         403      known, but not allowed
│   ├── NotFoundError          404      absent, or another tenant's
│   ├── ConflictError          409      the state does not allow it (any more)
│   ├── TooLargeError          413      above a documented limit
│   ├── QuotaExceededError     402      the plan's allowance is used up
│   └── RateLimitedError       429      too fast; says when to come back
├── TransientError             503      try again later, says when; queues retry it
└── PermanentError             500      trying again cannot help; queues park it
"""


class AutoSocialError(Exception):
    """Root of the tree.

    ``code`` is stable, snake_case and part of the API; ``detail`` is a sentence for a person and
    never holds secrets, message text or another tenant's data.
    """

    code = "internal_error"

    def __init__(self, detail: str, *, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        if code is not None:
            self.code = code


class DomainError(AutoSocialError):
    """The caller can do something about it."""

    code = "request_refused"


class InvalidError(DomainError):
    """The input breaks a rule."""

    code = "invalid_input"


class UnauthenticatedError(DomainError):
    """No credentials, or no longer valid ones."""

    code = "unauthenticated"


class ForbiddenError(DomainError):
    """Known, but not allowed."""

    code = "forbidden"


class NotFoundError(DomainError):
    """Absent, or another tenant's: the two must look the same."""

    code = "not_found"


class ConflictError(DomainError):
    """The state of the thing does not allow it, or does not allow it any more."""

    code = "conflict"


class TooLargeError(DomainError):
    """Above a documented limit."""

    code = "too_large"


class QuotaExceededError(DomainError):
    """The plan's allowance is used up."""

    code = "quota_exceeded"


class RateLimitedError(DomainError):
    """Too fast. ``retry_after`` is in whole seconds, at least 1."""

    code = "rate_limited"

    def __init__(self, detail: str, *, retry_after: int, code: str | None = None) -> None:
        super().__init__(detail, code=code)
        self.retry_after = max(1, retry_after)


class TransientError(AutoSocialError):
    """A part is away for now: try again later, in about ``retry_after`` seconds."""

    code = "temporarily_unavailable"

    def __init__(self, detail: str, *, code: str | None = None, retry_after: int = 3) -> None:
        super().__init__(detail, code=code)
        self.retry_after = max(1, retry_after)


class PermanentError(AutoSocialError):
    """Trying again cannot help: a queue parks the message with this reason."""

    code = "permanent_failure"
