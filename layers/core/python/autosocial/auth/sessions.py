"""Signed-in sessions of creators: started by a login, carried on by one-time tokens, ended at once."""

from dataclasses import dataclass, replace
from datetime import datetime

from autosocial.auth.model import ACCESS, VISITOR, Account, Claims, Session
from autosocial.auth.ports import AccountStore, Denylist, SecretSource, SessionStore, TokenCodec
from autosocial.auth.refresh_tokens import RefreshToken, seal, unseal
from autosocial.kernel.clock import Clock
from autosocial.kernel.errors import ConflictError, NotFoundError, UnauthenticatedError
from autosocial.kernel.ids import IdSource
from autosocial.kernel.tenancy import Caller, Role


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
    """Starts, carries on and ends sessions."""

    accounts: AccountStore
    sessions: SessionStore
    denylist: Denylist
    tokens: TokenCodec
    clock: Clock
    ids: IdSource
    secrets: SecretSource

    def start(self, account: Account) -> SignedIn:
        """Start a session for an account whose password was just verified."""
        now, mark_key = self.clock(), self.secrets()
        token = RefreshToken.made(self.ids(), self.secrets(), mark_key=mark_key)
        session = Session(
            session_id=token.session_id,
            account_id=account.account_id,
            current_hash=token.hash,
            created_at=now,
            rotated_at=now,
            mark_key=mark_key,
        )
        self.sessions.create(session)
        return self._signed_in(account, session, token.secret)

    def refresh(self, refresh_token: str, *, arrived_at: datetime) -> SignedIn:
        """Exchange a refresh token for its one successor and a new access token.

        A token that was used before gets the same successor again for a while, until that is used, too.
        After that it ends the whole session: somebody has a copy. ``arrived_at`` counts, not now: between
        the two a function may have to start.

        Raises:
            UnauthenticatedError: the session is over; sign in again.
            ConflictError: the session was carried on while the request waited; ask with the newest token.
        """
        token = RefreshToken.parsed(refresh_token)
        if token is None:
            raise _session_over("session_ended")
        session = self._alive(token.session_id)
        if session.current_hash == token.hash:
            renewed, successor = self._renewed(session, token)
            if self.sessions.rotate(renewed, presented_hash=token.hash):
                return self._signed_in(self._account(session), renewed, successor)
            session = self._alive(token.session_id)
        return self._refreshed_again(session, token, arrived_at)

    def end(self, refresh_token: str, *, caller: Caller | None = None) -> None:
        """End the session of a refresh token, however old, and the one of a ``caller``; never refuses."""
        if caller is not None:
            lifetime = (ACCESS if caller.role is Role.CREATOR else VISITOR).lifetime
            self.denylist.deny(caller.token_id, until=self.clock() + lifetime)
            if caller.role is Role.CREATOR and caller.session_id:
                self._revoke(caller.session_id)
        token = RefreshToken.parsed(refresh_token)
        session = self.sessions.get(token.session_id) if token else None
        if token and session and _was_issued(session, token):
            self._revoke(session.session_id)

    def _renewed(self, session: Session, token: RefreshToken) -> tuple[Session, str]:
        successor = self.secrets()
        renewed = replace(
            session,
            current_hash=RefreshToken(session.session_id, successor, "").hash,
            previous_hash=token.hash,
            sealed_successor=seal(successor, with_secret=token.secret),
            mark_key=session.mark_key or self.secrets(),
            rotated_at=self.clock(),
        )
        return renewed, successor

    def _refreshed_again(self, session: Session, token: RefreshToken, arrived_at: datetime) -> SignedIn:
        if session.is_previous(token.hash) and session.is_in_grace(arrived_at):
            successor = unseal(session.sealed_successor, with_secret=token.secret)
            return self._signed_in(self._account(session), session, successor)
        if not _was_issued(session, token):
            # Whoever knows a session's id could end it with any text.
            raise _session_over("session_ended")
        if arrived_at <= session.rotated_at:
            raise ConflictError("The session was renewed in the meantime. Try again.", code="session_renewed")
        self._revoke(session.session_id)
        raise _session_over("session_reused")

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
        token = RefreshToken.made(session.session_id, secret, mark_key=session.mark_key)
        return SignedIn(
            account=account,
            access_token=self.tokens.encode(claims),
            expires_in=int(claims.kind.lifetime.total_seconds()),
            refresh_token=str(token),
            refresh_seconds=int((session.expires_at - now).total_seconds()),
        )


def _was_issued(session: Session, token: RefreshToken) -> bool:
    """Return whether the token is or was one of the session's."""
    is_known = token.hash in {session.current_hash, session.previous_hash}
    return is_known or token.is_marked(session.mark_key)


def _session_over(code: str) -> UnauthenticatedError:
    return UnauthenticatedError("Your session is over. Sign in again.", code=code)
