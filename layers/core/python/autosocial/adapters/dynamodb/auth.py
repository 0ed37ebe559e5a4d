"""Accounts, sessions and socket tickets in the auth table."""

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute, UTCDateTimeAttribute

from autosocial.adapters.dynamodb.outbox import add_fact_of_its_own
from autosocial.adapters.dynamodb.tables import Item, Tables, translated
from autosocial.auth.model import SESSION_LIFETIME, Account, Session, Ticket, digest
from autosocial.contracts.events import Envelope
from autosocial.kernel.clock import epoch_seconds
from autosocial.kernel.errors import ConflictError, NotFoundError
from autosocial.kernel.tenancy import Role


class _Account(Item):
    account_id = UnicodeAttribute()
    email = UnicodeAttribute()
    name = UnicodeAttribute()
    password_hash = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()


class _Email(Item):
    account_id = UnicodeAttribute()


class _Session(Item):
    account_id = UnicodeAttribute()
    current_hash = UnicodeAttribute()
    previous_hash = UnicodeAttribute()
    sealed_successor = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    rotated_at = UTCDateTimeAttribute()
    mark_key = UnicodeAttribute(default="")
    is_revoked = BooleanAttribute()


class _Ticket(Item):
    creator_id = UnicodeAttribute()
    subject = UnicodeAttribute()
    role = UnicodeAttribute()
    token_id = UnicodeAttribute()
    session_id = UnicodeAttribute(default="")
    origin = UnicodeAttribute()
    valid_until = UTCDateTimeAttribute()


class DynamoAccountStore:
    """Fills ``auth.ports.AccountStore``. An address is claimed by an item of its own, in one transaction."""

    def __init__(self, tables: Tables, table_name: str) -> None:
        self._tables = tables
        self._table_name = table_name
        self._account = tables.model(_Account, table_name)
        self._email = tables.model(_Email, table_name)

    def create(self, account: Account, *, fact: Envelope) -> None:
        """Keep a new account with its fact. Raises ``ConflictError`` when its address is taken."""
        owner = self._email(_email_key(account.email), "EMAIL", account_id=account.account_id)
        item = self._account(
            f"ACCOUNT#{account.account_id}",
            "ACCOUNT",
            account_id=account.account_id,
            email=account.email,
            name=account.name,
            password_hash=account.password_hash,
            created_at=account.created_at,
        )
        try:
            with translated(), self._tables.transaction() as transaction:
                transaction.save(owner, condition=_Email.pk.does_not_exist())
                transaction.save(item, condition=_Account.pk.does_not_exist())
                add_fact_of_its_own(transaction, self._tables, self._table_name, fact=fact)
        except ConflictError as error:
            raise ConflictError("There is an account with this address.", code="email_taken") from error

    def by_email(self, email: str) -> Account | None:
        """Return the account of a normalised address."""
        try:
            with translated():
                owner = self._email.get(_email_key(email), "EMAIL", consistent_read=True)
            return self.get(owner.account_id)
        except NotFoundError:
            return None

    def get(self, account_id: str) -> Account:
        """Return an account. Raises ``NotFoundError``."""
        with translated():
            item = self._account.get(f"ACCOUNT#{account_id}", "ACCOUNT", consistent_read=True)
        return Account(
            account_id=item.account_id,
            email=item.email,
            name=item.name,
            password_hash=item.password_hash,
            created_at=item.created_at,
        )

    def replace_hash(self, account_id: str, *, old: str, new: str) -> None:
        """Replace the password hash if it is still ``old``."""
        try:
            with translated():
                self._account(f"ACCOUNT#{account_id}", "ACCOUNT").update(
                    [_Account.password_hash.set(new)], condition=_Account.password_hash == old
                )
        except ConflictError:
            return


class DynamoSessionStore:
    """Fills ``auth.ports.SessionStore``."""

    def __init__(self, tables: Tables, table_name: str) -> None:
        self._session = tables.model(_Session, table_name)

    def create(self, session: Session) -> None:
        """Keep a new session."""
        with translated():
            self._item(session).save(_Session.pk.does_not_exist())

    def get(self, session_id: str) -> Session | None:
        """Return a session, consistently."""
        try:
            with translated():
                item = self._session.get(f"FAMILY#{session_id}", "FAMILY", consistent_read=True)
        except NotFoundError:
            return None
        return Session(
            session_id=session_id,
            account_id=item.account_id,
            current_hash=item.current_hash,
            previous_hash=item.previous_hash,
            sealed_successor=item.sealed_successor,
            created_at=item.created_at,
            rotated_at=item.rotated_at,
            mark_key=item.mark_key or "",
            is_revoked=item.is_revoked,
        )

    def rotate(self, session: Session, *, presented_hash: str) -> bool:
        """Keep ``session`` if the kept one is alive and its current hash is ``presented_hash``."""
        is_current = (_Session.current_hash == presented_hash) & _Session.is_revoked.is_in(False)
        try:
            with translated():
                self._item(session).save(is_current)
        except ConflictError:
            return False
        return True

    def revoke(self, session_id: str) -> None:
        """Mark a session as revoked; one that is not there stays absent."""
        try:
            with translated():
                self._session(f"FAMILY#{session_id}", "FAMILY").update(
                    [_Session.is_revoked.set(True)], condition=_Session.pk.exists()
                )
        except ConflictError:
            return

    def _item(self, session: Session) -> _Session:
        return self._session(
            f"FAMILY#{session.session_id}",
            "FAMILY",
            account_id=session.account_id,
            current_hash=session.current_hash,
            previous_hash=session.previous_hash,
            sealed_successor=session.sealed_successor,
            created_at=session.created_at,
            rotated_at=session.rotated_at,
            mark_key=session.mark_key,
            is_revoked=session.is_revoked,
            expires_at=epoch_seconds(session.created_at + SESSION_LIFETIME),
        )


class DynamoTicketStore:
    """Fills ``auth.ports.TicketStore``."""

    def __init__(self, tables: Tables, table_name: str) -> None:
        self._ticket = tables.model(_Ticket, table_name)

    def put(self, ticket: Ticket) -> None:
        """Keep a ticket."""
        with translated():
            self._ticket(
                f"TICKET#{ticket.ticket_hash}",
                "TICKET",
                creator_id=ticket.creator_id,
                subject=ticket.subject,
                role=ticket.role.value,
                token_id=ticket.token_id,
                session_id=ticket.session_id,
                origin=ticket.origin,
                valid_until=ticket.expires_at,
                expires_at=epoch_seconds(ticket.expires_at),
            ).save()

    def spend(self, ticket_hash: str) -> Ticket | None:
        """Remove and return a ticket: of many callers exactly one gets it. It may be past its time."""
        try:
            with translated():
                item = self._ticket.get(f"TICKET#{ticket_hash}", "TICKET", consistent_read=True)
                item.delete(_Ticket.pk.exists())
        except (NotFoundError, ConflictError):
            return None
        return Ticket(
            ticket_hash=ticket_hash,
            creator_id=item.creator_id,
            subject=item.subject,
            role=Role(item.role),
            token_id=item.token_id,
            session_id=item.session_id or "",
            origin=item.origin,
            expires_at=item.valid_until,
        )


def _email_key(email: str) -> str:
    return f"EMAIL#{digest(email)}"
