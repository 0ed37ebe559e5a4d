"""creators/api as it is deployed, on moto with tenant credentials."""

import pytest

from autosocial.adapters.dynamodb.creators import DynamoCreatorStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.creators.service import CreateCreator
from autosocial.wiring.http import http_function
from functions.creators.api.handler import build
from functions.creators.api.settings import CreatorsApiSettings
from tests.fakes.cloud import TENANT_ROLE_ARN, create_table, moto_cloud
from tests.fakes.events import as_creator, as_visitor, call

ANA, BOB = "01TEST000000000000000000AA", "01TEST000000000000000000BB"


@pytest.fixture
def api(monkeypatch):
    with moto_cloud(monkeypatch):
        monkeypatch.setenv("CREATORS_TABLE", create_table("creators"))
        monkeypatch.setenv("TENANT_ROLE_ARN", TENANT_ROLE_ARN)
        monkeypatch.setenv("APP_URL", "https://app.example")
        create = CreateCreator(DynamoCreatorStore(Tables(), "creators"))
        for creator_id, name in ((ANA, "Ana"), (BOB, "Bob")):
            create(creator_id, name=name, language="en")
        handler = http_function(CreatorsApiSettings, build)

        def request(method, path, creator_id=ANA, **more):
            more.setdefault("caller", as_creator(creator_id))
            return call(handler, method, f"/api/v1/creators/{path}", **more)

        yield request


def test_each_creator_reads_and_changes_the_own_profile(api):
    assert api("GET", "profile").body == {"name": "Ana", "language": "en"}
    changed = api("PUT", "profile", body={"name": "Ana G.", "language": "es"})
    assert (changed.status, changed.body) == (200, {"name": "Ana G.", "language": "es"})
    assert api("GET", "profile").body["name"] == "Ana G."
    assert api("GET", "profile", creator_id=BOB).body["name"] == "Bob"


def test_a_widget_is_configured(api):
    config = api("GET", "widget/config").body
    assert (
        config["title"] == "Ana"
        and config["allowed_origins"] == []
        and set(config["welcome"]) == {"en", "es"}
    )
    config.update(title="Coach", allowed_origins=["https://Site.example/", "http://127.0.0.1:8081"])
    saved = api("PUT", "widget/config", body=config)
    assert saved.status == 200
    assert saved.body["allowed_origins"] == ["https://site.example", "http://127.0.0.1:8081"]
    assert api("GET", "widget/config").body == saved.body
    assert api("GET", "widget/config", creator_id=BOB).body["title"] == "Bob"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"allowed_origins": ["not a site"]}, "invalid_origin"),
        ({"title": "  "}, "text_empty"),
        ({"title": "x" * 61}, "invalid_input"),
        ({"welcome": {"fr": "Salut"}}, "invalid_input"),
        ({"creator_id": BOB}, "invalid_input"),
    ],
)
def test_a_bad_configuration_is_refused_and_nothing_changes(api, changes, code):
    before = api("GET", "widget/config").body
    answer = api("PUT", "widget/config", body={**before, **changes})
    assert (answer.status, answer.body["code"]) == (422, code)
    assert api("GET", "widget/config").body == before


def test_the_embed_code_names_the_caller(api):
    html = api("GET", "widget/embed-code").body["html"]
    assert html == f'<script src="https://app.example/widget/loader.js" data-creator="{ANA}" async></script>'


@pytest.mark.parametrize("path", ["profile", "widget/config", "widget/embed-code"])
def test_nobody_and_visitors_are_refused(api, path):
    assert api("GET", path, caller={}).status == 401
    assert api("GET", path, caller=as_visitor(ANA, "v", origin="x")).status == 403


def test_a_creator_without_data_is_not_found(api):
    answer = api("GET", "profile", creator_id="01TEST000000000000000000CC")
    assert (answer.status, answer.body["code"]) == (404, "not_found")
