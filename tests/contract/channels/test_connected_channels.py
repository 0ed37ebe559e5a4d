"""Connected channels and their secrets: one suite on the fakes, on DynamoDB and on Secrets Manager (moto)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import boto3
import pytest

from autosocial.adapters.dynamodb.connected_channels import DynamoConnectedChannels
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.adapters.secretsmanager.channel_secrets import SecretsManagerChannelSecrets
from autosocial.channels.model import ConnectedChannel, SigningSecrets
from autosocial.channels.ports import ChannelSecrets, ConnectedChannels
from autosocial.kernel.errors import ConflictError, NotFoundError
from tests.fakes.answer_turn import CREATOR, OTHER_CREATOR
from tests.fakes.channels import InMemoryChannelSecrets, InMemoryConnectedChannels
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import REGION, create_table, moto_cloud

PREFIX = "autosocial-test-channels/"
ROW = ConnectedChannel(CREATOR, "webhook", f"{CREATOR}-7J1M4P8R0T", "https://shop.example/x", "LaSw", "then")


@dataclass
class Kept:
    connected: ConnectedChannels
    secrets: ChannelSecrets
    clock: FakeClock


@pytest.fixture(params=["fake", "moto"])
def kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    clock = FakeClock()
    if request.param == "fake":
        yield Kept(InMemoryConnectedChannels(), InMemoryChannelSecrets(), clock)
        return
    with moto_cloud(monkeypatch):
        connected = DynamoConnectedChannels(Tables(), create_table("connections"))
        yield Kept(connected, SecretsManagerChannelSecrets(PREFIX, clock=clock), clock)


def test_a_channel_is_connected_once_and_found_by_its_creator_alone(kept: Kept) -> None:
    assert kept.connected.get(CREATOR, "webhook") is None
    kept.connected.add(ROW)
    assert kept.connected.get(CREATOR, "webhook") == ROW
    assert kept.connected.get(CREATOR, "telegram") is None
    assert kept.connected.get(OTHER_CREATOR, "webhook") is None
    with pytest.raises(ConflictError):
        kept.connected.add(replace(ROW, connection_id="another"))
    assert kept.connected.get(CREATOR, "webhook") == ROW


def test_only_the_connection_that_is_there_can_be_changed(kept: Kept) -> None:
    changed = replace(ROW, callback_url="https://shop.example/y", secret_hint="new!")
    with pytest.raises(ConflictError):
        kept.connected.replace(changed)
    kept.connected.add(ROW)
    kept.connected.replace(changed)
    assert kept.connected.get(CREATOR, "webhook") == changed
    with pytest.raises(ConflictError):
        kept.connected.replace(replace(changed, connection_id="another"))


def test_a_connection_is_cut_once_and_again(kept: Kept) -> None:
    kept.connected.add(ROW)
    for _ in range(2):
        kept.connected.remove(CREATOR, "webhook")
    assert kept.connected.get(CREATOR, "webhook") is None


def test_secrets_are_kept_replaced_and_forgotten(kept: Kept) -> None:
    first, second = (
        SigningSecrets("whsec_a"),
        SigningSecrets("whsec_b", "whsec_a", "2999-01-01T00:00:00.000Z"),
    )
    with pytest.raises(NotFoundError):
        kept.secrets.read(ROW.connection_id, fresh=True)
    kept.secrets.write(ROW.connection_id, first)
    assert kept.secrets.read(ROW.connection_id, fresh=False) == first
    kept.secrets.write(ROW.connection_id, second)
    kept.clock.now += timedelta(hours=1)
    assert kept.secrets.read(ROW.connection_id, fresh=False) == second
    for _ in range(2):
        kept.secrets.delete(ROW.connection_id)
    kept.clock.now += timedelta(hours=1)
    with pytest.raises(NotFoundError):
        kept.secrets.read(ROW.connection_id, fresh=False)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeClock]:
    with moto_cloud(monkeypatch):
        yield FakeClock()


def test_another_process_hears_of_a_change_when_it_asks_for_it_fresh(cloud: FakeClock) -> None:
    here, there = (SecretsManagerChannelSecrets(PREFIX, clock=cloud) for _ in range(2))
    here.write("c-1", SigningSecrets("whsec_a"))
    assert there.read("c-1", fresh=False) == SigningSecrets("whsec_a")
    here.write("c-1", SigningSecrets("whsec_b"))
    assert there.read("c-1", fresh=False) == SigningSecrets("whsec_a")
    assert there.read("c-1", fresh=True) == SigningSecrets("whsec_b")


def test_wrong_signatures_cost_one_question_in_ten_seconds(
    cloud: FakeClock,
) -> None:
    here, there = (SecretsManagerChannelSecrets(PREFIX, clock=cloud) for _ in range(2))
    here.write("c-1", SigningSecrets("whsec_a"))
    there.read("c-1", fresh=False)
    there.read("c-1", fresh=True)
    here.write("c-1", SigningSecrets("whsec_b"))
    assert there.read("c-1", fresh=True) == SigningSecrets("whsec_a")
    cloud.pass_(seconds=11)
    assert there.read("c-1", fresh=True) == SigningSecrets("whsec_b")


def test_who_calls_with_ids_that_are_not_there_costs_one_question_in_ten_seconds(cloud: FakeClock) -> None:
    client = boto3.client("secretsmanager", region_name=REGION)
    secrets = SecretsManagerChannelSecrets(PREFIX, clock=cloud)
    with pytest.raises(NotFoundError):
        secrets.read("c-1", fresh=True)
    client.create_secret(Name=PREFIX + "c-1", SecretString='{"current":"whsec_a"}')
    for _ in range(3):
        with pytest.raises(NotFoundError):
            secrets.read("c-1", fresh=True)
    cloud.pass_(seconds=11)
    assert secrets.read("c-1", fresh=False) == SigningSecrets("whsec_a")


def test_only_so_many_ids_are_remembered(cloud: FakeClock) -> None:
    secrets = SecretsManagerChannelSecrets(PREFIX, clock=cloud)
    for number in range(510):
        with pytest.raises(NotFoundError):
            secrets.read(f"c-{number}", fresh=False)
    assert len(secrets._known) == 500


def test_a_secret_is_in_secrets_manager_and_in_no_table(kept: Kept) -> None:
    if isinstance(kept.connected, InMemoryConnectedChannels):
        pytest.skip("there is no table")
    kept.connected.add(ROW)
    kept.secrets.write(ROW.connection_id, SigningSecrets("whsec_very-secret"))
    assert "very-secret" not in repr(
        boto3.client("dynamodb", region_name=REGION).scan(TableName="connections")
    )
