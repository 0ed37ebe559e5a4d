"""Bodies of creators/api."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["en", "es"]
Origin = Annotated[str, Field(max_length=300, examples=["https://www.example.com"])]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProfileBody(_Body):
    """Who the creator is to visitors."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    language: Language


class WidgetConfigBody(_Body):
    """How the widget greets and where it may stand; no ``allowed_origins`` means any site."""

    title: Annotated[str, Field(min_length=1, max_length=60)]
    welcome: dict[Language, Annotated[str, Field(max_length=300)]]
    language: Language
    allowed_origins: Annotated[list[Origin], Field(max_length=20)]


class EmbedCodeBody(BaseModel):
    """HTML to paste before ``</body>``."""

    html: str
