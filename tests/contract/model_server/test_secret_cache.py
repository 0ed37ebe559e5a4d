from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ConnectTimeoutError
from moto import mock_aws

from autosocial.adapters.bedrock.client import bedrock_client
from autosocial.adapters.bedrock.embeddings import BedrockEmbedder
from autosocial.adapters.secretsmanager.secrets import SecretCache, secrets_client
from autosocial.kernel.errors import PermanentError, TransientError
from tests.contract.model_server.running_server import EMBEDDING, TOKEN


class Hands:
    """A clock whose hands are moved."""

    def __init__(self):
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def secrets(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with mock_aws():
        yield secrets_client()


def test_a_secret_is_read_again_only_after_five_minutes(secrets):
    arn = secrets.create_secret(Name="token", SecretString="first")["ARN"]
    clock = Hands()
    cache = SecretCache(secrets, clock=clock)
    assert cache.get(arn) == "first"
    secrets.put_secret_value(SecretId=arn, SecretString="second")

    clock.now += timedelta(seconds=299)
    assert cache.get(arn) == "first"
    clock.now += timedelta(seconds=1)
    assert cache.get(arn) == "second"


def test_a_secret_that_does_not_exist_is_permanent(secrets):
    with pytest.raises(PermanentError):
        SecretCache(secrets).get("arn:aws:secretsmanager:eu-west-1:123456789012:secret:none")


def test_what_was_read_serves_while_secrets_manager_is_away(monkeypatch, secrets):
    arn = secrets.create_secret(Name="token", SecretString="first")["ARN"]
    clock = Hands()
    cache = SecretCache(secrets, clock=clock)
    cache.get(arn)
    monkeypatch.setattr(cache, "_client", _away())
    clock.now += timedelta(hours=1)

    assert cache.get(arn) == "first"
    with pytest.raises(TransientError):
        SecretCache(_away()).get(arn)


def test_secrets_manager_is_not_asked_at_every_request_while_it_is_away(monkeypatch, secrets):
    arn = secrets.create_secret(Name="token", SecretString="first")["ARN"]
    clock = Hands()
    cache = SecretCache(secrets, clock=clock)
    cache.get(arn)
    asked = _Asked()
    monkeypatch.setattr(cache, "_client", asked)
    clock.now += timedelta(hours=1)
    assert [cache.get(arn) for _ in range(20)] == ["first"] * 20
    assert asked.times == 1
    clock.now += timedelta(seconds=30)
    cache.get(arn)
    assert asked.times == 2


def test_the_bearer_token_comes_from_the_cache_at_every_request(secrets, extractive_server):
    arn = secrets.create_secret(Name="token", SecretString="an-old-token-of-before")["ARN"]
    clock = Hands()
    cache = SecretCache(secrets, clock=clock)
    boto = bedrock_client(endpoint_url=extractive_server, token=lambda: cache.get(arn))
    embedder = BedrockEmbedder(boto, model_id=EMBEDDING, dimensions=384)
    with pytest.raises(PermanentError):
        embedder.embed_query("x")
    secrets.put_secret_value(SecretId=arn, SecretString=TOKEN)
    clock.now += timedelta(minutes=5)

    assert len(embedder.embed_query("x")) == 384


class _Asked:
    """A Secrets Manager that is away, and counts."""

    def __init__(self):
        self.times = 0

    def get_secret_value(self, **_):
        self.times += 1
        raise ConnectTimeoutError(endpoint_url="https://secretsmanager.example")


def _away():
    import boto3
    from botocore.config import Config

    return boto3.client(
        "secretsmanager",
        endpoint_url="http://127.0.0.1:9",
        config=Config(connect_timeout=1, retries={"total_max_attempts": 1}),
    )
