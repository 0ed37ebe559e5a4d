"""The shared states of circuit breakers, in a table without a sort key."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from autosocial.adapters.aws.errors import code_of
from autosocial.adapters.dynamodb.tables import Tables, translated
from autosocial.kernel.breaker import BreakerState
from autosocial.kernel.clock import Clock, epoch_seconds

_KEPT_SECONDS = 24 * 3600
_FIELDS = ("failures", "failed_ms", "probe_ms")


class DynamoBreakerStore:
    """Fills ``kernel.breaker.BreakerStore``. A breaker is no tenant's: the function's own role acts."""

    def __init__(self, tables: Tables, table_name: str, *, clock: Clock) -> None:
        self._tables = tables
        self._table_name = table_name
        self._clock = clock

    def read(self, name: str) -> BreakerState:
        """Return a state; that of a breaker that nobody has written is the closed one."""
        with translated():
            found = self._tables.client().get_item(
                TableName=self._table_name, Key={"pk": {"S": _key(name)}}, ConsistentRead=True
            )
        return _state(found.get("Item", {}))

    def swap(self, name: str, *, seen: BreakerState, new: BreakerState) -> tuple[bool, BreakerState]:
        """Write ``new`` if the state is still ``seen``; return whether, and the state that holds after it."""
        expires_at = epoch_seconds(self._clock()) + _KEPT_SECONDS
        unchanged = " AND ".join(f"{field} = :{field}" for field in _FIELDS)
        if seen == BreakerState():
            unchanged = f"attribute_not_exists(pk) OR ({unchanged})"
        with translated():
            try:
                self._tables.client().put_item(
                    TableName=self._table_name,
                    Item={"pk": {"S": _key(name)}, "expires_at": {"N": str(expires_at)}, **_numbers(new)},
                    ConditionExpression=unchanged,
                    ExpressionAttributeValues={f":{field}": it for field, it in _numbers(seen).items()},
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except ClientError as error:
                if code_of(error) != "ConditionalCheckFailedException":
                    raise
                response: Mapping[str, Any] = error.response
                return False, _state(response.get("Item", {}))
        return True, new


def _key(name: str) -> str:
    return f"BREAKER#{name}"


def _numbers(state: BreakerState) -> dict[str, dict[str, str]]:
    return {field: {"N": str(getattr(state, field))} for field in _FIELDS}


def _state(item: Mapping[str, Any]) -> BreakerState:
    return BreakerState(**{field: int(item[field]["N"]) for field in _FIELDS if field in item})
