"""Due times of rate limits in DynamoDB: one item for each key, moved by one conditional update."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from botocore.exceptions import ClientError

from autosocial.adapters.dynamodb.tables import Tables, translated
from autosocial.kernel.limits import Dues, Move

_PREFIX = "due_"


class DynamoLimitStore:
    """Fills ``kernel.limits.LimitStore``.

    What belongs to a tenant is kept under the tenant's key; everything else under a hash, because its
    keys hold network and e-mail addresses.
    """

    def __init__(self, tables: Tables, table_name: str) -> None:
        self._tables = tables
        self._table_name = table_name

    def apply(self, creator_id: str, key: str, moves: Sequence[Move]) -> tuple[bool, Dues]:
        """Do all ``moves`` or none; return whether, and the due times that hold after it."""
        client = self._tables.client(creator_id=creator_id or None)
        with translated():
            try:
                answer = client.update_item(
                    TableName=self._table_name,
                    Key=_key(creator_id, key),
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **_expressions(moves),
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                    raise
                return False, _dues(_item_of(error))
        return True, _dues(answer["Attributes"])


def _key(creator_id: str, key: str) -> dict[str, Any]:
    if creator_id:
        return {"pk": {"S": creator_id}, "sk": {"S": f"LIMIT#{key}"}}
    return {"pk": {"S": f"LIMIT#{sha256(key.encode()).hexdigest()}"}, "sk": {"S": "LIMIT"}}


def _expressions(moves: Sequence[Move]) -> dict[str, Any]:
    changes, conditions = ["#expires = :expires"], []
    names = {"#expires": "expires_at"}
    values = {":expires": max(move.forget_at_ms for move in moves) // 1_000 + 1}
    for place, move in enumerate(moves):
        due, now, step, latest = f"#due{place}", f":now{place}", f":step{place}", f":latest{place}"
        names[due] = _PREFIX + move.name
        values |= {now: move.now_ms, step: move.step_ms}
        if move.is_idle:
            conditions.append(f"(attribute_not_exists({due}) OR {due} <= {now})")
            changes.append(f"{due} = {now} + {step}")
        else:
            values[latest] = move.latest_ms
            conditions.append(f"{due} BETWEEN {now} AND {latest}")
            changes.append(f"{due} = {due} + {step}")
    return {
        "UpdateExpression": f"SET {', '.join(changes)}",
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {name: {"N": str(value)} for name, value in values.items()},
    }


def _item_of(error: ClientError) -> Mapping[str, Any]:
    # botocore keeps what an error's answer holds besides code and message beside them.
    response: Mapping[str, Any] = error.response
    item: Mapping[str, Any] = response.get("Item", {})
    return item


def _dues(item: Mapping[str, Any]) -> Dues:
    return {
        name.removeprefix(_PREFIX): int(value["N"])
        for name, value in item.items()
        if name.startswith(_PREFIX)
    }
