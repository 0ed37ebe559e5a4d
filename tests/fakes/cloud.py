"""A cloud in this process (moto): tables as the CDK app makes them, a signing key, a queue."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.dynamodb.responses import DynamoHandler

REGION = "us-east-1"
TENANT_ROLE_ARN = "arn:aws:iam::123456789012:role/tenant"


@contextmanager
def moto_cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Send every AWS call of this process to moto, with credentials that exist nowhere."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    one_at_a_time = DynamoHandler.call_action
    lock = Lock()

    def call_action(handler: DynamoHandler) -> Any:
        # DynamoDB's requests are atomic; moto's are only if they do not run at the same time.
        with lock:
            return one_at_a_time(handler)

    monkeypatch.setattr(DynamoHandler, "call_action", call_action)
    with mock_aws():
        yield


def create_table(name: str, *, sort_key: bool = True) -> str:
    """Make a table with ``pk`` (and ``sk``) and return its name."""
    keys: list[tuple[str, Any]] = [("pk", "HASH"), *([("sk", "RANGE")] if sort_key else [])]
    boto3.client("dynamodb", region_name=REGION).create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
    )
    return name


def create_signing_key(key_spec: Any = "ECC_NIST_P256") -> str:
    """Make a KMS key and return its ARN."""
    kms = boto3.client("kms", region_name=REGION)
    return kms.create_key(KeySpec=key_spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
