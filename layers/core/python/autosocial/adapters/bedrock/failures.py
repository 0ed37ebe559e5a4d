"""What the failures of the Bedrock Runtime API mean for us: try again, or do not."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.eventstream import ParserError
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as UnconnectedError
from urllib3.exceptions import HTTPError

from autosocial.kernel.errors import AutoSocialError, PermanentError, TransientError

_PERMANENT = {
    "AccessDeniedException",
    "ExpiredTokenException",
    "InvalidSignatureException",
    "ResourceNotFoundException",
    "ServiceQuotaExceededException",
    "UnrecognizedClientException",
    "ValidationException",
    "validationException",
}
_CONNECTION_FAILURES = (
    UnconnectedError,
    HTTPClientError,
    IncompleteReadError,
    HTTPError,
    ParserError,
    OSError,
)


@contextmanager
def translated_failures() -> Iterator[None]:
    """Translate errors of boto3, of a stream in flight and of the connection below it."""
    try:
        yield
    except ClientError as error:
        raise _of_service(error) from error
    except _CONNECTION_FAILURES as error:
        raise TransientError("The model cannot be reached.", code="model_unavailable") from error
    except BotoCoreError as error:
        raise PermanentError("The model client is not set up.", code="model_misconfigured") from error


def _of_service(error: ClientError) -> AutoSocialError:
    code = error.response.get("Error", {}).get("Code", "")
    if code in _PERMANENT:
        return PermanentError(f"The model refused the request ({code}).", code="model_refused")
    return TransientError(f"The model failed ({code}).", code="model_unavailable")
