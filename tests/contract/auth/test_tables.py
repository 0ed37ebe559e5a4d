"""The table binding: whose credentials act, what is shared, and what vendor errors become."""

from concurrent.futures import ThreadPoolExecutor
from unittest.mock import ANY

import boto3
import pytest
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import GetError, PutError

from autosocial.adapters.dynamodb.tables import CollisionError, Item, Tables, translated
from autosocial.kernel.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    PermanentError,
    TransientError,
)
from tests.fakes.cloud import TENANT_ROLE_ARN, create_table, moto_cloud

ANA, BOB = "01TEST000000000000000000AA", "01TEST000000000000000000BB"
OWN_KEY = "FOOBARKEY"  # the credentials that moto gives this process


class Note(Item):
    text = UnicodeAttribute(null=True)


@pytest.fixture
def table(monkeypatch):
    with moto_cloud(monkeypatch):
        yield create_table("notes")


@pytest.fixture
def signed_with(monkeypatch):
    """Access key and session token of each request to DynamoDB, in order."""
    seen = []
    from botocore.auth import SigV4Auth

    add_auth = SigV4Auth.add_auth

    def spy(self, request):
        if self._service_name == "dynamodb":
            seen.append((self.credentials.access_key, self.credentials.token))
        return add_auth(self, request)

    monkeypatch.setattr(SigV4Auth, "add_auth", spy)
    return seen


def test_each_tenant_acts_with_credentials_of_its_own(table, signed_with):
    tables = Tables(tenant_role_arn=TENANT_ROLE_ARN)
    for creator_id in (ANA, BOB, ANA):
        tables.model(Note, table, creator_id=creator_id)(creator_id, "NOTE").save()
    tables.model(Note, table)("shared", "NOTE").save()
    ana, bob, ana_again, own = signed_with
    assert ana == ana_again != bob
    assert own == (OWN_KEY, None)
    assert ana == (ANY, ANY) and ana[1] and bob[1]


def test_the_session_carries_the_tenant_as_its_tag(table, monkeypatch):
    from botocore.client import BaseClient

    calls: list[tuple[str, dict]] = []
    make = vars(BaseClient)["_make_api_call"]

    def record(self, name, arguments):
        calls.append((name, arguments))
        return make(self, name, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", record)
    Tables(tenant_role_arn=TENANT_ROLE_ARN).model(Note, table, creator_id=ANA)(ANA, "NOTE").save()
    (assumed,) = [arguments for name, arguments in calls if name == "AssumeRole"]
    assert assumed["RoleArn"] == TENANT_ROLE_ARN
    assert assumed["Tags"] == [{"Key": "creator_id", "Value": ANA}]


def test_fifty_tenants_at_once_in_one_process_never_mix(table, signed_with):
    tables = Tables(tenant_role_arn=TENANT_ROLE_ARN, max_tenants=10)
    creators = [f"01TEST{number:020d}" for number in range(50)]

    def write_twice(creator_id: str) -> None:
        for sk in ("A", "B"):
            tables.model(Note, table, creator_id=creator_id)(creator_id, sk, text=creator_id).save()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write_twice, creators))
    for creator_id in creators:
        notes = list(tables.model(Note, table, creator_id=creator_id).query(creator_id))
        assert [(note.sk, note.text) for note in notes] == [("A", creator_id), ("B", creator_id)]
    assert len(tables._tenants) == 10


def test_a_request_without_a_tenant_cannot_be_signed_with_a_tenants_client(table):
    tables = Tables(tenant_role_arn=TENANT_ROLE_ARN)
    tables.model(Note, table, creator_id=ANA)(ANA, "NOTE").save()
    shared = tables._tenant_client
    with pytest.raises(PermanentError) as refused:
        shared.get_item(TableName=table, Key={"pk": {"S": ANA}, "sk": {"S": "NOTE"}})
    assert refused.value.code == "tenant_missing"


def test_without_a_tenant_role_the_functions_own_credentials_act(table, signed_with):
    Tables().model(Note, table, creator_id=ANA)(ANA, "NOTE").save()
    assert signed_with == [(OWN_KEY, None)]


def test_models_are_bound_once_and_share_one_client(table):
    tables = Tables()
    other = create_table("other")
    bound = tables.model(Note, table)
    assert tables.model(Note, table) is bound
    assert tables.model(Note, other) is not bound
    assert tables.model(Note, other)._get_connection().connection.client is (
        bound._get_connection().connection.client
    )
    bound("a", "b").save()
    assert list(tables.model(Note, other).query("a")) == []


def test_a_tenant_that_is_no_id_is_refused(table):
    with pytest.raises(InvalidError):
        Tables(tenant_role_arn=TENANT_ROLE_ARN).model(Note, table, creator_id="*")


def test_transactions_are_whole_or_nothing(table):
    tables = Tables(tenant_role_arn=TENANT_ROLE_ARN)
    note = tables.model(Note, table, creator_id=ANA)
    note(ANA, "1").save()
    with pytest.raises(ConflictError), translated(), tables.transaction(creator_id=ANA) as transaction:
        transaction.save(note(ANA, "2"))
        transaction.save(note(ANA, "1"), condition=Note.pk.does_not_exist())
    assert [item.sk for item in note.query(ANA)] == ["1"]


def test_conditions_absence_and_missing_tables_become_our_errors(table):
    note = Tables().model(Note, table)
    note("a", "b").save()
    with pytest.raises(ConflictError), translated():
        note("a", "b").save(Note.pk.does_not_exist())
    with pytest.raises(NotFoundError), translated():
        note.get("a", "nothing")
    with pytest.raises(PermanentError), translated():
        Tables().model(Note, "absent").get("a", "b")


def test_a_database_that_cannot_be_reached_is_transient(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(TransientError), translated():
        Tables(region="us-east-1").model(Note, "notes").get("a", "b")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("ThrottlingException", TransientError),
        ("ProvisionedThroughputExceededException", TransientError),
        ("InternalServerError", TransientError),
        ("TransactionConflictException", CollisionError),
        ("AccessDeniedException", PermanentError),
        ("ValidationException", PermanentError),
        ("ConditionalCheckFailedException", ConflictError),
    ],
)
def test_codes_of_the_database_become_our_errors(code, error):
    from botocore.exceptions import ClientError

    cause = ClientError({"Error": {"Code": code, "Message": "secret"}}, "GetItem")
    with pytest.raises(error) as raised, translated():
        raise GetError("secret", cause)
    assert "secret" not in raised.value.detail


def test_a_batch_that_could_not_be_written_whole_is_transient():
    with pytest.raises(TransientError), translated():
        raise PutError("Failed to batch write items: max_retry_attempts exceeded")


def test_the_region_is_taken_from_the_environment_if_not_given(table):
    client = Tables().model(Note, table)._get_connection().connection.client
    assert client.meta.region_name == "us-east-1"
    assert boto3.client("dynamodb").meta.endpoint_url == client.meta.endpoint_url
