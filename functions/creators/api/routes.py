"""Routes of creators/api."""

from fastapi import APIRouter

from autosocial.creators.model import Profile, Widget
from autosocial.creators.ports import CreatorStore
from autosocial.creators.service import EmbedCode, ReadProfile, ReadWidget, SaveProfile, SaveWidget
from autosocial.runtime.http import CreatorCaller
from functions.creators.api.schemas import EmbedCodeBody, ProfileBody, WidgetConfigBody


def creators_router(store: CreatorStore, *, app_url: str) -> APIRouter:
    """Return the routes of profile and widget."""
    router = APIRouter(prefix="/api/v1/creators", tags=["creators"])
    embed_code = EmbedCode(app_url)

    @router.get("/profile")
    def read_profile(caller: CreatorCaller) -> ProfileBody:
        """Return the creator's profile."""
        return _profile(ReadProfile(store)(caller.creator_id))

    @router.put("/profile")
    def save_profile(body: ProfileBody, caller: CreatorCaller) -> ProfileBody:
        """Replace the creator's profile."""
        return _profile(SaveProfile(store)(Profile(creator_id=caller.creator_id, **body.model_dump())))

    @router.get("/widget/config")
    def read_widget(caller: CreatorCaller) -> WidgetConfigBody:
        """Return the widget's configuration."""
        return _widget(ReadWidget(store)(caller.creator_id))

    @router.put("/widget/config")
    def save_widget(body: WidgetConfigBody, caller: CreatorCaller) -> WidgetConfigBody:
        """Replace the widget's configuration."""
        widget = Widget(
            creator_id=caller.creator_id,
            title=body.title,
            welcome=dict(body.welcome.items()),
            language=body.language,
            allowed_origins=tuple(body.allowed_origins),
        )
        return _widget(SaveWidget(store)(widget))

    @router.get("/widget/embed-code")
    def read_embed_code(caller: CreatorCaller) -> EmbedCodeBody:
        """Return the HTML that puts the widget on a page."""
        return EmbedCodeBody(html=embed_code(caller.creator_id))

    return router


def _profile(profile: Profile) -> ProfileBody:
    return ProfileBody.model_validate({"name": profile.name, "language": profile.language})


def _widget(widget: Widget) -> WidgetConfigBody:
    return WidgetConfigBody.model_validate(
        {
            "title": widget.title,
            "welcome": dict(widget.welcome),
            "language": widget.language,
            "allowed_origins": list(widget.allowed_origins),
        }
    )
