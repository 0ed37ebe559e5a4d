"""Accounts, sessions, socket tickets and the key set over HTTP."""

import secrets
from pathlib import Path

from fastapi import FastAPI

from autosocial.adapters.argon2.auth import Argon2PasswordHasher
from autosocial.adapters.dynamodb.auth import DynamoAccountStore, DynamoSessionStore, DynamoTicketStore
from autosocial.adapters.dynamodb.limits import DynamoLimitStore
from autosocial.adapters.password_list.auth import HashedPasswordList
from autosocial.auth.service import IssueSocketTicket, Login, PasswordGuard, Register
from autosocial.auth.sessions import Sessions
from autosocial.creators.service import CreateCreator
from autosocial.kernel.clock import utc_now
from autosocial.kernel.ids import new_id
from autosocial.kernel.limits import Limiter
from autosocial.runtime.http import build_app
from autosocial.wiring.http import http_function
from functions.auth.api.routes import AuthParts, auth_routes, caller_routes, public_routes
from functions.auth.api.settings import AuthApiSettings


def build(settings: AuthApiSettings) -> FastAPI:
    """Put the application together."""
    parts = build_parts(settings)
    return build_app("AutoSocial auth", [auth_routes(parts), caller_routes(parts), public_routes(parts)])


def build_parts(settings: AuthApiSettings) -> AuthParts:
    """Put what the routes call together."""
    tables, table, tokens = settings.tables, settings.auth_table, settings.tokens
    accounts = DynamoAccountStore(tables, table)
    limiter = Limiter(DynamoLimitStore(tables, table), clock=utc_now)
    common = HashedPasswordList(Path(__file__).with_name("common_passwords.bin"))
    guard = PasswordGuard(accounts, Argon2PasswordHasher(), limiter, common)
    sessions = Sessions(
        accounts=accounts,
        sessions=DynamoSessionStore(tables, table),
        denylist=settings.denylist,
        tokens=tokens,
        clock=utc_now,
        ids=new_id,
        secrets=_secret,
    )
    onboard = CreateCreator(settings.creators())
    tickets = DynamoTicketStore(tables, table)
    return AuthParts(
        accounts=accounts,
        register=Register(guard=guard, onboard=onboard, sessions=sessions, clock=utc_now, ids=new_id),
        login=Login(guard=guard, sessions=sessions),
        sessions=sessions,
        verify=settings.verify_bearer(),
        ticket=IssueSocketTicket(tickets=tickets, limiter=limiter, clock=utc_now, secrets=_secret),
        tokens=tokens,
        socket_url=settings.socket_url,
        cookie_secure=settings.cookie_secure,
    )


def _secret() -> str:
    return secrets.token_hex(32)


handler = http_function(AuthApiSettings, build)
