"""What the failures of AWS mean for us: one table from the vendor's codes to our error tree."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from botocore.exceptions import (
    BotoCoreError,
    ChecksumError,
    ClientError,
    CredentialRetrievalError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    MetadataRetrievalError,
)
from botocore.exceptions import ConnectionError as UnconnectedError

from autosocial.kernel.errors import ConflictError, NotFoundError, PermanentError, TransientError


class Meaning(Enum):
    """What a failure means, whichever service it comes from."""

    AWAY = "trying again later may help"
    REFUSED = "trying again cannot help"
    ABSENT = "what was asked for is not there"
    CHANGED = "the state is not the one that the request was made for"


# Only codes whose HTTP status says something else, or that come without one (in streams and transactions).
_MEANINGS = {
    code: meaning
    for meaning, codes in {
        Meaning.AWAY: """
            BandwidthLimitExceeded ExecutionLimitExceeded InternalServerError InternalServerException
            KmsThrottled LimitExceededException ModelErrorException ModelNotReadyException
            ModelStreamErrorException ModelTimeoutException OperationAborted OverLimit
            PriorRequestNotComplete ProvisionedThroughputExceeded ProvisionedThroughputExceededException
            RequestLimitExceeded RequestThrottled RequestThrottledException RequestTimeout
            RequestTimeoutException ServiceUnavailable ServiceUnavailableException SlowDown
            ThrottledException Throttling ThrottlingError ThrottlingException TooManyRequestsException
            TransactionConflict TransactionConflictException TransactionInProgressException
        """,
        Meaning.REFUSED: """
            AccessDenied AccessDeniedException ExpiredTokenException InvalidSignatureException
            ItemCollectionSizeLimitExceeded NoSuchBucket ResourceNotFoundException
            ServiceQuotaExceededException UnrecognizedClientException ValidationError ValidationException
        """,
        Meaning.ABSENT: "404 NoSuchKey NoSuchVersion NotFound",
        Meaning.CHANGED: """
            409 412 ConditionalCheckFailed ConditionalCheckFailedException ConditionalRequestConflict
            ExecutionAlreadyExists PreconditionFailed
        """,
    }.items()
    for code in codes.split()
}
_CONNECTION_FAILURES = (
    UnconnectedError,
    HTTPClientError,
    IncompleteReadError,
    ChecksumError,
    FlexibleChecksumError,
    CredentialRetrievalError,
    MetadataRetrievalError,
)


@contextmanager
def translated(
    away: str,
    *,
    refused: str = "The request was refused.",
    absent: str = "",
    changed: str = "",
    away_code: str = TransientError.code,
    refused_code: str = PermanentError.code,
) -> Iterator[None]:
    """Turn what botocore raises into errors of our tree; the texts are what a person reads.

    Raises:
        TransientError: the service is away or busy.
        PermanentError: it refuses us, or our client is not set up.
        NotFoundError: with ``absent``, what was asked for is not there; without, that is a refusal.
        ConflictError: with ``changed``, the condition of a write does not hold; without, the same.
    """
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        meaning = meaning_of(error)
        if meaning is Meaning.AWAY:
            raise TransientError(away, code=away_code) from error
        if meaning is Meaning.ABSENT and absent:
            raise NotFoundError(absent) from error
        if meaning is Meaning.CHANGED and changed:
            raise ConflictError(changed) from error
        raise PermanentError(refused, code=refused_code) from error


def meaning_of(error: ClientError | BotoCoreError) -> Meaning:
    """Return what a failure of a call means."""
    if isinstance(error, BotoCoreError):
        return Meaning.AWAY if isinstance(error, _CONNECTION_FAILURES) else Meaning.REFUSED
    return meaning_of_code(code_of(error), status=status_of(error))


def meaning_of_code(code: str, *, status: int = 0) -> Meaning:
    """Return what an error code means; one that nobody knows by its HTTP status (0: there is none)."""
    # Streams write the first letter small; SQS puts the name of its service before the code.
    name = code.rpartition(".")[2]
    known = _MEANINGS.get(name) or _MEANINGS.get(name[:1].upper() + name[1:])
    if known:
        return known
    return Meaning.REFUSED if 400 <= status < 500 and status not in {408, 425, 429} else Meaning.AWAY


def code_of(error: ClientError) -> str:
    """Return the vendor's code."""
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int:
    """Return the HTTP status, 0 where there is none."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
