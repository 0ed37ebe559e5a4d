"""Bodies of creators/api."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from autosocial.kernel.showable import SHOWABLE_PATTERN

Language = Literal["en", "es"]
# ``json_schema_extra`` describes rules of the context, which refuses in its own words.
_SHOWABLE: dict[str, Any] = {"pattern": SHOWABLE_PATTERN}
Origin = Annotated[
    str,
    Field(
        max_length=300,
        examples=["https://www.example.com"],
        json_schema_extra={"pattern": r"^https?://[^\s/?#@]+/?$"},
    ),
]

_EMBED_CODE = (
    '<script src="https://app.example.com/widget/loader.js" '
    'data-creator="01J9ZQ6X8E3V5T7R9P1N3M5K7H" async></script>'
)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProfileBody(_Body):
    """Who the creator is to visitors."""

    name: Annotated[
        str, Field(min_length=1, max_length=80, examples=["Ana García"], json_schema_extra=_SHOWABLE)
    ]
    language: Language


class WidgetConfigBody(_Body):
    """How the widget greets and where it may stand; no ``allowed_origins`` means any site."""

    title: Annotated[
        str, Field(min_length=1, max_length=60, examples=["Ask the studio"], json_schema_extra=_SHOWABLE)
    ]
    welcome: Annotated[
        dict[Language, Annotated[str, Field(max_length=300)]],
        Field(
            examples=[{"en": "Hello! What would you like to know?", "es": "¡Hola! ¿Qué te gustaría saber?"}]
        ),
    ]
    language: Language
    allowed_origins: Annotated[list[Origin], Field(max_length=20)]


class EmbedCodeBody(BaseModel):
    """HTML to paste before ``</body>``."""

    html: Annotated[str, Field(examples=[_EMBED_CODE])]
