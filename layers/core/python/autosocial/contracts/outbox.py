"""What the relay carries from the outboxes of the tables to the event bus."""

from msgspec import Struct


class OutboxItem(Struct, frozen=True, kw_only=True):
    """A fact on its way. ``position``: where it stands in its stream; ``body``: its envelope as JSON."""

    position: str
    name: str
    body: str
    request_id: str = ""
    trace_id: str = ""


class Refusal(Struct, frozen=True):
    """A fact that the bus did not take. ``is_final``: it never will, whatever the bus is like later."""

    item: OutboxItem
    code: str
    is_final: bool
