"""Hands the facts that tables hold in their outboxes to the event bus."""

from autosocial.adapters.eventbridge.bus import EventBridgeBus
from autosocial.adapters.sqs.consuming import SqsDeadLetterQueue
from autosocial.runtime.relay import Relay, relay_function
from functions.events.relay.settings import RelaySettings


def build(settings: RelaySettings) -> Relay:
    """Return the relay."""
    return Relay(EventBridgeBus(settings.event_bus_name), SqsDeadLetterQueue(settings.dlq_url))


handler = relay_function(RelaySettings, build)
