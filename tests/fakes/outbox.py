"""What tables in this process (moto) hold for the relay."""

import boto3
import msgspec

from autosocial.contracts.events import Envelope
from tests.fakes.cloud import REGION


def facts_in(table_name: str) -> list[Envelope]:
    """Return the facts of a table, by their sequence."""
    items = boto3.client("dynamodb", region_name=REGION).scan(TableName=table_name)["Items"]
    bodies = [
        item["body"]["S"]
        for item in items
        if "EVENT#" in (item["pk"]["S"][:6], item.get("sk", {}).get("S", "")[:6])
    ]
    facts = [msgspec.json.decode(body, type=Envelope) for body in bodies]
    return sorted(facts, key=lambda fact: fact.sequence)
