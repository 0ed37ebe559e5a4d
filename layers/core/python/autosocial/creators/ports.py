"""What creators need from outside."""

from typing import Protocol

from autosocial.creators.model import Profile, Widget


class CreatorStore(Protocol):
    """Keeps each creator's profile and widget."""

    def profile(self, creator_id: str) -> Profile:
        """Return the profile. Raises ``NotFoundError``."""

    def widget(self, creator_id: str) -> Widget:
        """Return the widget. Raises ``NotFoundError``."""

    def put_profile(self, profile: Profile) -> None:
        """Keep a profile, replacing the one before."""

    def put_widget(self, widget: Widget) -> None:
        """Keep a widget, replacing the one before."""
