"""Accounts, sessions, tokens and tickets as data, and the rules that need nothing from outside."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from autosocial.kernel.limits import Limit
from autosocial.kernel.tenancy import Role

TICKET_LIFETIME = timedelta(seconds=60)
SESSION_LIFETIME = timedelta(days=30)
SESSION_IDLE = timedelta(days=14)
# How long a refresh token still answers after it was used, with the same successor and until that one is
# used: long enough for parallel tabs, a cold start and a lost answer. Who steals a token within the time
# gains nothing: both hold the same successor, and the second to use it late ends the session.
ROTATION_GRACE = timedelta(seconds=60)
# Clocks of different machines differ: a token may look issued a moment ahead.
CLOCK_SKEW = timedelta(seconds=30)

MIN_PASSWORD_CHARS = 8
MAX_PASSWORD_CHARS = 128
MAX_PASSWORD_BYTES = 1_024
MAX_NAME_CHARS = 80


@dataclass(frozen=True, slots=True)
class Account:
    """A creator's account; its id is the tenant's id."""

    account_id: str
    email: str
    name: str
    password_hash: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TokenKind:
    """A kind of bearer token. JOSE type and audience tell them apart: one is never taken for another."""

    typ: str
    audience: str
    role: Role
    lifetime: timedelta


ACCESS = TokenKind("at+jwt", "autosocial:creators", Role.CREATOR, timedelta(minutes=15))
VISITOR = TokenKind("visitor+jwt", "autosocial:visitors", Role.VISITOR, timedelta(days=30))
TOKEN_KINDS = (ACCESS, VISITOR)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a bearer token says. ``session_id`` ties access tokens to their session, "" for visitors."""

    kind: TokenKind
    subject: str
    creator_id: str
    token_id: str
    issued_at: datetime
    session_id: str = ""
    origin: str = ""

    @property
    def expires_at(self) -> datetime:
        """When the token stops to count."""
        return self.issued_at + self.kind.lifetime


@dataclass(frozen=True, slots=True)
class Session:
    """A family of one-time refresh tokens that descend from one login. Holds hashes, no tokens.

    ``sealed_successor`` can be opened only with the token that came before ``current_hash``.
    """

    session_id: str
    account_id: str
    current_hash: str
    created_at: datetime
    rotated_at: datetime
    # Marks every token of the session; empty in sessions that began before there were marks.
    mark_key: str = ""
    previous_hash: str = ""
    sealed_successor: str = ""
    is_revoked: bool = False

    @property
    def expires_at(self) -> datetime:
        """The earlier of absolute and idle expiry."""
        return min(self.created_at + SESSION_LIFETIME, self.rotated_at + SESSION_IDLE)

    def is_alive(self, now: datetime) -> bool:
        """Return whether the session may still be refreshed."""
        return not self.is_revoked and now < self.expires_at

    def is_previous(self, presented_hash: str) -> bool:
        """Return whether ``presented_hash`` is the token before the current one."""
        return hmac.compare_digest(self.previous_hash, presented_hash)

    def is_in_grace(self, arrived_at: datetime) -> bool:
        """Return whether a request that arrived then may still bring the token before the current one."""
        return arrived_at <= self.rotated_at + ROTATION_GRACE


@dataclass(frozen=True, slots=True)
class Ticket:
    """A one-time permission to open a socket, for one caller from one origin."""

    ticket_hash: str
    creator_id: str
    subject: str
    role: Role
    token_id: str
    session_id: str
    origin: str
    expires_at: datetime


# Tight where one attacker tries one account; the account-wide limit is wide, so that nobody can lock
# another person out with a handful of requests.
LOGIN_PER_ACCOUNT_AND_ADDRESS = Limit("login-account-address", 10, seconds=10 * 60)
LOGIN_PER_ACCOUNT = Limit("login-account", 100, seconds=50 * 60)
LOGIN_PER_ADDRESS = Limit("login-address", 60, seconds=5 * 60)
# Enough for tabs that open together; a client that falls out of its socket at once waits after the fifth.
SOCKETS_PER_CALLER_AND_ADDRESS = Limit("sockets", 5, seconds=60)
REGISTER_PER_ADDRESS = Limit("register-address", 30, seconds=60 * 60)


def digest(secret: str) -> str:
    """Return the hash under which a random 256-bit secret, or an e-mail address as a key, is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()
