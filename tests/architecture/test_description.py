"""The description says what the API does: who may call, what an error is, what is accepted."""

import json
import re
from collections.abc import Iterator

import pytest

from autosocial.auth.passwords import check_new_password, normalised_password
from autosocial.auth.rules import checked_name
from autosocial.creators.model import Profile, Widget, checked_profile, checked_widget
from autosocial.kernel.errors import DomainError
from autosocial.knowledge.file_types import clean_name, kind_of_name
from tests.architecture.generate import description

DESCRIBED = json.loads(description())
PUBLIC = {
    "/.well-known/jwks.json",
    "/api/v1/auth/login",
    "/api/v1/auth/logout",
    "/api/v1/auth/refresh-token",
    "/api/v1/auth/register",
    "/api/v1/channels/sessions",
    "/api/v1/health",
    "/health",
}


def accepts(schema: dict, text: str) -> bool:
    is_long_enough = schema.get("minLength", 0) <= len(text) <= schema["maxLength"]
    return is_long_enough and re.search(schema.get("pattern", ""), text) is not None


def operations() -> Iterator[tuple[str, str, dict]]:
    for path, methods in DESCRIBED["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_a_token_is_asked_for_where_one_is_needed_and_nowhere_else():
    assert "security" not in DESCRIBED
    assert DESCRIBED["components"]["securitySchemes"]["bearer"]["bearerFormat"] == "JWT"
    for path, method, operation in operations():
        is_public = path in PUBLIC or path.startswith("/webhook/")
        assert operation.get("security", []) == ([] if is_public else [{"bearer": []}]), (method, path)


def test_every_error_is_a_problem_document():
    for path, method, operation in operations():
        content = operation["responses"]["default"]["content"]
        schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
        assert content == {"application/problem+json": schema}, (method, path)


def test_every_operation_has_a_name_of_its_own_verb_first():
    names = [operation.get("operationId", "") for _, _, operation in operations()]
    assert len(names) == len(set(names)) > 20
    for name in names:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", name), name


def register(name: str) -> None:
    checked_name(name)


def password(password: str) -> None:
    # What is common or easy to guess no schema can tell.
    if len(password) >= 8:
        normalised_password(password)
    check_new_password(password, email="a@example.com", name="A B", is_common=lambda _: False)


def profile(name: str) -> None:
    checked_profile(Profile("c", name, "en"))


def title(title: str) -> None:
    checked_widget(Widget("c", title, {}, "en", ()))


def site(site: str) -> None:
    checked_widget(Widget("c", "title", {}, "en", (site,)))


def document(name: str) -> None:
    kind_of_name(clean_name(name))


NAMES = ["", "   ", "x" * 81, "a\x00b", "a\nb", "a\u0085b", "a\u202eb", "\u2066a", "a\u2028b", "\t"]
GOOD_NAMES = ["Ana García", "王伟", "Ελένη", "عائشة", "x" * 80, "O’Neill-Šimić", "क्षत्रिय", "می‌خواهم", " a "]


@pytest.mark.parametrize(
    ("schema", "field", "rule", "bad", "good"),
    [
        ("RegisterBody", "name", register, NAMES, GOOD_NAMES),
        ("ProfileBody", "name", profile, NAMES, GOOD_NAMES),
        ("WidgetConfigBody", "title", title, [*NAMES, "x" * 61], ["Ask the studio", "x" * 60]),
        ("RegisterBody", "password", password, ["", "short1!", "x" * 129], ["correct horse battery staple"]),
        (
            "UploadAnnouncement",
            "name",
            document,
            ["", "  ", ".pdf", "a", "a.exe", "a.pdf.exe", "x/.pdf"],
            ["a.pdf", "Price list 2026.PDF", "x.y.md", "ä.Docx"],
        ),
    ],
)
def test_what_the_rules_refuse_the_description_refuses(schema, field, rule, bad, good):
    described = DESCRIBED["components"]["schemas"][schema]["properties"][field]
    for text in bad:
        assert not accepts(described, text), text
        with pytest.raises(DomainError):
            rule(text)
    for text in good:
        assert accepts(described, text), text
        rule(text)


@pytest.mark.parametrize("bad", ["", "x", "ftp://a.example", "https://", "https://a.example/x", "a.example"])
def test_a_site_is_described_as_it_is_checked(bad):
    properties = DESCRIBED["components"]["schemas"]["WidgetConfigBody"]["properties"]
    described = properties["allowed_origins"]["items"]
    assert not accepts(described, bad)
    with pytest.raises(DomainError):
        site(bad)
    for good in ("https://www.example.com", "http://127.0.0.1:8081", "https://bücher.example"):
        assert accepts(described, good)
        site(good)
