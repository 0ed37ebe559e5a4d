"""The event bus on EventBridge."""

from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from autosocial.adapters.aws.errors import code_of
from autosocial.adapters.aws.session import client
from autosocial.contracts.outbox import OutboxItem, Refusal
from autosocial.kernel.errors import TransientError

SOURCE = "autosocial"
MAX_ENTRIES = 10
# EventBridge counts the detail, its type, the source and 14 bytes of a time, all entries together.
MAX_BYTES = 256 * 1024
_TIME_BYTES = 14
_FINAL = frozenset({"InvalidArgument", "MalformedDetail"})


class EventBridgeBus:
    """Fills ``runtime.relay.Bus``."""

    def __init__(self, name: str, *, region: str = "") -> None:
        self._name = name
        self._region = region

    def publish(self, items: Sequence[OutboxItem]) -> list[Refusal]:
        """Put facts on the bus, in order; return what it did not take."""
        refusals = [
            Refusal(item, "fact_too_large", is_final=True) for item in items if _size(item) > MAX_BYTES
        ]
        for batch in _batches([item for item in items if _size(item) <= MAX_BYTES]):
            refusals += self._put(batch)
        return refusals

    def _put(self, batch: Sequence[OutboxItem]) -> list[Refusal]:
        try:
            answer = client("events", region=self._region).put_events(
                Entries=[self._entry(item) for item in batch]
            )
        except (ClientError, BotoCoreError, TransientError) as error:
            # Also when we are not allowed to: that is no fault of the facts, which wait until it is mended.
            code = code_of(error) if isinstance(error, ClientError) else type(error).__name__
            return [Refusal(item, code, is_final=False) for item in batch]
        results = zip(batch, answer["Entries"], strict=True)
        return [_refusal(item, entry["ErrorCode"]) for item, entry in results if entry.get("ErrorCode")]

    def _entry(self, item: OutboxItem) -> dict[str, Any]:
        entry = {"EventBusName": self._name, "Source": SOURCE, "DetailType": item.name, "Detail": item.body}
        return entry | ({"TraceHeader": f"Root={item.trace_id}"} if item.trace_id.startswith("1-") else {})


def _refusal(item: OutboxItem, code: str) -> Refusal:
    return Refusal(item, code, is_final=code in _FINAL)


def _size(item: OutboxItem) -> int:
    return len(item.body.encode()) + len(item.name.encode()) + len(SOURCE) + _TIME_BYTES


def _batches(items: Sequence[OutboxItem]) -> Iterator[list[OutboxItem]]:
    batch: list[OutboxItem] = []
    room = MAX_BYTES
    for item in items:
        if batch and (len(batch) == MAX_ENTRIES or _size(item) > room):
            yield batch
            batch, room = [], MAX_BYTES
        batch.append(item)
        room -= _size(item)
    if batch:
        yield batch
