"""Events as Lambda sends them for a table's stream."""

from collections.abc import Sequence
from typing import Any

import msgspec

from autosocial.contracts.events import Envelope


def stream_event(images: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return one batch of new items, at positions that count from 1."""
    return {
        "Records": [
            {
                "eventID": f"event-{number}",
                "eventName": "INSERT",
                "eventSource": "aws:dynamodb",
                "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/documents/stream/2026",
                "dynamodb": {"SequenceNumber": position(number), "NewImage": image},
            }
            for number, image in enumerate(images, start=1)
        ]
    }


def position(number: int) -> str:
    """Return the position of a record in its stream."""
    return f"{number:021d}"


def image_of(fact: Envelope) -> dict[str, Any]:
    """Return a fact as it stands in an outbox."""
    return {"name": {"S": fact.name}, "body": {"S": msgspec.json.encode(fact).decode()}}
