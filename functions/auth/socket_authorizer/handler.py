"""Spends the one-time ticket with which a socket is opened."""

from collections.abc import Callable

from autosocial.adapters.dynamodb.auth import DynamoTicketStore
from autosocial.adapters.dynamodb.denylist import DynamoDenylist
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.auth.service import SpendSocketTicket
from autosocial.kernel.clock import utc_now
from autosocial.kernel.tenancy import Caller
from autosocial.runtime.authorizer import Credentials, socket_authorizer
from functions.auth.socket_authorizer.settings import SocketAuthorizerSettings


def build(settings: SocketAuthorizerSettings) -> Callable[[Credentials], Caller]:
    """Put the verification together."""
    tables = Tables()
    spend = SpendSocketTicket(
        tickets=DynamoTicketStore(tables, settings.auth_table),
        denylist=DynamoDenylist(tables, settings.auth_table),
        clock=utc_now,
    )
    return lambda shown: spend(shown.secret, origin=shown.origin)


handler = socket_authorizer(SocketAuthorizerSettings, build)
