"""Typed fakes of what auth needs, held to the same contract suite as the real adapters."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from autosocial.auth.model import Account, Session, Ticket
from autosocial.contracts.events import Envelope
from autosocial.kernel.errors import ConflictError, NotFoundError


class InMemoryAccountStore:
    """Fills ``auth.ports.AccountStore``."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.facts: list[Envelope] = []

    def create(self, account: Account, *, fact: Envelope) -> None:
        if self.by_email(account.email):
            raise ConflictError("taken", code="email_taken")
        self.accounts[account.account_id] = account
        self.facts.append(fact)

    def by_email(self, email: str) -> Account | None:
        return next((account for account in self.accounts.values() if account.email == email), None)

    def get(self, account_id: str) -> Account:
        if account_id not in self.accounts:
            raise NotFoundError("no such account")
        return self.accounts[account_id]

    def replace_hash(self, account_id: str, *, old: str, new: str) -> None:
        account = self.accounts.get(account_id)
        if account and account.password_hash == old:
            self.accounts[account_id] = replace(account, password_hash=new)


class InMemorySessionStore:
    """Fills ``auth.ports.SessionStore``."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}

    def create(self, session: Session) -> None:
        if session.session_id in self.sessions:
            raise ConflictError("exists")
        self.sessions[session.session_id] = session

    def get(self, session_id: str) -> Session | None:
        return self.sessions.get(session_id)

    def rotate(self, session: Session, *, presented_hash: str) -> bool:
        kept = self.sessions.get(session.session_id)
        if kept is None or kept.is_revoked or kept.current_hash != presented_hash:
            return False
        self.sessions[session.session_id] = session
        return True

    def revoke(self, session_id: str) -> None:
        if session_id in self.sessions:
            self.sessions[session_id] = replace(self.sessions[session_id], is_revoked=True)


class InMemoryTicketStore:
    """Fills ``auth.ports.TicketStore``."""

    def __init__(self) -> None:
        self.tickets: dict[str, Ticket] = {}

    def put(self, ticket: Ticket) -> None:
        self.tickets[ticket.ticket_hash] = ticket

    def spend(self, ticket_hash: str) -> Ticket | None:
        return self.tickets.pop(ticket_hash, None)


class InMemoryDenylist:
    """Fills ``auth.ports.Denylist``; never forgets."""

    def __init__(self) -> None:
        self.denied: dict[str, datetime] = {}

    def deny(self, denied_id: str, *, until: datetime) -> None:
        self.denied[denied_id] = until

    def any_denied(self, ids: Sequence[str]) -> bool:
        return any(denied_id in self.denied for denied_id in ids)


@dataclass
class PlainPasswordHasher:
    """Fills ``auth.ports.PasswordHasher``, fast and unsafe; ``generation`` stands for the parameters."""

    generation: int = 1
    verified: int = 0
    nobody_verified: int = 0

    def hash(self, password: str) -> str:
        return f"{self.generation}:{hashlib.sha256(password.encode()).hexdigest()}"

    def verify(self, password_hash: str, password: str) -> bool:
        self.verified += 1
        return password_hash.partition(":")[2] == hashlib.sha256(password.encode()).hexdigest()

    def verify_nobody(self, password: str) -> None:
        self.nobody_verified += 1

    def is_outdated(self, password_hash: str) -> bool:
        return not password_hash.startswith(f"{self.generation}:")


class LocalSigningKeys:
    """Fills ``auth.ports.SigningKeys`` with P-256 keys in memory."""

    algorithm = "ES256"

    def __init__(self, *key_ids: str) -> None:
        self._keys = {key_id: ec.generate_private_key(ec.SECP256R1()) for key_id in key_ids or ("key-1",)}

    @property
    def key_ids(self) -> Sequence[str]:
        return tuple(self._keys)

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(next(iter(self._keys.values())).sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def public_key(self, key_id: str) -> Any:
        return self._keys[key_id].public_key()

    def rotated(self, new: str) -> "LocalSigningKeys":
        """Return these keys with a new one that signs; the others still verify."""
        keys = LocalSigningKeys(new)
        keys._keys.update(self._keys)
        return keys


@dataclass
class CountingSecrets:
    """Fills ``auth.ports.SecretSource``: 64 hex digits, all different, the same in every run."""

    numbers: Any = field(default_factory=count)

    def __call__(self) -> str:
        return hashlib.sha256(str(next(self.numbers)).encode()).hexdigest()


@dataclass
class RecordingOnboarding:
    """Fills ``auth.ports.Onboarding``."""

    created: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __call__(self, creator_id: str, *, name: str, language: str) -> None:
        self.created[creator_id] = (name, language)
