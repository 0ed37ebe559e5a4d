"""One session a process: what all its clients share, and what each has of its own."""

import ast
from pathlib import Path

import boto3
import botocore.session
import pytest

from autosocial.adapters.apigateway.channels import ApiGatewayConnections
from autosocial.adapters.aws import session
from autosocial.adapters.bedrock.client import bedrock_client
from autosocial.adapters.dynamodb.tables import Item, Tables
from autosocial.adapters.kms.auth import KmsSigningKeys
from autosocial.adapters.s3.bucket import Bucket
from autosocial.adapters.secretsmanager.secrets import secrets_client
from autosocial.adapters.sqs.knowledge import SqsErasureQueue
from autosocial.wiring.index import build_index
from tests.fakes.cloud import REGION, TENANT_ROLE_ARN, create_signing_key, create_table, moto_cloud

ANA, BOB = "01TEST000000000000000000AA", "01TEST000000000000000000BB"
PRODUCT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def cloud(monkeypatch):
    with moto_cloud(monkeypatch):
        yield


def test_a_client_is_made_once_for_the_same_arguments():
    assert session.client("sqs") is session.client("sqs")
    assert session.client("sqs") is not session.client("sqs", region="eu-west-1")
    assert session.client("sqs") is not session.client("sqs", endpoint_url="http://127.0.0.1:9")
    assert session.client("sqs") is not session.client("sqs", read_timeout=1)
    assert session.new_client("sqs") is not session.new_client("sqs")


def test_every_client_has_our_times_and_attempts_unless_it_asks_for_others():
    config = session.client("sqs").meta.config
    assert (config.connect_timeout, config.read_timeout) == (2, 5)
    assert config.retries == {"total_max_attempts": 3, "mode": "standard"}
    config = session.client("sqs", read_timeout=20, total_max_attempts=1).meta.config
    assert (config.connect_timeout, config.read_timeout) == (2, 20)
    assert config.retries["total_max_attempts"] == 1


def test_all_adapters_of_a_process_share_one_session(monkeypatch, tmp_path):
    made = []
    init = botocore.session.Session.__init__

    def count(self, *args, **kwargs):
        made.append(self)
        init(self, *args, **kwargs)

    key, table = create_signing_key(), create_table("notes")
    queue = boto3.client("sqs", region_name=REGION).create_queue(QueueName="q")["QueueUrl"]
    monkeypatch.setattr(botocore.session.Session, "__init__", count)
    tables = Tables(tenant_role_arn=TENANT_ROLE_ARN)
    for creator_id in (None, ANA, BOB):
        tables.model(Item, table, creator_id=creator_id)(creator_id or "x", "NOTE").save()
    KmsSigningKeys([key]).sign(b"x")
    SqsErasureQueue(queue).request(ANA, BOB, request_id="r")
    secrets_client()
    bedrock_client(token=lambda: "t")
    bedrock_client()
    assert Bucket("b").client and Bucket("b").public_client
    assert ApiGatewayConnections("http://127.0.0.1:9")._client
    build_index(kind="embedded", bucket="b", opensearch_url="", region=REGION, dimensions=3)
    session.credentials()
    assert len(made) == 1


def test_forgetting_reads_the_environment_anew(monkeypatch):
    assert session.client("sqs").meta.region_name == REGION
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    session.forget()
    assert session.client("sqs").meta.region_name == "eu-west-1"


def test_credentials_of_others_are_those_that_sign(monkeypatch):
    from botocore.auth import SigV4Auth
    from botocore.credentials import Credentials

    seen = []
    monkeypatch.setattr(SigV4Auth, "add_auth", lambda self, _: seen.append(self.credentials.access_key))
    client = session.with_credentials(session.new_client("sqs"), Credentials("THEIRS", "secret"))
    client.list_queues()
    session.client("sqs").list_queues()
    assert seen == ["THEIRS", "FOOBARKEY"]


@pytest.mark.parametrize("folder", ["layers/core/python/autosocial", "functions"])
def test_sessions_and_configurations_are_made_in_one_room(folder):
    room = PRODUCT / "layers/core/python/autosocial/adapters/aws"
    found = [
        f"{path.relative_to(PRODUCT)} imports {module}"
        for path in sorted((PRODUCT / folder).rglob("*.py"))
        for module in imported(path)
        if module == "boto3" or (module in {"botocore.session", "botocore.config"} and path.parent != room)
    ]
    assert found == []


def imported(path: Path) -> list[str]:
    """Return what a module imports when it runs; what only a type checker reads does not count."""
    tree = ast.parse(path.read_text())
    modules = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.append(node.module)
    typed = {
        inner.module
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for inner in ast.walk(node)
        if isinstance(inner, ast.ImportFrom)
    }
    return [module for module in modules if module not in typed]
