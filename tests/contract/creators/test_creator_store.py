"""What creators rely on, held by the fake and by DynamoDB with tenant credentials alike."""

from dataclasses import replace

import pytest

from autosocial.adapters.dynamodb.creators import DynamoCreatorStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.creators.model import Profile, Widget
from autosocial.kernel.errors import NotFoundError
from tests.fakes.cloud import TENANT_ROLE_ARN, create_table, moto_cloud
from tests.fakes.creators import InMemoryCreatorStore

ANA, BOB = "01TEST000000000000000000AA", "01TEST000000000000000000BB"
PROFILE = Profile(ANA, "Ana García", "es")
WIDGET = Widget(
    ANA, "Ana", {"en": "Hi", "es": "¡Hola! 👋"}, "es", ("https://a.example", "http://127.0.0.1:8081")
)


@pytest.fixture(params=["fake", "dynamodb"])
def store(request, monkeypatch):
    if request.param == "fake":
        yield InMemoryCreatorStore()
        return
    with moto_cloud(monkeypatch):
        yield DynamoCreatorStore(Tables(tenant_role_arn=TENANT_ROLE_ARN), create_table("creators"))


def test_profile_and_widget_are_kept_whole(store):
    store.put_profile(PROFILE)
    store.put_widget(WIDGET)
    assert store.profile(ANA) == PROFILE
    assert store.widget(ANA) == WIDGET


def test_the_last_one_kept_counts(store):
    store.put_profile(PROFILE)
    store.put_profile(replace(PROFILE, name="Ana"))
    store.put_widget(WIDGET)
    store.put_widget(replace(WIDGET, allowed_origins=(), welcome={}))
    assert store.profile(ANA).name == "Ana"
    assert store.widget(ANA) == replace(WIDGET, allowed_origins=(), welcome={})


def test_another_creators_things_are_not_found(store):
    store.put_profile(PROFILE)
    store.put_widget(WIDGET)
    with pytest.raises(NotFoundError):
        store.profile(BOB)
    with pytest.raises(NotFoundError):
        store.widget(BOB)
