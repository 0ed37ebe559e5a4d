"""Signatures of requests as Standard Webhooks has them: HMAC-SHA256 over id, time and the raw body."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from autosocial.kernel.clock import epoch_seconds
from autosocial.kernel.errors import ForbiddenError

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE_SECONDS = 300
_PREFIX = "whsec_"
_VERSION = "v1,"
_SECRET_BYTES = 32
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_MAX_SIGNATURES = 8


class RequestRefusedError(ForbiddenError):
    """The request does not prove where it is from. ``cause`` is for our log: its sender learns nothing."""

    code = "request_refused"

    def __init__(self, cause: str) -> None:
        super().__init__("The request is not signed as this address asks.")
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Stamp:
    """The id and the time that a signature covers."""

    message_id: str
    seconds: int


def new_secret(random: bytes) -> str:
    """Return a secret made of ``random``, which must be random bytes."""
    if len(random) != _SECRET_BYTES:
        raise ValueError(f"a secret needs {_SECRET_BYTES} random bytes")
    return _PREFIX + base64.b64encode(random).decode()


def signed_headers(secrets: Sequence[str], body: bytes, *, message_id: str, now: datetime) -> dict[str, str]:
    """Return the headers that sign ``body``, once with each secret: a rotation is no surprise to anybody."""
    stamp = Stamp(message_id, epoch_seconds(now))
    signatures = " ".join(_VERSION + _signature(secret, stamp, body) for secret in secrets)
    return {ID: message_id, TIMESTAMP: str(stamp.seconds), SIGNATURE: signatures}


def read_stamp(headers: Mapping[str, str], *, now: datetime) -> Stamp:
    """Return the stamp of a request whose header names are in small letters; it is not proven yet.

    Raises:
        RequestRefusedError: it is missing, malformed, too old or of the future.
    """
    message_id, moment = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    if not message_id or not moment or not headers.get(SIGNATURE):
        raise RequestRefusedError("headers_missing")
    if not _ID.fullmatch(message_id):
        raise RequestRefusedError("id_malformed")
    # Ascii digits only: int() would also take signs, blanks, underscores and other scripts' digits.
    if not _TIMESTAMP.fullmatch(moment):
        raise RequestRefusedError("timestamp_malformed")
    age = epoch_seconds(now) - int(moment)
    if age > TOLERANCE_SECONDS:
        raise RequestRefusedError("timestamp_old")
    if age < -TOLERANCE_SECONDS:
        raise RequestRefusedError("timestamp_future")
    return Stamp(message_id, int(moment))


def is_signed(headers: Mapping[str, str], body: bytes, *, stamp: Stamp, secrets: Sequence[str]) -> bool:
    """Return whether one of the request's signatures was made with one of the secrets."""
    shown = list(_shown(headers.get(SIGNATURE, "")))
    wanted = [_signature(secret, stamp, body) for secret in secrets]
    # All are compared, so that the time taken tells nothing.
    matches = [hmac.compare_digest(one.encode(), other.encode()) for one in shown for other in wanted]
    return any(matches)


def _shown(header: str) -> Iterator[str]:
    for place, part in enumerate(header.split(" ")):
        if place >= _MAX_SIGNATURES:
            return
        if part.startswith(_VERSION):
            yield part.removeprefix(_VERSION)


def _signature(secret: str, stamp: Stamp, body: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("the secret is no base64") from None
    signed = f"{stamp.message_id}.{stamp.seconds}.".encode() + body
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
