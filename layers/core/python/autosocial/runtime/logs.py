"""JSON logs with the ids of the request and without anything private.

Redaction is by key, at any depth: a log call may pass a whole object and still leaks no text, contact
data, header or secret.
"""

import re
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

# What functions call a logger, so that they need not know whose it is.
Log = Logger

REDACTED = "[redacted]"
_PRIVATE_KEY = re.compile(
    r"text|body|content|message_text|email|e_mail|phone|name|password|secret|token|ticket|authorization"
    r"|cookie|headers?|comment|query|passage|quote|signature|credentials?|address",
    re.IGNORECASE,
)
# Keys that the pattern above would hit, and that we need and know to be harmless.
_SAFE_KEYS = frozenset(
    {"function_name", "service_name", "error_name", "event_name", "outcome_name", "token_id"}
)
_LOGGER_KEYS = frozenset(
    {"level", "location", "message", "timestamp", "service", "exception", "exception_name"}
)
_POWERTOOLS_ONLY = frozenset({"stack_trace"})


def redact(value: Any, *, key: str = "") -> Any:
    """Return ``value`` with everything under a private key replaced, at any depth."""
    if key and key not in _SAFE_KEYS and _PRIVATE_KEY.search(key):
        return REDACTED
    if isinstance(value, Mapping):
        return {str(k): redact(v, key=str(k)) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(item) for item in value]
    if value is None or isinstance(value, str | int | float):
        return value
    # Anything else would be logged as its repr, which shows all of its fields.
    return f"<{type(value).__name__}>"


class _RedactingFormatter(LambdaPowertoolsFormatter):
    def serialize(self, log: Mapping[str, Any]) -> str:
        kept = _LOGGER_KEYS | _POWERTOOLS_ONLY
        clean = {key: value if key in kept else redact(value, key=key) for key, value in log.items()}
        # The text of an exception may quote input; its class and place are enough to find the fault.
        clean.pop("exception", None)
        if isinstance(clean.get("stack_trace"), dict):
            clean["stack_trace"] = {**clean["stack_trace"], "value": REDACTED}
        return str(super().serialize(clean))


def build_logger(service: str, level: str) -> Logger:
    """Return the function's logger; ids are bound to it per invocation by the entry-point wrappers."""
    formatter = _RedactingFormatter(use_rfc3339=True, utc=True)
    return Logger(service=service, level=level, logger_formatter=formatter)
