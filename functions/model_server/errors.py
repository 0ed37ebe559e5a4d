"""The errors of the Bedrock Runtime API, by the names and statuses that its clients know."""


class BedrockError(Exception):
    """Root. ``kind`` is the exception's name on the wire, ``status`` its HTTP status."""

    kind = "InternalServerException"
    status = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ValidationError(BedrockError):
    """The request breaks a rule of the API."""

    kind = "ValidationException"
    status = 400


class AccessDeniedError(BedrockError):
    """No token, or not the right one."""

    kind = "AccessDeniedException"
    status = 403


class ResourceNotFoundError(BedrockError):
    """There is no such operation."""

    kind = "ResourceNotFoundException"
    status = 404


class ModelTimeoutError(BedrockError):
    """The upstream took too long."""

    kind = "ModelTimeoutException"
    status = 408


class ModelFailedError(BedrockError):
    """The upstream failed or answered with something that is no answer."""

    kind = "ModelErrorException"
    status = 424


class ThrottlingError(BedrockError):
    """More work than this server takes at once."""

    kind = "ThrottlingException"
    status = 429


class ModelNotReadyError(BedrockError):
    """The model is still loading."""

    kind = "ModelNotReadyException"
    status = 429


class ServiceUnavailableError(BedrockError):
    """The upstream cannot be reached."""

    kind = "ServiceUnavailableException"
    status = 503


_STREAM_KINDS = {
    "InternalServerException": "internalServerException",
    "ValidationException": "validationException",
    "ThrottlingException": "throttlingException",
    "ServiceUnavailableException": "serviceUnavailableException",
}


def stream_exception(error: BedrockError) -> tuple[str, dict[str, str | int]]:
    """Return the name and body of the error inside an event stream, which knows fewer kinds."""
    kind = _STREAM_KINDS.get(error.kind)
    if kind:
        return kind, {"message": error.message}
    body: dict[str, str | int] = {
        "message": error.message,
        "originalMessage": error.message,
        "originalStatusCode": error.status,
    }
    return "modelStreamErrorException", body
