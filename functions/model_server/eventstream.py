"""Encoder of AWS event-stream frames (``application/vnd.amazon.eventstream``).

A frame: total length, headers length, CRC-32 of those eight bytes, headers, payload, CRC-32 of all before.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any
from zlib import crc32

CONTENT_TYPE = "application/vnd.amazon.eventstream"
_STRING = 7
_OVERHEAD = 16


def event_frame(event_type: str, body: Mapping[str, Any]) -> bytes:
    """Return the frame of one event."""
    return _frame({":event-type": event_type, ":message-type": "event"}, body)


def exception_frame(exception_type: str, body: Mapping[str, Any]) -> bytes:
    """Return the frame of a modelled exception in the middle of a stream; nothing may follow it."""
    return _frame({":exception-type": exception_type, ":message-type": "exception"}, body)


def _frame(headers: Mapping[str, str], body: Mapping[str, Any]) -> bytes:
    payload = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    encoded = b"".join(
        _header(name, value) for name, value in {**headers, ":content-type": "application/json"}.items()
    )
    lengths = struct.pack("!II", _OVERHEAD + len(encoded) + len(payload), len(encoded))
    message = lengths + struct.pack("!I", crc32(lengths)) + encoded + payload
    return message + struct.pack("!I", crc32(message))


def _header(name: str, value: str) -> bytes:
    raw_name, raw_value = name.encode(), value.encode()
    return (
        struct.pack("!B", len(raw_name)) + raw_name + struct.pack("!BH", _STRING, len(raw_value)) + raw_value
    )
