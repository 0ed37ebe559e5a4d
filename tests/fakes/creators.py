"""Typed fakes of what creators need, held to the same contract suite as the real adapters."""

from autosocial.creators.model import Profile, Widget
from autosocial.kernel.errors import NotFoundError


class InMemoryCreatorStore:
    """Fills ``creators.ports.CreatorStore``."""

    def __init__(self) -> None:
        self.profiles: dict[str, Profile] = {}
        self.widgets: dict[str, Widget] = {}

    def profile(self, creator_id: str) -> Profile:
        if creator_id not in self.profiles:
            raise NotFoundError("no such creator")
        return self.profiles[creator_id]

    def widget(self, creator_id: str) -> Widget:
        if creator_id not in self.widgets:
            raise NotFoundError("no such creator")
        return self.widgets[creator_id]

    def put_profile(self, profile: Profile) -> None:
        self.profiles[profile.creator_id] = profile

    def put_widget(self, widget: Widget) -> None:
        self.widgets[widget.creator_id] = widget
