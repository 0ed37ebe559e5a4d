"""Spends the one-time ticket with which a socket is opened."""

from collections.abc import Callable

from autosocial.adapters.dynamodb.auth import DynamoTicketStore
from autosocial.auth.service import SpendSocketTicket
from autosocial.kernel.clock import utc_now
from autosocial.kernel.tenancy import Caller
from autosocial.runtime.authorizer import Credentials, socket_authorizer
from functions.auth.socket_authorizer.settings import SocketAuthorizerSettings


def build(settings: SocketAuthorizerSettings) -> Callable[[Credentials], Caller]:
    """Return what tells whose a ticket is, once."""
    tickets = DynamoTicketStore(settings.tables, settings.auth_table)
    spend = SpendSocketTicket(tickets=tickets, denylist=settings.denylist, clock=utc_now)
    return lambda shown: spend(shown.secret, origin=shown.origin)


handler = socket_authorizer(SocketAuthorizerSettings, build)
