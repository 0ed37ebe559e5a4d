"""Use cases of auth: accounts, bearer tokens and socket tickets."""

from collections.abc import Sequence
from dataclasses import dataclass

from autosocial.auth.facts import registered
from autosocial.auth.model import (
    LOGIN_PER_ACCOUNT,
    LOGIN_PER_ACCOUNT_AND_ADDRESS,
    LOGIN_PER_ADDRESS,
    REGISTER_PER_ADDRESS,
    SOCKETS_PER_CALLER_AND_ADDRESS,
    TICKET_LIFETIME,
    VISITOR,
    Account,
    Claims,
    Ticket,
    digest,
)
from autosocial.auth.passwords import check_new_password, normalised_password, spellings
from autosocial.auth.ports import (
    AccountStore,
    CommonPasswords,
    Denylist,
    Onboarding,
    PasswordHasher,
    SecretSource,
    TicketStore,
    TokenCodec,
)
from autosocial.auth.rules import checked_name, normalised_email
from autosocial.auth.sessions import Sessions, SignedIn
from autosocial.kernel.clock import Clock
from autosocial.kernel.errors import ConflictError, ForbiddenError, UnauthenticatedError
from autosocial.kernel.ids import IdSource
from autosocial.kernel.limits import Limiter
from autosocial.kernel.tenancy import Caller, Role


@dataclass(frozen=True, slots=True)
class PasswordGuard:
    """What accounts, slow hashes and limits of attempts are for: passwords."""

    accounts: AccountStore
    hasher: PasswordHasher
    limiter: Limiter
    is_common: CommonPasswords


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Open an account and sign it in.

    An address that is taken is told (409): until addresses are verified by mail nothing else is
    honest to the person. The limit per network address keeps it from being a directory.
    """

    guard: PasswordGuard
    onboard: Onboarding
    sessions: Sessions
    clock: Clock
    ids: IdSource

    def __call__(self, *, email: str, name: str, password: str, language: str, address: str) -> SignedIn:
        """Return the signed-in session. Raises ``InvalidError``, ``ConflictError``, ``RateLimitedError``."""
        self.guard.limiter.take(address, [REGISTER_PER_ADDRESS], away="closed")
        email, name = normalised_email(email), checked_name(name)
        password = normalised_password(password)
        check_new_password(password, email=email, name=name, is_common=self.guard.is_common)
        if self.guard.accounts.by_email(email):
            raise ConflictError("There is an account with this address. Sign in.", code="email_taken")
        account = Account(
            account_id=self.ids(),
            email=email,
            name=name,
            password_hash=self.guard.hasher.hash(password),
            created_at=self.clock(),
        )
        self.onboard(account.account_id, name=name, language=language)
        self.guard.accounts.create(account, fact=registered(account, language=language))
        return self.sessions.start(account)


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Verify a password. Unknown address and wrong password look the same, in words and in time."""

    guard: PasswordGuard
    sessions: Sessions

    def __call__(self, *, email: str, password: str, address: str) -> SignedIn:
        """Return the signed-in session. Raises ``UnauthenticatedError``, ``RateLimitedError``."""
        self.guard.limiter.take(address, [LOGIN_PER_ADDRESS], away="closed")
        email = normalised_email(email)
        tried = spellings(password)
        key = digest(email)
        self.guard.limiter.take(f"{key}|{address}", [LOGIN_PER_ACCOUNT_AND_ADDRESS], away="closed")
        self.guard.limiter.take(key, [LOGIN_PER_ACCOUNT], away="closed")
        account = self.guard.accounts.by_email(email)
        matched = self._matched(account, tried)
        if account is None or matched is None:
            raise UnauthenticatedError("E-mail address or password is wrong.", code="wrong_credentials")
        if matched != tried[0] or self.guard.hasher.is_outdated(account.password_hash):
            renewed = self.guard.hasher.hash(tried[0])
            self.guard.accounts.replace_hash(account.account_id, old=account.password_hash, new=renewed)
        return self.sessions.start(account)

    def _matched(self, account: Account | None, tried: Sequence[str]) -> str | None:
        """Return the spelling that is the account's; nobody's password takes as long as a wrong one."""
        for spelling in tried:
            if account is None:
                self.guard.hasher.verify_nobody(spelling)
            elif self.guard.hasher.verify(account.password_hash, spelling):
                return spelling
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyBearer:
    """Turn a bearer token into a caller."""

    tokens: TokenCodec
    denylist: Denylist

    def __call__(self, token: str, *, origin: str = "") -> Caller:
        """Return who calls. Raises ``UnauthenticatedError`` or, from a foreign origin, ``ForbiddenError``.

        Browsers leave ``Origin`` out of same-origin reads, so only a wrong one is refused.
        """
        claims = self.tokens.decode(token)
        if claims.origin and origin and claims.origin != origin:
            raise ForbiddenError("This token belongs to another site.", code="wrong_origin")
        session_id = claims.session_id or claims.token_id
        if self.denylist.any_denied([claims.token_id, session_id]):
            raise UnauthenticatedError("This token is no longer valid.", code="token_revoked")
        return Caller(
            creator_id=claims.creator_id,
            subject=claims.subject,
            role=claims.kind.role,
            token_id=claims.token_id,
            session_id=session_id,
            origin=claims.origin,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueVisitorToken:
    """Give a visitor a bearer token for one creator, usable from one origin."""

    tokens: TokenCodec
    clock: Clock
    ids: IdSource

    def __call__(self, creator_id: str, visitor_id: str, *, origin: str) -> str:
        """Return the token; it lives for ``auth.model.VISITOR.lifetime``."""
        return self.tokens.encode(
            Claims(
                kind=VISITOR,
                subject=visitor_id,
                creator_id=creator_id,
                token_id=self.ids(),
                issued_at=self.clock(),
                origin=origin,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSocketTicket:
    """Give a verified caller the right to open one socket, now, from where the request came."""

    tickets: TicketStore
    limiter: Limiter
    clock: Clock
    secrets: SecretSource

    def __call__(self, caller: Caller, *, origin: str, address: str) -> str:
        """Return the ticket.

        Raises:
            ForbiddenError: a visitor on a foreign origin.
            RateLimitedError: too many sockets of this caller from this address.
        """
        if caller.role is Role.VISITOR and origin != caller.origin:
            raise ForbiddenError("This token belongs to another site.", code="wrong_origin")
        # Who opens sockets without end is told here: a refused $connect shows no reason to a browser.
        key = f"sockets|{caller.subject}|{address}"
        self.limiter.take(key, [SOCKETS_PER_CALLER_AND_ADDRESS], away="open")
        secret = self.secrets()
        self.tickets.put(
            Ticket(
                ticket_hash=digest(secret),
                creator_id=caller.creator_id,
                subject=caller.subject,
                role=caller.role,
                token_id=caller.token_id,
                session_id=caller.session_id,
                origin=origin,
                expires_at=self.clock() + TICKET_LIFETIME,
            )
        )
        return secret


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendSocketTicket:
    """Turn a ticket into a caller, once."""

    tickets: TicketStore
    denylist: Denylist
    clock: Clock

    def __call__(self, secret: str, *, origin: str) -> Caller:
        """Return who connects. Raises ``UnauthenticatedError``; the ticket is spent even then."""
        ticket = self.tickets.spend(digest(secret)) if secret else None
        if ticket is None or ticket.expires_at <= self.clock() or ticket.origin != origin:
            raise UnauthenticatedError("This ticket is not valid.", code="ticket_invalid")
        if self.denylist.any_denied([*filter(None, [ticket.token_id, ticket.session_id])]):
            raise UnauthenticatedError("This ticket is not valid.", code="ticket_invalid")
        return Caller(
            creator_id=ticket.creator_id,
            subject=ticket.subject,
            role=ticket.role,
            token_id=ticket.token_id,
            session_id=ticket.session_id,
            origin=ticket.origin,
        )
