"""Entry point of the relay: from the streams of the tables to the event bus.

What the bus does not take now is reported, and Lambda hands it out again with everything behind it: a fact
may reach the bus twice. What it will never take goes to the dead-letter queue and holds up no other.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from autosocial.contracts.outbox import OutboxItem, Refusal
from autosocial.kernel.errors import AutoSocialError
from autosocial.runtime.function import LambdaHandler, Parts, S, bind
from autosocial.runtime.queue_ports import DeadLetterQueue


class Bus(Protocol):
    """The event bus."""

    def publish(self, items: Sequence[OutboxItem]) -> Sequence[Refusal]:
        """Put facts on the bus, in order; return what it did not take."""


@dataclass(frozen=True, slots=True)
class Relay:
    """What ``build(settings)`` of the relay returns."""

    bus: Bus
    dead_letters: DeadLetterQueue


def relay_function(settings_type: type[S], build: Callable[[S], Relay]) -> LambdaHandler:
    """Return the Lambda handler for streams of outboxes with ``ReportBatchItemFailures``."""
    parts = Parts(settings_type, build)

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        _, logger, relay = parts.get()
        bind(logger, context, {})
        first_failed = _Batch(relay, logger).work(event.get("Records", []))
        failures = [{"itemIdentifier": first_failed}] if first_failed else []
        return {"batchItemFailures": failures}

    return handler


@dataclass(frozen=True, slots=True)
class _Batch:
    """One invocation's work."""

    relay: Relay
    logger: Any

    def work(self, records: Sequence[dict[str, Any]]) -> str:
        """Return the position from which the records must come again, "" if all are through with."""
        items = [_item(record) for record in records]
        refusals = self.relay.bus.publish([item for item in items if item.name])
        refused = {refusal.item.position: refusal for refusal in refusals}
        for item in items:
            refusal = refused.get(item.position)
            if not item.name:
                refusal = Refusal(item, "fact_malformed", is_final=True)
            if refusal and not self._settled(refusal):
                return item.position
        self.logger.info("facts relayed", count=len(items))
        return ""

    def _settled(self, refusal: Refusal) -> bool:
        """Put what will never be taken aside; return False for what must come again."""
        item, code = refusal.item, refusal.code
        if not refusal.is_final:
            self.logger.warning("fact not taken", reason=code, fact=item.name)
            return False
        try:
            self.relay.dead_letters.send(item.body, reason=code, request_id=item.request_id)
        except AutoSocialError:
            self.logger.exception("fact not parked", reason=code, fact=item.name)
            return False
        self.logger.error("message parked", reason=code, fact=item.name)
        return True


def _item(record: dict[str, Any]) -> OutboxItem:
    """Return the item of a stream's record; without a name if it is no fact."""
    change = record["dynamodb"]
    position, image = change["SequenceNumber"], change.get("NewImage", {})
    try:
        name, body = image["name"]["S"], image["body"]["S"]
        envelope = json.loads(body)
        request_id, trace_id = envelope.get("request_id", ""), envelope.get("trace_id", "")
    except (KeyError, ValueError, AttributeError):
        return OutboxItem(position=position, name="", body=json.dumps(change, default=str))
    return OutboxItem(position=position, name=name, body=body, request_id=request_id, trace_id=trace_id)
