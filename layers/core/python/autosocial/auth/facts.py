"""What auth tells others."""

from autosocial.auth.model import Account
from autosocial.contracts.events import AccountRegistered, Envelope, stated
from autosocial.kernel.clock import iso


def registered(account: Account, *, language: str) -> Envelope:
    """Return that an account was opened."""
    return stated(
        AccountRegistered(account_id=account.account_id, language=language),
        creator_id=account.account_id,
        subject_id=account.account_id,
        change="registered",
        occurred_at=iso(account.created_at),
    )
