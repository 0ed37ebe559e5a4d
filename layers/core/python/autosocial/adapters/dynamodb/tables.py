"""PynamoDB models bound to a table, with one shared client per tenant and our error tree."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, TypeVar, cast

from botocore.config import Config
from botocore.credentials import DeferredRefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import (
    DoesNotExist,
    PutError,
    PynamoDBException,
    TableDoesNotExist,
    TransactWriteError,
)
from pynamodb.models import MetaModel, Model
from pynamodb.transactions import TransactWrite

from autosocial.kernel.errors import (
    AutoSocialError,
    ConflictError,
    NotFoundError,
    PermanentError,
    TransientError,
)
from autosocial.kernel.ids import checked_id

M = TypeVar("M", bound=Model)

_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    max_pool_connections=10,
    parameter_validation=False,
    retries={"total_max_attempts": 3, "mode": "standard"},
)
_RETRYABLE = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)


class Item(Model):
    """Base of every item: text keys and the time (epoch seconds) after which DynamoDB may delete it.

    Deletion may lag by days: who reads an item that must not outlive ``expires_at`` compares it himself.
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    expires_at = NumberAttribute(null=True)


class KeyedItem(Model):
    """Base of the items of a table without a sort key."""

    pk = UnicodeAttribute(hash_key=True)
    expires_at = NumberAttribute(null=True)


@contextmanager
def translated() -> Iterator[None]:
    """Turn what PynamoDB and botocore raise into errors of our tree."""
    try:
        yield
    except PynamoDBException as error:
        raise _translation(error) from error
    except ClientError as error:
        raise _of_codes({error.response.get("Error", {}).get("Code")}) from error
    except BotoCoreError as error:
        raise TransientError("The database is away for now.") from error


def _translation(error: PynamoDBException) -> AutoSocialError:
    if isinstance(error, DoesNotExist):
        return NotFoundError("There is no such item.")
    codes = {error.cause_response_code}
    if isinstance(error, TransactWriteError):
        codes |= {reason.code for reason in error.cancellation_reasons if reason}
    exhausted = isinstance(error, PutError) and error.cause is None
    if exhausted or isinstance(error.cause, BotoCoreError):
        return TransientError("The database is away for now.")
    if isinstance(error, TableDoesNotExist):
        return PermanentError("The table does not exist.", code="table_missing")
    return _of_codes(codes)


def _of_codes(codes: Set[str | None]) -> AutoSocialError:
    if codes & {"ConditionalCheckFailedException", "ConditionalCheckFailed"}:
        return ConflictError("The item changed in the meantime.")
    if codes & (_RETRYABLE | {"ThrottlingError"}):
        return TransientError("The database is away for now.")
    return PermanentError("The database refused the request.", code="database_refused")


class _SharedConnection(Connection):
    """PynamoDB's connection of one table, on the client that all tables of one tenant share."""

    def __init__(self, client: Callable[[], Any]) -> None:
        super().__init__()
        self._shared = client

    @property
    def client(self) -> Any:
        return self._shared()


@dataclass(slots=True)
class _Scope:
    """What one tenant (or the function itself, creator_id "") has open."""

    session: Session
    client: Any = None
    models: dict[tuple[type[Model], str], type[Model]] = field(default_factory=dict)


class Tables:
    """Binds models to tables. Thread-safe.

    With ``tenant_role_arn``, models bound with a ``creator_id`` act with credentials of that role whose
    session carries the tag ``creator_id``: IAM then refuses every other tenant's keys. They are assumed
    at the first request, renewed before they expire and never shared between tenants. Without it, and
    for models bound without a ``creator_id``, the function's own role acts.
    """

    def __init__(self, *, region: str = "", tenant_role_arn: str = "", max_tenants: int = 50) -> None:
        self._region = region or None
        self._tenant_role_arn = tenant_role_arn
        self._max_tenants = max_tenants
        self._lock = RLock()
        self._own = _Scope(Session())
        self._tenants: OrderedDict[str, _Scope] = OrderedDict()
        self._sts: Any = None

    def model(self, model: type[M], table_name: str, *, creator_id: str | None = None) -> type[M]:
        """Return the subclass of ``model`` that reads and writes ``table_name``; cached."""
        with self._lock:
            scope = self._scope(creator_id)
            key = (model, table_name)
            if key not in scope.models:
                scope.models[key] = self._bound(model, table_name, scope)
            return cast("type[M]", scope.models[key])

    def transaction(self, *, creator_id: str | None = None) -> TransactWrite:
        """Return PynamoDB's write transaction (a context manager) for models of the same tenant."""
        with self._lock:
            scope = self._scope(creator_id)
        return TransactWrite(connection=_SharedConnection(lambda: self._client(scope)))

    def client(self, *, creator_id: str | None = None) -> Any:
        """Return boto's own client, for what PynamoDB has no words for; use it inside ``translated``."""
        with self._lock:
            scope = self._scope(creator_id)
        return self._client(scope)

    def _scope(self, creator_id: str | None) -> _Scope:
        if creator_id is None:
            return self._own
        checked_id(creator_id, what="creator")
        if not self._tenant_role_arn:
            return self._own
        if creator_id not in self._tenants:
            self._tenants[creator_id] = _Scope(self._tenant_session(creator_id))
            if len(self._tenants) > self._max_tenants:
                self._tenants.popitem(last=False)
        self._tenants.move_to_end(creator_id)
        return self._tenants[creator_id]

    def _bound(self, model: type[M], table_name: str, scope: _Scope) -> type[M]:
        meta = type("Meta", (), {"table_name": table_name})
        namespace = {"Meta": meta, "__module__": model.__module__}
        bound = cast("type[M]", MetaModel(model.__name__, (model,), namespace))
        table = bound._get_connection()
        connection = _SharedConnection(lambda: self._client(scope))
        connection.add_meta_table(table.get_meta_table())
        table.connection = connection
        return bound

    def _client(self, scope: _Scope) -> Any:
        with self._lock:
            if scope.client is None:
                scope.client = scope.session.create_client("dynamodb", self._region, config=_CONFIG)
            return scope.client

    def _tenant_session(self, creator_id: str) -> Session:
        session = Session()
        session.register_component("data_loader", self._own.session.get_component("data_loader"))
        # botocore keeps refreshed credentials in this private field; it has no setter that takes them.
        cast("Any", session)._credentials = DeferredRefreshableCredentials(
            refresh_using=lambda: self._assume(creator_id), method="assume-role"
        )
        return session

    def _assume(self, creator_id: str) -> dict[str, str]:
        with self._lock:
            if self._sts is None:
                self._sts = self._own.session.create_client("sts", self._region, config=_CONFIG)
        answer = self._sts.assume_role(
            RoleArn=self._tenant_role_arn,
            RoleSessionName=f"tenant-{creator_id}",
            Tags=[{"Key": "creator_id", "Value": creator_id}],
        )
        credentials = answer["Credentials"]
        return {
            "access_key": credentials["AccessKeyId"],
            "secret_key": credentials["SecretAccessKey"],
            "token": credentials["SessionToken"],
            "expiry_time": credentials["Expiration"].isoformat(),
        }
