"""The environment of the relay."""

from autosocial.runtime.settings import Settings


class RelaySettings(Settings):
    """One field a variable."""

    event_bus_name: str
    dlq_url: str
