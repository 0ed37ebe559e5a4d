"""Socket frames as text: reading what a client sent, writing what it gets."""

import json
import math
import re
from typing import get_args

import msgspec

from autosocial.contracts.socket import MAX_FRAME_BYTES, MAX_TEXT_CHARS, DownFrame, Part, SocketError, UpFrame
from autosocial.kernel.errors import InvalidError
from autosocial.kernel.ids import IdSource

_PART_OVERHEAD = 200
_MAX_ECHO_CHARS = 64
_UP: msgspec.json.Decoder[UpFrame] = msgspec.json.Decoder(UpFrame)
_TYPES = frozenset(str(frame.__struct_config__.tag) for frame in get_args(UpFrame))
# How msgspec names the field at fault: as a path, or between backticks when it is missing or unknown.
_FIELD = re.compile(r"`\$\.(\w+)|field `(\w+)`")


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
        return _UP.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _refusal(raw, str(error)) from None


def _refusal(raw: bytes, reason: str) -> InvalidError:
    try:
        sent = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        return InvalidError("The frame is not JSON.", code="bad_json")
    kind = sent.get("type") if isinstance(sent, dict) else None
    if not isinstance(kind, str) or kind not in _TYPES:
        return InvalidError("This type of frame is not known.", code="unknown_type")
    text = sent.get("text")
    if isinstance(text, str) and len(text) > MAX_TEXT_CHARS:
        return InvalidError("The message is too long.", code="text_too_long")
    field = "".join(name for pair in _FIELD.findall(reason) for name in pair)
    return InvalidError(f"The frame is not valid: {field}.", code="invalid_frame")


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
    text = msgspec.json.encode(frame).decode()
    if len(text.encode()) <= MAX_FRAME_BYTES:
        return [text]
    pieces = _pieces(text, MAX_FRAME_BYTES - _PART_OVERHEAD)
    part_id = ids()
    return [
        msgspec.json.encode(Part(id=part_id, index=index, count=len(pieces), data=piece)).decode()
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
