"""Routes of creators/api."""

from fastapi import APIRouter

from autosocial.creators.model import Profile, Widget
from autosocial.creators.ports import CreatorStore
from autosocial.creators.service import EmbedCode, ReadProfile, ReadWidget, SaveProfile, SaveWidget
from autosocial.runtime.http import CreatorCaller
from functions.creators.api.schemas import EmbedCodeBody, ProfileBody, WidgetConfigBody


def creator_routes(store: CreatorStore, *, app_url: str) -> APIRouter:
    """Return the routes of profile and widget."""
    router = APIRouter(prefix="/api/v1/creators", tags=["creators"])
    embed_code = EmbedCode(app_url)

    @router.get("/profile", operation_id="read_profile", summary="The creator's profile")
    def read_profile(caller: CreatorCaller) -> ProfileBody:
        return _profile(ReadProfile(store)(caller.creator_id))

    @router.put("/profile", operation_id="save_profile", summary="Replace the creator's profile")
    def save_profile(body: ProfileBody, caller: CreatorCaller) -> ProfileBody:
        return _profile(SaveProfile(store)(Profile(creator_id=caller.creator_id, **body.model_dump())))

    @router.get("/widget/config", operation_id="read_widget_config", summary="How the widget is set")
    def read_widget(caller: CreatorCaller) -> WidgetConfigBody:
        return _widget(ReadWidget(store)(caller.creator_id))

    @router.put("/widget/config", operation_id="save_widget_config", summary="Set the widget")
    def save_widget(body: WidgetConfigBody, caller: CreatorCaller) -> WidgetConfigBody:
        widget = Widget(
            creator_id=caller.creator_id,
            title=body.title,
            welcome=dict(body.welcome.items()),
            language=body.language,
            allowed_origins=tuple(body.allowed_origins),
        )
        return _widget(SaveWidget(store)(widget))

    @router.get(
        "/widget/embed-code",
        operation_id="read_embed_code",
        summary="HTML for the page of the widget",
    )
    def read_embed_code(caller: CreatorCaller) -> EmbedCodeBody:
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
