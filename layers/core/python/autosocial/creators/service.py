"""Use cases of creators: profile, widget, embed code, and the public face that channels show."""

import html
from dataclasses import dataclass, replace

from autosocial.creators.model import (
    DEFAULT_LANGUAGE,
    LANGUAGES,
    Profile,
    Widget,
    WidgetFace,
    checked_profile,
    checked_widget,
    new_widget,
)
from autosocial.creators.ports import CreatorStore


@dataclass(frozen=True, slots=True)
class CreateCreator:
    """Make a new creator's profile and widget. Fills ``auth.ports.Onboarding``; twice does no harm."""

    store: CreatorStore

    def __call__(self, creator_id: str, *, name: str, language: str) -> None:
        """Keep both; an unknown language becomes the default one."""
        known = language if language in LANGUAGES else DEFAULT_LANGUAGE
        self.store.put_profile(checked_profile(Profile(creator_id=creator_id, name=name, language=known)))
        self.store.put_widget(checked_widget(new_widget(creator_id, name=name, language=known)))


@dataclass(frozen=True, slots=True)
class ReadProfile:
    """Return a creator's profile."""

    store: CreatorStore

    def __call__(self, creator_id: str) -> Profile:
        """Raises ``NotFoundError``."""
        return self.store.profile(creator_id)


@dataclass(frozen=True, slots=True)
class SaveProfile:
    """Replace a creator's profile."""

    store: CreatorStore

    def __call__(self, profile: Profile) -> Profile:
        """Return what was kept. Raises ``InvalidError``, ``NotFoundError``."""
        self.store.profile(profile.creator_id)
        clean = checked_profile(profile)
        self.store.put_profile(clean)
        return clean


@dataclass(frozen=True, slots=True)
class ReadWidget:
    """Return a creator's widget configuration."""

    store: CreatorStore

    def __call__(self, creator_id: str) -> Widget:
        """Raises ``NotFoundError``."""
        return self.store.widget(creator_id)


@dataclass(frozen=True, slots=True)
class SaveWidget:
    """Replace a creator's widget configuration."""

    store: CreatorStore

    def __call__(self, widget: Widget) -> Widget:
        """Return what was kept; languages that were left out keep their welcome.

        Raises ``InvalidError``, ``NotFoundError``.
        """
        before = self.store.widget(widget.creator_id)
        clean = checked_widget(replace(widget, welcome={**before.welcome, **widget.welcome}))
        self.store.put_widget(clean)
        return clean


@dataclass(frozen=True, slots=True)
class PublicWidget:
    """Return what a visitor's browser may know of a creator; channels ask it when a visitor comes."""

    store: CreatorStore

    def __call__(self, creator_id: str) -> WidgetFace:
        """Raises ``NotFoundError``."""
        widget, profile = self.store.widget(creator_id), self.store.profile(creator_id)
        return WidgetFace(
            creator_id=creator_id,
            name=profile.name,
            title=widget.title,
            welcome=widget.welcome,
            language=widget.language,
            allowed_origins=widget.allowed_origins,
        )


@dataclass(frozen=True, slots=True)
class EmbedCode:
    """Return the lines of HTML that put the widget on a page."""

    app_url: str

    def __call__(self, creator_id: str) -> str:
        """Return the snippet."""
        source = html.escape(f"{self.app_url.rstrip('/')}/widget/loader.js", quote=True)
        return f'<script src="{source}" data-creator="{html.escape(creator_id, quote=True)}" async></script>'
