"""The envelope around every event on the bus."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event: what happened (``name``, past tense, ``version``), when, to whom, by which request."""

    event_id: str
    name: str
    version: int
    occurred_at: datetime
    creator_id: str
    request_id: str
    payload: Mapping[str, Any]
