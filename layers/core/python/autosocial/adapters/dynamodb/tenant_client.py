"""One DynamoDB client for all tenants, which signs each call with the credentials of its tenant."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from botocore.credentials import DeferredRefreshableCredentials
from pynamodb.connection import Connection

from autosocial.kernel.errors import PermanentError


class SharedConnection(Connection):
    """PynamoDB's connection of one table, on the client that all tables of one tenant share."""

    def __init__(self, client: Callable[[], Any]) -> None:
        super().__init__()
        self._shared = client

    @property
    def client(self) -> Any:
        """The client that is to make the next call."""
        return self._shared()


class TenantClient:
    """The client that all tenants share, acting for one of them during each of its calls."""

    def __init__(self, client: Any, credentials: DeferredRefreshableCredentials) -> None:
        self._client = client
        self._credentials = credentials

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)

        def acting(*arguments: Any, **named: Any) -> Any:
            token = _acting_credentials.set(self._credentials)
            try:
                return call(*arguments, **named)
            finally:
                _acting_credentials.reset(token)

        return acting


class ActingCredentials:
    """The credentials of the tenant whose call is being signed; outside such a call there are none."""

    method = "assume-role"

    @staticmethod
    def get_frozen_credentials() -> Any:
        """Return the credentials to sign with, as botocore asks for them."""
        acting = _acting_credentials.get()
        if acting is None:
            raise PermanentError("A tenant's request has no tenant.", code="tenant_missing")
        return acting.get_frozen_credentials()


_acting_credentials: ContextVar[DeferredRefreshableCredentials | None] = ContextVar(
    "_acting_credentials", default=None
)
