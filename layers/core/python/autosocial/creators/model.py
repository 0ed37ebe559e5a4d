"""A creator's profile and widget as data, and the rules for what a widget may be set to."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from autosocial.kernel.errors import InvalidError
from autosocial.kernel.showable import is_showable

LANGUAGES = ("en", "es")
DEFAULT_LANGUAGE = "en"
MAX_NAME_CHARS = 80
MAX_TITLE_CHARS = 60
MAX_WELCOME_CHARS = 300
MAX_ORIGINS = 20

_DEFAULT_PORTS = {"http": 80, "https": 443}
_WELCOME = {
    "en": "Hello! Ask me anything about what {name} teaches.",
    "es": "¡Hola! Pregúntame lo que quieras sobre lo que enseña {name}.",
}


@dataclass(frozen=True, slots=True)
class Profile:
    """Who the creator is to visitors."""

    creator_id: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Widget:
    """How the creator's widget greets, and where it may stand.

    ``welcome`` is by language; an empty text means the widget's own words. No ``allowed_origins`` means
    any: so a new creator's embed code works at the first paste, and the dashboard warns until sites
    are named.
    """

    creator_id: str
    title: str
    welcome: Mapping[str, str]
    language: str
    allowed_origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WidgetFace:
    """What a visitor's browser may know of a creator."""

    creator_id: str
    name: str
    title: str
    welcome: Mapping[str, str]
    language: str
    allowed_origins: tuple[str, ...]

    def allows(self, origin: str) -> bool:
        """Return whether the widget may run on a page of ``origin`` (as browsers send it)."""
        return not self.allowed_origins or origin.lower() in self.allowed_origins


def new_widget(creator_id: str, *, name: str, language: str) -> Widget:
    """Return the widget that a creator starts with."""
    return Widget(
        creator_id=creator_id,
        title=name[:MAX_TITLE_CHARS],
        welcome={known: text.format(name=name) for known, text in _WELCOME.items()},
        language=language,
        allowed_origins=(),
    )


def checked_profile(profile: Profile) -> Profile:
    """Return the profile with clean texts. Raises ``InvalidError``."""
    name = _text(profile.name, "name", MAX_NAME_CHARS)
    return Profile(creator_id=profile.creator_id, name=name, language=_language(profile.language))


def checked_widget(widget: Widget) -> Widget:
    """Return the widget with clean texts and normalised origins. Raises ``InvalidError``."""
    if len(widget.allowed_origins) > MAX_ORIGINS:
        raise InvalidError(f"A widget may stand on at most {MAX_ORIGINS} sites.", code="too_many_origins")
    origins = dict.fromkeys(normalised_origin(origin) for origin in widget.allowed_origins)
    return Widget(
        creator_id=widget.creator_id,
        title=_text(widget.title, "title", MAX_TITLE_CHARS),
        welcome={
            _language(language): _text(text, "welcome text", MAX_WELCOME_CHARS, may_be_empty=True)
            for language, text in widget.welcome.items()
        },
        language=_language(widget.language),
        allowed_origins=tuple(origins),
    )


def normalised_origin(origin: str) -> str:
    """Return the origin as browsers send it: lower case, punycode, no default port, no slash at the end.

    Raises:
        InvalidError: it is not ``http(s)://host[:port]``.
    """
    try:
        parts = urlsplit(origin.strip())
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except (UnicodeError, ValueError):
        raise _bad_origin() from None
    extras = parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password
    if parts.scheme not in _DEFAULT_PORTS or not _is_host(host) or extras:
        raise _bad_origin()
    bracketed = f"[{host}]" if ":" in host else host
    is_default = port is None or port == _DEFAULT_PORTS[parts.scheme]
    return f"{parts.scheme}://{bracketed}" if is_default else f"{parts.scheme}://{bracketed}:{port}"


def _is_host(host: str) -> bool:
    return bool(host) and len(host) <= 253 and all(char.isalnum() or char in "-.:_" for char in host)


def _bad_origin() -> InvalidError:
    return InvalidError(
        "A site is written like https://www.example.com, without a path.", code="invalid_origin"
    )


def _language(language: str) -> str:
    if language not in LANGUAGES:
        raise InvalidError(f"Languages are {', '.join(LANGUAGES)}.", code="invalid_language")
    return language


def _text(text: str, what: str, limit: int, *, may_be_empty: bool = False) -> str:
    clean = text.strip()
    if not clean and not may_be_empty:
        raise InvalidError(f"The {what} must not be empty.", code="text_empty")
    if len(clean) > limit:
        raise InvalidError(f"The {what} has at most {limit} characters.", code="text_too_long")
    # Only the welcome, which may be empty, has lines.
    if not is_showable(clean, lines=may_be_empty):
        raise InvalidError(f"The {what} has characters that cannot be shown.", code="text_not_showable")
    return clean
