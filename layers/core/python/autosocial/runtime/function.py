"""What all entry points share: settings read once, parts built once, ids bound to every log line.

``build(settings)`` is a function's composition root. Lambda's start runs it, before the first invocation;
elsewhere the first invocation does, so that importing a handler needs no environment.
"""

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Generic, TypeVar

from aws_lambda_powertools import Logger

from autosocial.kernel import budget
from autosocial.kernel.correlation import Correlation, correlate
from autosocial.kernel.errors import AutoSocialError, PermanentError
from autosocial.runtime.logs import build_logger
from autosocial.runtime.settings import Settings, is_cold_start, trace_id

S = TypeVar("S", bound=Settings)
P = TypeVar("P")
LambdaHandler = Callable[[dict[str, Any], Any], Any]
# What a function needs to put its answer into words and its log line out.
_LAST_SECONDS = 1.0


class Parts(Generic[S, P]):
    """Settings, logger and built part of one function, made once and kept warm."""

    def __init__(self, settings_type: type[S], build: Callable[[S], P]) -> None:
        self._settings_type = settings_type
        self._build = build
        self._get = cache(self._make)
        if is_cold_start():
            self._get()

    def _make(self) -> tuple[S, Logger, P]:
        settings = self._settings_type.from_environment()
        logger = build_logger(settings.service_name, settings.log_level)
        return settings, logger, self._build(settings)

    def get(self) -> tuple[S, Logger, P]:
        """Return (settings, logger, built part)."""
        return self._get()


def in_time(handler: LambdaHandler, *, within_seconds: float = math.inf) -> LambdaHandler:
    """Let each invocation of ``handler`` end before Lambda ends it, ``within_seconds`` at the latest.

    A function that Lambda ends answers nobody: the gateway then says 503 in words of its own.
    """

    def timed(event: dict[str, Any], context: Any) -> Any:
        left = getattr(context, "get_remaining_time_in_millis", None)
        seconds = within_seconds if left is None else min(within_seconds, left() / 1_000 - _LAST_SECONDS)
        with budget.granted(seconds):
            return handler(event, context)

    return timed


def bare(error: Exception) -> AutoSocialError:
    """Return what may leave the function (raise it ``from None``): no text of a foreign error.

    Lambda logs what a handler raises past our redaction, and Step Functions keeps it in its history.
    """
    if isinstance(error, AutoSocialError):
        return error
    return PermanentError(f"{type(error).__name__}: see the log of this request.", code="internal_error")


def bind(logger: Logger, context: Any, ids: Mapping[str, str]) -> None:
    """Bind this invocation's ids to log lines and facts, replacing those of the one before."""
    cause = Correlation(request_id=ids.get("request_id", ""), trace_id=trace_id())
    correlate(cause)
    logger.set_correlation_id(ids.get("request_id"))
    logger.append_keys(
        aws_request_id=getattr(context, "aws_request_id", ""),
        trace_id=cause.trace_id,
        request_id=cause.request_id,
        creator_id=ids.get("creator_id", ""),
    )
