"""Socket frames as text: reading what a client sent, writing what it gets."""

import json
import math

from pydantic import ValidationError

from autosocial.contracts.socket import MAX_FRAME_BYTES, UP_FRAME, DownFrame, Part, SocketError, UpFrame
from autosocial.kernel.errors import InvalidError
from autosocial.kernel.ids import IdSource

_PART_OVERHEAD = 200
_MAX_ECHO_CHARS = 64


def parse(text: str) -> UpFrame:
    """Return the frame of a client.

    Raises:
        InvalidError: it is not one; ``code`` says why.
    """
    try:
        raw = text.encode()
    except UnicodeEncodeError:
        raise InvalidError("The frame is not valid text.", code="bad_json") from None
    if len(raw) > MAX_FRAME_BYTES:
        raise InvalidError("The frame is above 32 kB.", code="frame_too_large")
    try:
        return UP_FRAME.validate_json(raw)
    except ValidationError as error:
        raise _refusal(error) from None


def _refusal(error: ValidationError) -> InvalidError:
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    kinds = {problem["type"] for problem in problems}
    if "json_invalid" in kinds:
        return InvalidError("The frame is not JSON.", code="bad_json")
    if kinds & {"union_tag_invalid", "union_tag_not_found", "model_attributes_type", "dict_type"}:
        return InvalidError("This type of frame is not known.", code="unknown_type")
    if any(problem["loc"][-1:] == ("text",) and problem["type"] == "string_too_long" for problem in problems):
        return InvalidError("The message is too long.", code="text_too_long")
    fields = ", ".join(sorted({str(problem["loc"][-1]) for problem in problems if problem["loc"]}))
    return InvalidError(f"The frame is not valid: {fields}.", code="invalid_frame")


def client_id_of(text: str) -> str:
    """Return the ``client_id`` of a frame that was refused, so that its sender knows which; else ""."""
    if len(text) > MAX_FRAME_BYTES:
        return ""
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    value = raw.get("client_id", "") if isinstance(raw, dict) else ""
    return value if isinstance(value, str) and value.isascii() and len(value) <= _MAX_ECHO_CHARS else ""


def error_frame(error: InvalidError, text: str) -> SocketError:
    """Return the answer to a frame that was refused."""
    return SocketError(code=error.code, detail=error.detail, client_id=client_id_of(text))


def encode(frame: DownFrame, ids: IdSource) -> list[str]:
    """Return the text messages that carry a frame: one, or numbered parts above 32 kB."""
    text = frame.model_dump_json()
    if len(text.encode()) <= MAX_FRAME_BYTES:
        return [text]
    pieces = _pieces(text, MAX_FRAME_BYTES - _PART_OVERHEAD)
    part_id = ids()
    return [
        Part(id=part_id, index=index, count=len(pieces), data=piece).model_dump_json()
        for index, piece in enumerate(pieces)
    ]


def _pieces(text: str, room: int) -> list[str]:
    """Cut ``text`` so that each piece, as a JSON string in UTF-8, fits into ``room`` bytes."""
    size = _json_size(text)
    if size <= room:
        return [text]
    step = max(1, len(text) // math.ceil(size / room))
    pieces: list[str] = []
    for start in range(0, len(text), step):
        piece = text[start : start + step]
        pieces.extend([piece] if _json_size(piece) <= room else _pieces(piece, room))
    return pieces


def _json_size(text: str) -> int:
    return len(json.dumps(text, ensure_ascii=False).encode())
