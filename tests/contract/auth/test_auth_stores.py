"""What auth relies on, held by the fakes and by DynamoDB alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from autosocial.auth.facts import registered
from autosocial.auth.model import Account, Session, Ticket
from autosocial.kernel.errors import ConflictError, NotFoundError
from autosocial.kernel.tenancy import Role
from tests.fakes.clock import START

ANA = Account("01TEST00000000000000000001", "ana@example.com", "Ana", "hash-1", START)
SESSION = Session("01TEST00000000000000000002", ANA.account_id, "h1", START, START, "key")
TICKET = Ticket(
    "t1",
    ANA.account_id,
    "visitor-1",
    Role.VISITOR,
    "jti",
    "jti",
    "https://a.example",
    START + timedelta(minutes=1),
)


def test_an_account_is_found_by_id_and_by_address(stores):
    stores.accounts.create(ANA, fact=registered(ANA, language="en"))
    assert stores.accounts.get(ANA.account_id) == ANA
    assert stores.accounts.by_email("ana@example.com") == ANA
    assert stores.accounts.by_email("bob@example.com") is None


def test_an_account_that_is_not_there_is_not_found(stores):
    with pytest.raises(NotFoundError):
        stores.accounts.get(ANA.account_id)


def test_an_address_is_taken_once_and_the_second_account_leaves_nothing(stores):
    stores.accounts.create(ANA, fact=registered(ANA, language="en"))
    other = replace(ANA, account_id="01TEST00000000000000000009")
    with pytest.raises(ConflictError) as refusal:
        stores.accounts.create(other, fact=registered(other, language="en"))
    assert refusal.value.code == "email_taken"
    with pytest.raises(NotFoundError):
        stores.accounts.get(other.account_id)


def test_an_account_is_kept_with_its_fact_or_not_at_all(stores):
    fact = registered(ANA, language="en")
    stores.accounts.create(ANA, fact=fact)
    other = replace(ANA, account_id="01TEST00000000000000000009")
    with pytest.raises(ConflictError):
        stores.accounts.create(other, fact=registered(other, language="en"))
    assert stores.facts() == [fact]


def test_a_hash_is_replaced_only_if_it_is_still_the_old_one(stores):
    stores.accounts.create(ANA, fact=registered(ANA, language="en"))
    stores.accounts.replace_hash(ANA.account_id, old="hash-0", new="hash-x")
    assert stores.accounts.get(ANA.account_id).password_hash == "hash-1"
    stores.accounts.replace_hash(ANA.account_id, old="hash-1", new="hash-2")
    assert stores.accounts.get(ANA.account_id).password_hash == "hash-2"


def test_a_session_rotates_once_per_token(stores):
    stores.sessions.create(SESSION)
    later = START + timedelta(hours=1)
    first = replace(SESSION, current_hash="h2", previous_hash="h1", sealed_successor="aa", rotated_at=later)
    assert stores.sessions.rotate(first, presented_hash="h1")
    assert not stores.sessions.rotate(replace(first, current_hash="h3"), presented_hash="h1")
    assert stores.sessions.get(SESSION.session_id) == first


def test_a_revoked_session_does_not_rotate(stores):
    stores.sessions.create(SESSION)
    stores.sessions.revoke(SESSION.session_id)
    assert not stores.sessions.rotate(replace(SESSION, current_hash="h2"), presented_hash="h1")
    assert stores.sessions.get(SESSION.session_id) == replace(SESSION, is_revoked=True)


def test_revoking_a_session_that_is_not_there_makes_none(stores):
    stores.sessions.revoke("nowhere")
    assert stores.sessions.get("nowhere") is None


def test_a_ticket_is_spent_once(stores):
    stores.tickets.put(TICKET)
    assert stores.tickets.spend("t1") == TICKET
    assert stores.tickets.spend("t1") is None
    assert stores.tickets.spend("unknown") is None


def test_denied_ids_are_denied_alone_and_among_others(stores):
    stores.denylist.deny("bad", until=START + timedelta(minutes=15))
    assert stores.denylist.any_denied(["bad"])
    assert stores.denylist.any_denied(["good", "bad", "good"])
    assert not stores.denylist.any_denied(["good", "ba"])
