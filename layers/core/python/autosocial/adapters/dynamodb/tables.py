"""PynamoDB models bound to a table, with one shared client per tenant and our error tree."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, TypeVar, cast

from botocore.credentials import DeferredRefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import (
    DoesNotExist,
    PutError,
    PynamoDBException,
    TableDoesNotExist,
    TransactWriteError,
)
from pynamodb.models import MetaModel, Model
from pynamodb.transactions import TransactWrite

from autosocial.adapters.aws import session as aws
from autosocial.adapters.aws.errors import Meaning, code_of, meaning_of, meaning_of_code
from autosocial.adapters.dynamodb.tenant_client import ActingCredentials, SharedConnection, TenantClient
from autosocial.kernel.errors import (
    AutoSocialError,
    ConflictError,
    NotFoundError,
    PermanentError,
    TransientError,
)
from autosocial.kernel.ids import checked_id

M = TypeVar("M", bound=Model)
# PynamoDB makes the parameters from our models: they need no second check.
_OPTIONS: dict[str, Any] = {"parameter_validation": False}


class CollisionError(TransientError):
    """Another transaction was at one of the items at the same moment; nothing was written."""

    code = "collision"


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
    except (ClientError, BotoCoreError) as error:
        raise _translation(PynamoDBException("", cause=error)) from error


def _translation(error: PynamoDBException) -> AutoSocialError:
    if isinstance(error, DoesNotExist):
        return NotFoundError("There is no such item.")
    meanings = _meanings(error)
    if Meaning.CHANGED in meanings:
        return ConflictError("The item changed in the meantime.")
    if _collided(error):
        return CollisionError("The database is busy with this item.")
    # PynamoDB gives up on a batch without a cause: the table kept refusing some of its items.
    exhausted = isinstance(error, PutError) and error.cause is None
    if exhausted or Meaning.AWAY in meanings:
        return TransientError("The database is away for now.")
    if isinstance(error, TableDoesNotExist):
        return PermanentError("The table does not exist.", code="table_missing")
    return PermanentError("The database refused the request.", code="database_refused")


def _collided(error: PynamoDBException) -> bool:
    if isinstance(error, TransactWriteError) and error.cancellation_reasons:
        return any(reason and reason.code == "TransactionConflict" for reason in error.cancellation_reasons)
    # A write of a single item meets somebody else's transaction.
    return isinstance(error.cause, ClientError) and code_of(error.cause) == "TransactionConflictException"


def _meanings(error: PynamoDBException) -> set[Meaning]:
    if isinstance(error, TransactWriteError) and any(error.cancellation_reasons):
        return {meaning_of_code(reason.code, status=400) for reason in error.cancellation_reasons if reason}
    # PynamoDB's copy of a refusal lacks the HTTP status; the original is behind it.
    behind = getattr(error.cause, "__cause__", None)
    cause = behind if isinstance(behind, ClientError) else error.cause
    return {meaning_of(cause)} if isinstance(cause, ClientError | BotoCoreError) else set()


@dataclass(slots=True)
class _Scope:
    """What one tenant (or the function itself, without credentials of a tenant) has bound."""

    credentials: DeferredRefreshableCredentials | None = None
    models: dict[tuple[type[Model], str], type[Model]] = field(default_factory=dict)


class Tables:
    """Binds models to tables. Thread-safe.

    With ``tenant_role_arn``, models bound with a ``creator_id`` act with credentials of that role whose
    session carries the tag ``creator_id``: IAM then refuses every other tenant's keys. They are assumed
    at the first request, renewed before they expire and never shared between tenants. Without it, and
    for models bound without a ``creator_id``, the function's own role acts.

    All tenants share one client, and so its connections: a request takes its tenant's credentials when
    it is signed, and one without a tenant cannot be signed at all.
    """

    def __init__(self, *, region: str = "", tenant_role_arn: str = "", max_tenants: int = 50) -> None:
        self._region = region
        self._tenant_role_arn = tenant_role_arn
        self._max_tenants = max_tenants
        self._lock = RLock()
        self._own = _Scope()
        self._tenants: OrderedDict[str, _Scope] = OrderedDict()
        self._tenant_client: Any = None

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
        return TransactWrite(connection=SharedConnection(lambda: self._client(scope)))

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
            self._tenants[creator_id] = _Scope(self._credentials_of(creator_id))
            if len(self._tenants) > self._max_tenants:
                self._tenants.popitem(last=False)
        self._tenants.move_to_end(creator_id)
        return self._tenants[creator_id]

    def _bound(self, model: type[M], table_name: str, scope: _Scope) -> type[M]:
        meta = type("Meta", (), {"table_name": table_name})
        namespace = {"Meta": meta, "__module__": model.__module__}
        bound = cast("type[M]", MetaModel(model.__name__, (model,), namespace))
        table = bound._get_connection()
        connection = SharedConnection(lambda: self._client(scope))
        connection.add_meta_table(table.get_meta_table())
        table.connection = connection
        return bound

    def _client(self, scope: _Scope) -> Any:
        if scope.credentials is None:
            return aws.client("dynamodb", region=self._region, **_OPTIONS)
        with self._lock:
            if self._tenant_client is None:
                client = aws.new_client("dynamodb", region=self._region, **_OPTIONS)
                self._tenant_client = aws.with_credentials(client, ActingCredentials())
        return TenantClient(self._tenant_client, scope.credentials)

    def _credentials_of(self, creator_id: str) -> DeferredRefreshableCredentials:
        return DeferredRefreshableCredentials(
            refresh_using=lambda: self._assume(creator_id), method="assume-role"
        )

    def _assume(self, creator_id: str) -> dict[str, str]:
        answer = aws.client("sts", region=self._region).assume_role(
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
