"""Signed-in sessions of creators: started by a login, carried on by one-time tokens, ended at once."""

from dataclasses import dataclass, replace

from autosocial.auth.model import (
    ACCESS,
    Account,
    Claims,
    Session,
    digest,
    seal,
    unseal,
)
from autosocial.auth.ports import AccountStore, Denylist, SecretSource, SessionStore, TokenCodec
from autosocial.kernel.clock import Clock
from autosocial.kernel.errors import NotFoundError, UnauthenticatedError
from autosocial.kernel.ids import IdSource

_SECRET_CHARS = 64


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a client gets after a login or a refresh. ``refresh_seconds``: how long its cookie may live."""

    account: Account
    access_token: str
    expires_in: int
    refresh_token: str
    refresh_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """Starts, carries on and ends sessions. A refresh token is ``<session id>.<secret>``."""

    accounts: AccountStore
    sessions: SessionStore
    denylist: Denylist
    tokens: TokenCodec
    clock: Clock
    ids: IdSource
    secrets: SecretSource

    def start(self, account: Account) -> SignedIn:
        """Start a session for an account whose password was just verified."""
        now = self.clock()
        secret = self.secrets()
        session = Session(
            session_id=self.ids(),
            account_id=account.account_id,
            current_hash=digest(secret),
            created_at=now,
            rotated_at=now,
        )
        self.sessions.create(session)
        return self._signed_in(account, session, secret)

    def refresh(self, refresh_token: str) -> SignedIn:
        """Exchange a refresh token for its one successor and a new access token.

        A token that was used before ends the whole session, except a moment after its use, when it
        gets the same successor again.

        Raises:
            UnauthenticatedError: the session is over; sign in again.
        """
        session_id, secret = _parsed(refresh_token)
        presented = digest(secret)
        session = self._alive(session_id)
        if session.current_hash == presented:
            successor = self.secrets()
            renewed = replace(
                session,
                current_hash=digest(successor),
                previous_hash=presented,
                sealed_successor=seal(successor, with_token=secret),
                rotated_at=self.clock(),
            )
            if self.sessions.rotate(renewed, presented_hash=presented):
                return self._signed_in(self._account(session), renewed, successor)
            session = self._alive(session_id)
        if session.is_in_grace(presented, self.clock()):
            successor = unseal(session.sealed_successor, with_token=secret)
            return self._signed_in(self._account(session), session, successor)
        self._revoke(session_id)
        raise _session_over("session_reused")

    def end(self, refresh_token: str, *, token_id: str = "") -> None:
        """End the session of a refresh token, and the access token ``token_id``; never refuses."""
        if token_id:
            self.denylist.deny(token_id, until=self.clock() + ACCESS.lifetime)
        try:
            session_id, secret = _parsed(refresh_token)
        except UnauthenticatedError:
            return
        session = self.sessions.get(session_id)
        if session is not None and digest(secret) in {session.current_hash, session.previous_hash}:
            self._revoke(session_id)

    def _revoke(self, session_id: str) -> None:
        self.sessions.revoke(session_id)
        self.denylist.deny(session_id, until=self.clock() + ACCESS.lifetime)

    def _alive(self, session_id: str) -> Session:
        session = self.sessions.get(session_id)
        if session is None or not session.is_alive(self.clock()):
            raise _session_over("session_ended")
        return session

    def _account(self, session: Session) -> Account:
        try:
            return self.accounts.get(session.account_id)
        except NotFoundError:
            raise _session_over("session_ended") from None

    def _signed_in(self, account: Account, session: Session, secret: str) -> SignedIn:
        now = self.clock()
        claims = Claims(
            kind=ACCESS,
            subject=account.account_id,
            creator_id=account.account_id,
            token_id=self.ids(),
            issued_at=now,
            session_id=session.session_id,
        )
        return SignedIn(
            account=account,
            access_token=self.tokens.encode(claims),
            expires_in=int(claims.kind.lifetime.total_seconds()),
            refresh_token=f"{session.session_id}.{secret}",
            refresh_seconds=int((session.expires_at - now).total_seconds()),
        )


def _parsed(refresh_token: str) -> tuple[str, str]:
    session_id, _, secret = refresh_token.partition(".")
    if not session_id or len(refresh_token) > 200 or len(secret) != _SECRET_CHARS:
        raise _session_over("session_ended")
    return session_id, secret


def _session_over(code: str) -> UnauthenticatedError:
    return UnauthenticatedError("Your session is over. Sign in again.", code=code)
