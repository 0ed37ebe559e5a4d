"""What the failures of the Bedrock Runtime API mean for us: try again, or do not."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.eventstream import ParserError
from urllib3.exceptions import HTTPError

from autosocial.adapters.aws.errors import translated
from autosocial.kernel.errors import TransientError

# Of a stream in flight: there botocore hands through what the connection below it raises.
_BROKEN_STREAM = (HTTPError, ParserError, OSError)


@contextmanager
def translated_failures() -> Iterator[None]:
    """Translate errors of a call, of a stream in flight and of the connection below it."""
    failures = translated(
        "The model cannot be reached.",
        refused="The model refused the request.",
        away_code="model_unavailable",
        refused_code="model_refused",
    )
    try:
        with failures:
            yield
    except _BROKEN_STREAM as error:
        raise TransientError("The model cannot be reached.", code="model_unavailable") from error
