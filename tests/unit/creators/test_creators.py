"""Profiles, widgets, origins, the embed code and the public face."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from autosocial.creators.model import Profile, Widget, normalised_origin
from autosocial.creators.service import (
    CreateCreator,
    EmbedCode,
    PublicWidget,
    ReadProfile,
    ReadWidget,
    SaveProfile,
    SaveWidget,
)
from autosocial.kernel.errors import InvalidError, NotFoundError
from tests.fakes.creators import InMemoryCreatorStore

ANA, BOB = "01TEST000000000000000000AA", "01TEST000000000000000000BB"


@pytest.fixture
def store():
    store = InMemoryCreatorStore()
    CreateCreator(store)(ANA, name="Ana", language="es")
    return store


def _code(call) -> str:
    with pytest.raises(InvalidError) as refusal:
        call()
    return refusal.value.code


def test_a_new_creator_has_a_profile_and_a_widget_that_greets_by_name(store):
    assert ReadProfile(store)(ANA) == Profile(ANA, "Ana", "es")
    widget = ReadWidget(store)(ANA)
    assert widget.title == "Ana" and widget.language == "es" and widget.allowed_origins == ()
    assert "Ana" in widget.welcome["en"] and "Ana" in widget.welcome["es"]


def test_a_language_we_do_not_speak_becomes_english(store):
    CreateCreator(store)(BOB, name="Bob", language="tlh")
    assert ReadProfile(store)(BOB).language == "en"


def test_a_name_longer_than_a_title_still_makes_a_widget(store):
    CreateCreator(store)(BOB, name="B" * 80, language="en")
    assert ReadWidget(store)(BOB).title == "B" * 60


def test_a_profile_is_replaced_cleaned(store):
    assert SaveProfile(store)(Profile(ANA, "  Ana G. ", "en")) == Profile(ANA, "Ana G.", "en")
    assert ReadProfile(store)(ANA).name == "Ana G."


@pytest.mark.parametrize(
    ("name", "language", "code"),
    [(" ", "en", "text_empty"), ("x" * 81, "en", "text_too_long"), ("Ana", "fr", "invalid_language")],
)
def test_a_bad_profile_is_refused_and_nothing_changes(store, name, language, code):
    assert _code(lambda: SaveProfile(store)(Profile(ANA, name, language))) == code
    assert ReadProfile(store)(ANA).name == "Ana"


def test_a_widget_is_replaced_and_languages_left_out_keep_their_welcome(store):
    before = ReadWidget(store)(ANA)
    widget = Widget(ANA, "Coach", {"es": ""}, "en", ("HTTPS://Site.Example:443/", "https://site.example"))
    saved = SaveWidget(store)(widget)
    assert saved.allowed_origins == ("https://site.example",)
    assert saved.welcome == {"en": before.welcome["en"], "es": ""}
    assert ReadWidget(store)(ANA) == saved


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": ""}, "text_empty"),
        ({"title": "x" * 61}, "text_too_long"),
        ({"title": "a\x1bb"}, "text_not_showable"),
        ({"title": "a\u202eb"}, "text_not_showable"),
        ({"welcome": {"en": "x" * 301}}, "text_too_long"),
        ({"welcome": {"fr": "Salut"}}, "invalid_language"),
        ({"language": "fr"}, "invalid_language"),
        ({"allowed_origins": ("site.example",)}, "invalid_origin"),
        ({"allowed_origins": tuple(f"https://s{n}.example" for n in range(21))}, "too_many_origins"),
    ],
)
def test_a_bad_widget_is_refused_and_nothing_changes(store, changes, code):
    before = ReadWidget(store)(ANA)
    assert _code(lambda: SaveWidget(store)(replace(before, **changes))) == code
    assert ReadWidget(store)(ANA) == before


@pytest.mark.parametrize("use_case", [ReadProfile, ReadWidget, PublicWidget])
def test_a_creator_that_is_not_there_is_not_found(store, use_case):
    with pytest.raises(NotFoundError):
        use_case(store)(BOB)


def test_saving_does_not_make_a_creator(store):
    with pytest.raises(NotFoundError):
        SaveProfile(store)(Profile(BOB, "Bob", "en"))
    with pytest.raises(NotFoundError):
        SaveWidget(store)(replace(ReadWidget(store)(ANA), creator_id=BOB))
    assert BOB not in store.profiles and BOB not in store.widgets


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://example.com", "https://example.com"),
        (" HTTPS://Example.COM/ ", "https://example.com"),
        ("http://127.0.0.1:8081", "http://127.0.0.1:8081"),
        ("https://example.com:443", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_origins_are_kept_as_browsers_send_them(written, kept):
    assert normalised_origin(written) == kept


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "*",
        "null",
        "example.com",
        "ftp://example.com",
        "javascript:alert(1)",
        "https://",
        "https://a.example/page",
        "https://a.example?x",
        "https://a.example#x",
        "https://user@a.example",
        "https://:pw@a.example",
        "https://a.example:99999",
        "https://a.example:port",
        "https://*.example.com",
        "https://a b.example",
        "https://" + "x" * 64 + ".example",
        "https://a..example",
    ],
)
def test_what_is_no_origin_is_refused(origin):
    assert _code(lambda: normalised_origin(origin)) == "invalid_origin"


def test_the_public_face_tells_what_a_visitors_browser_may_know(store):
    SaveWidget(store)(replace(ReadWidget(store)(ANA), allowed_origins=("https://site.example",)))
    face = PublicWidget(store)(ANA)
    assert (face.creator_id, face.name, face.title, face.language) == (ANA, "Ana", "Ana", "es")
    assert face.allows("https://site.example") and face.allows("https://SITE.example")
    for origin in ("", "null", "http://site.example", "https://site.example.evil.example"):
        assert not face.allows(origin)


def test_without_named_sites_every_site_is_allowed(store):
    assert PublicWidget(store)(ANA).allows("https://anywhere.example")


def test_the_embed_code_is_one_script_that_names_the_creator():
    seen: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            seen.append((tag, dict(attrs)))

    Reader().feed(EmbedCode("https://app.example/")(ANA))
    source = "https://app.example/widget/loader.js"
    assert seen == [("script", {"src": source, "data-creator": ANA, "async": None})]
