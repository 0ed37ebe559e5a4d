"""Routes of auth/api."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Header, Response

from autosocial.auth.model import TICKET_LIFETIME, Account
from autosocial.auth.ports import AccountStore, TokenCodec
from autosocial.auth.service import IssueSocketTicket, Login, Register, VerifyBearer
from autosocial.auth.sessions import Sessions, SignedIn
from autosocial.kernel.errors import DomainError
from autosocial.kernel.tenancy import Caller
from autosocial.runtime.http import AnyCaller, ArrivedAt, CreatorCaller, SourceAddress
from functions.auth.api.schemas import (
    AccountBody,
    HealthBody,
    LoginBody,
    RegisterBody,
    SessionBody,
    TicketBody,
)

COOKIE = "autosocial_refresh"
COOKIE_PATH = "/api/v1/auth"
# Long enough for every verifier to learn of a new key before it signs.
_KEY_SET_CACHE = "public, max-age=300"

RefreshCookie = Annotated[str, Cookie(alias=COOKIE)]
AuthorizationHeader = Annotated[str, Header()]
OriginHeader = Annotated[str, Header()]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthParts:
    """What the routes call."""

    accounts: AccountStore
    register: Register
    login: Login
    sessions: Sessions
    verify: VerifyBearer
    ticket: IssueSocketTicket
    tokens: TokenCodec
    socket_url: str
    cookie_secure: bool


def auth_routes(parts: AuthParts) -> APIRouter:
    """Return the routes of accounts and sessions."""
    router = APIRouter(prefix="/api/v1/auth", tags=["auth"])

    @router.post(
        "/register", operation_id="register_account", summary="Open an account and sign in", status_code=201
    )
    def register(body: RegisterBody, response: Response, address: SourceAddress) -> SessionBody:
        signed_in = parts.register(**body.model_dump(), address=address)
        return _session(signed_in, response, secure=parts.cookie_secure)

    @router.post("/login", operation_id="log_in", summary="Sign in")
    def login(body: LoginBody, response: Response, address: SourceAddress) -> SessionBody:
        signed_in = parts.login(email=body.email, password=body.password, address=address)
        return _session(signed_in, response, secure=parts.cookie_secure)

    @router.post("/refresh-token", operation_id="refresh_session", summary="Carry the session on")
    def refresh(response: Response, arrived_at: ArrivedAt, refresh_token: RefreshCookie = "") -> SessionBody:
        """Exchange the refresh cookie for its successor and a new access token."""
        signed_in = parts.sessions.refresh(refresh_token, arrived_at=arrived_at)
        return _session(signed_in, response, secure=parts.cookie_secure)

    @router.post("/logout", operation_id="log_out", summary="End the session at once", status_code=204)
    def logout(
        response: Response, refresh_token: RefreshCookie = "", authorization: AuthorizationHeader = ""
    ) -> None:
        """The cookie's session and the bearer token's; one of the two is enough."""
        parts.sessions.end(refresh_token, caller=_caller(parts.verify, authorization))
        response.delete_cookie(
            COOKIE, path=COOKIE_PATH, secure=parts.cookie_secure, httponly=True, samesite="strict"
        )

    return router


def caller_routes(parts: AuthParts) -> APIRouter:
    """Return the routes of verified callers."""
    router = APIRouter(prefix="/api/v1/auth", tags=["auth"])

    @router.get("/profile", operation_id="read_account", summary="Who is signed in")
    def profile(caller: CreatorCaller) -> AccountBody:
        return _account(parts.accounts.get(caller.subject))

    @router.post(
        "/socket-tickets",
        operation_id="issue_socket_ticket",
        summary="A ticket that opens one socket",
        status_code=201,
    )
    def socket_ticket(caller: AnyCaller, address: SourceAddress, origin: OriginHeader = "") -> TicketBody:
        """For creators and visitors, once and within a minute."""
        secret = parts.ticket(caller, origin=origin, address=address)
        seconds = int(TICKET_LIFETIME.total_seconds())
        return TicketBody(ticket=secret, url=parts.socket_url, expires_in=seconds)

    return router


def public_routes(parts: AuthParts) -> APIRouter:
    """Return the key set and the health check."""
    router = APIRouter(tags=["public"])

    @router.get("/.well-known/jwks.json", operation_id="read_key_set", summary="Keys that verify our tokens")
    def key_set(response: Response) -> dict[str, Any]:
        response.headers["Cache-Control"] = _KEY_SET_CACHE
        return parts.tokens.key_set()

    @router.get("/health", operation_id="read_health", summary="Whether the API answers")
    @router.get("/api/v1/health", operation_id="read_api_health", summary="Whether the API answers")
    def health() -> HealthBody:
        return HealthBody()

    return router


def _session(signed_in: SignedIn, response: Response, *, secure: bool) -> SessionBody:
    response.set_cookie(
        COOKIE,
        signed_in.refresh_token,
        max_age=signed_in.refresh_seconds,
        path=COOKIE_PATH,
        secure=secure,
        httponly=True,
        samesite="strict",
    )
    return SessionBody(
        access_token=signed_in.access_token,
        expires_in=signed_in.expires_in,
        account=_account(signed_in.account),
    )


def _account(account: Account) -> AccountBody:
    return AccountBody(account_id=account.account_id, email=account.email, name=account.name)


def _caller(verify: VerifyBearer, authorization: str) -> Caller | None:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        return verify(token)
    except DomainError:
        return None
