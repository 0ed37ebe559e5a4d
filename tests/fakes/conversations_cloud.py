"""The tables of conversations and channels on moto."""

from typing import Any

import boto3

from tests.fakes.cloud import REGION

CONVERSATIONS_TABLE, CONNECTIONS_TABLE = "conversations", "connections"


def create_conversations_table() -> None:
    """Make the table with its index ``by_activity``."""
    keys: Any = [("pk", "HASH"), ("sk", "RANGE")]
    index: Any = [("pk", "HASH"), ("activity", "RANGE")]
    client: Any = boto3.client("dynamodb", region_name=REGION)
    client.create_table(
        TableName=CONVERSATIONS_TABLE,
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "activity")
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_activity",
                "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in index],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
