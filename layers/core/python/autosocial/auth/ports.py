"""What auth needs from outside."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from autosocial.auth.model import Account, Claims, Session, Ticket
from autosocial.contracts.events import Envelope

# Returns 256 bits of randomness as 64 hex digits.
SecretSource = Callable[[], str]
# Tells whether many people use a password: in lower case, eight characters or more.
CommonPasswords = Callable[[str], bool]


class AccountStore(Protocol):
    """Keeps accounts, each e-mail address once."""

    def create(self, account: Account, *, fact: Envelope) -> None:
        """Keep a new account with its fact. Raises ``ConflictError`` when its address is taken."""

    def by_email(self, email: str) -> Account | None:
        """Return the account of a normalised address."""

    def get(self, account_id: str) -> Account:
        """Return an account. Raises ``NotFoundError``."""

    def replace_hash(self, account_id: str, *, old: str, new: str) -> None:
        """Replace the password hash if it is still ``old``."""


class SessionStore(Protocol):
    """Keeps sessions."""

    def create(self, session: Session) -> None:
        """Keep a new session."""

    def get(self, session_id: str) -> Session | None:
        """Return a session, consistently."""

    def rotate(self, session: Session, *, presented_hash: str) -> bool:
        """Keep ``session`` if the kept one is alive and its current hash is ``presented_hash``."""

    def revoke(self, session_id: str) -> None:
        """Mark a session as revoked; one that is not there stays absent."""


class TicketStore(Protocol):
    """Keeps socket tickets until they are spent."""

    def put(self, ticket: Ticket) -> None:
        """Keep a ticket."""

    def spend(self, ticket_hash: str) -> Ticket | None:
        """Remove and return a ticket: of many callers exactly one gets it. It may be past its time."""


class Denylist(Protocol):
    """Remembers ids of tokens and sessions that must no longer count."""

    def deny(self, denied_id: str, *, until: datetime) -> None:
        """Remember ``denied_id`` at least ``until`` then."""

    def any_denied(self, ids: Sequence[str]) -> bool:
        """Return whether one of ``ids`` is denied, consistently."""


class PasswordHasher(Protocol):
    """Hashes passwords, slowly."""

    def hash(self, password: str) -> str:
        """Return the hash with its parameters."""

    def verify(self, password_hash: str, password: str) -> bool:
        """Return whether they match, in the time that hashing takes."""

    def verify_nobody(self, password: str) -> None:
        """Take as long as ``verify`` does, for an account that does not exist."""

    def is_outdated(self, password_hash: str) -> bool:
        """Return whether the hash was made with other parameters than today's."""


class SigningKeys(Protocol):
    """Asymmetric keys; the first signs, all verify. Their private halves never leave where they live."""

    @property
    def algorithm(self) -> str:
        """The one JOSE algorithm in use."""

    @property
    def key_ids(self) -> Sequence[str]:
        """Ids (``kid``), the signing key's first."""

    def sign(self, message: bytes) -> bytes:
        """Return the JOSE signature by the first key."""

    def public_key(self, key_id: str) -> Any:
        """Return the public key of one of ``key_ids``."""


class TokenCodec(Protocol):
    """Turns claims into signed tokens and back."""

    def encode(self, claims: Claims) -> str:
        """Return the signed token."""

    def decode(self, token: str) -> Claims:
        """Return what a token says. Raises ``UnauthenticatedError`` unless it is whole, ours and current."""

    def key_set(self) -> dict[str, Any]:
        """Return the JSON Web Key Set of all keys that verify."""


class Onboarding(Protocol):
    """Prepares a new creator's own data (``creators.service.CreateCreator``)."""

    def __call__(self, creator_id: str, *, name: str, language: str) -> None:
        """Make profile and widget; doing it twice does no harm."""
