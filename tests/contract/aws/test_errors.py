"""One table says what a failure of AWS means, whichever service it comes from."""

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    EventStreamError,
    NoCredentialsError,
    ReadTimeoutError,
)

from autosocial.adapters.aws.errors import translated
from autosocial.kernel.errors import ConflictError, NotFoundError, PermanentError, TransientError


def refusal(code: str, status: int | None = 400) -> ClientError:
    metadata = {} if status is None else {"HTTPStatusCode": status}
    response = {"Error": {"Code": code, "Message": "secret"}, "ResponseMetadata": metadata}
    return ClientError(response, "Operation")  # type: ignore[arg-type]


def outcome(error: Exception) -> Exception:
    with pytest.raises(Exception) as raised, translated("away", refused="no", absent="none", changed="late"):
        raise error
    return raised.value


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("ThrottlingException", 400, TransientError),
        ("ProvisionedThroughputExceededException", 400, TransientError),
        ("AWS.SimpleQueueService.RequestThrottled", 403, TransientError),
        ("AWS.SimpleQueueService.OverLimit", 403, TransientError),
        ("SlowDown", 503, TransientError),
        ("RequestTimeout", 400, TransientError),
        ("ModelTimeoutException", 408, TransientError),
        ("ModelErrorException", 424, TransientError),
        ("InternalFailure", 500, TransientError),
        ("429", 429, TransientError),
        ("", 502, TransientError),
        ("AccessDenied", 403, PermanentError),
        ("AccessDeniedException", 400, PermanentError),
        ("AWS.SimpleQueueService.NonExistentQueue", 400, PermanentError),
        ("KMSInvalidStateException", 400, PermanentError),
        ("ResourceNotFoundException", 400, PermanentError),
        ("ValidationException", 400, PermanentError),
        ("NoSuchBucket", 404, PermanentError),
        ("NoSuchKey", 404, NotFoundError),
        ("404", 404, NotFoundError),
        ("ConditionalCheckFailedException", 400, ConflictError),
        ("PreconditionFailed", 412, ConflictError),
        ("ExecutionAlreadyExists", 400, ConflictError),
    ],
)
def test_a_code_means_the_same_everywhere(code, status, kind):
    error = outcome(refusal(code, status))
    assert type(error) is kind
    assert "secret" not in str(error)


def test_a_code_that_nobody_knows_goes_by_its_status_and_may_pass_without_one():
    assert type(outcome(refusal("NewException", 400))) is PermanentError
    assert type(outcome(refusal("NewException", 500))) is TransientError
    assert type(outcome(refusal("NewException", None))) is TransientError


@pytest.mark.parametrize(
    ("code", "kind"),
    [("modelStreamErrorException", TransientError), ("validationException", PermanentError)],
)
def test_streams_write_the_first_letter_of_a_code_small(code, kind):
    error = EventStreamError({"Error": {"Code": code, "Message": ""}}, "ConverseStream")
    assert type(outcome(error)) is kind


def test_the_line_may_come_back_and_a_client_that_is_not_set_up_may_not():
    assert type(outcome(ReadTimeoutError(endpoint_url="x"))) is TransientError
    assert type(outcome(EndpointConnectionError(endpoint_url="x"))) is TransientError
    assert type(outcome(NoCredentialsError())) is PermanentError


@pytest.mark.parametrize("code", ["404", "412"])
def test_who_asked_for_no_object_hears_of_none(code):
    with (
        pytest.raises(PermanentError) as raised,
        translated("away", refused="no", refused_code="store_refused"),
    ):
        raise refusal(code, int(code))
    assert raised.value.code == "store_refused"


def test_the_words_and_codes_are_the_callers():
    with pytest.raises(TransientError) as raised, translated("Later, please.", away_code="later"):
        raise refusal("SlowDown", 503)
    assert (raised.value.detail, raised.value.code) == ("Later, please.", "later")
