"""Sessions: one-time refresh tokens, their grace, and every way a session ends."""

import pytest

from autosocial.adapters.jwt.auth import JwtTokens
from autosocial.auth.model import Account, seal, unseal
from autosocial.auth.sessions import Sessions
from autosocial.kernel.errors import UnauthenticatedError
from tests.fakes.auth import (
    CountingSecrets,
    InMemoryAccountStore,
    InMemoryDenylist,
    InMemorySessionStore,
    LocalSigningKeys,
)
from tests.fakes.clock import START, FakeClock, SequentialIds

ANA = Account("01TEST00000000000000000001", "ana@example.com", "Ana", "hash", START)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def sessions(clock):
    accounts = InMemoryAccountStore()
    accounts.create(ANA)
    return Sessions(
        accounts=accounts,
        sessions=InMemorySessionStore(),
        denylist=InMemoryDenylist(),
        tokens=JwtTokens(LocalSigningKeys(), issuer="https://app.example", clock=clock),
        clock=clock,
        ids=SequentialIds(),
        secrets=CountingSecrets(),
    )


def _is_over(sessions, token) -> str:
    with pytest.raises(UnauthenticatedError) as refusal:
        sessions.refresh(token)
    return refusal.value.code


def test_a_refresh_gives_a_new_token_and_a_new_access_token(sessions):
    first = sessions.start(ANA)
    second = sessions.refresh(first.refresh_token)
    assert second.refresh_token != first.refresh_token
    assert second.access_token != first.access_token
    assert second.account == ANA and second.expires_in == 900
    assert sessions.tokens.decode(second.access_token).creator_id == ANA.account_id


def test_the_store_keeps_no_token(sessions):
    first = sessions.start(ANA)
    second = sessions.refresh(first.refresh_token)
    kept = repr(sessions.sessions.sessions)
    for signed_in in (first, second):
        assert signed_in.refresh_token.partition(".")[2] not in kept


def test_within_the_grace_a_used_token_gets_the_same_successor(sessions, clock):
    first = sessions.start(ANA)
    second = sessions.refresh(first.refresh_token)
    clock.pass_(seconds=10)
    again = sessions.refresh(first.refresh_token)
    assert again.refresh_token == second.refresh_token
    assert sessions.refresh(second.refresh_token).refresh_token != second.refresh_token


def test_beyond_the_grace_a_used_token_ends_the_whole_session(sessions, clock):
    first = sessions.start(ANA)
    second = sessions.refresh(first.refresh_token)
    clock.pass_(seconds=11)
    assert _is_over(sessions, first.refresh_token) == "session_reused"
    assert _is_over(sessions, second.refresh_token) == "session_ended"
    session_id = sessions.tokens.decode(second.access_token).session_id
    assert sessions.denylist.any_denied([session_id]), "its access tokens die with it"


def test_a_token_two_rotations_old_has_no_grace(sessions):
    first = sessions.start(ANA)
    second = sessions.refresh(first.refresh_token)
    sessions.refresh(second.refresh_token)
    assert _is_over(sessions, first.refresh_token) == "session_reused"


def test_a_guessed_secret_never_counts(sessions):
    first = sessions.start(ANA)
    session_id = first.refresh_token.partition(".")[0]
    assert _is_over(sessions, f"{session_id}.{'0' * 64}") == "session_reused"


@pytest.mark.parametrize("token", ["", ".", "x", "x.y", "." + "0" * 64, "a" * 150 + "." + "0" * 64])
def test_nonsense_is_no_session(sessions, token):
    assert _is_over(sessions, token) == "session_ended"


def test_a_session_that_nobody_refreshes_ends_after_fourteen_days(sessions, clock):
    first = sessions.start(ANA)
    assert first.refresh_seconds == 14 * 86_400
    clock.pass_(days=14)
    assert _is_over(sessions, first.refresh_token) == "session_ended"


def test_a_session_that_is_refreshed_ends_after_thirty_days_all_the_same(sessions, clock):
    signed_in = sessions.start(ANA)
    for _ in range(3):
        clock.pass_(days=9)
        signed_in = sessions.refresh(signed_in.refresh_token)
    assert signed_in.refresh_seconds == 3 * 86_400
    clock.pass_(days=3)
    assert _is_over(sessions, signed_in.refresh_token) == "session_ended"


def test_a_logout_ends_the_session_and_its_access_tokens(sessions):
    first = sessions.start(ANA)
    claims = sessions.tokens.decode(first.access_token)
    sessions.end(first.refresh_token, token_id=claims.token_id)
    assert _is_over(sessions, first.refresh_token) == "session_ended"
    assert sessions.denylist.any_denied([claims.token_id])
    assert sessions.denylist.any_denied([claims.session_id])


def test_a_logout_leaves_other_sessions_alone(sessions):
    here, there = sessions.start(ANA), sessions.start(ANA)
    sessions.end(here.refresh_token)
    assert sessions.refresh(there.refresh_token).account == ANA


@pytest.mark.parametrize("token", ["", "nonsense", "01TEST00000000000000000001." + "0" * 64])
def test_a_logout_without_a_session_is_no_error(sessions, token):
    first = sessions.start(ANA)
    sessions.end(token)
    assert sessions.refresh(first.refresh_token).account == ANA


def test_a_logout_with_a_guessed_secret_ends_nobody(sessions):
    first = sessions.start(ANA)
    sessions.end(first.refresh_token.partition(".")[0] + "." + "0" * 64)
    assert sessions.refresh(first.refresh_token).account == ANA


def test_a_session_of_an_account_that_is_gone_is_over(sessions):
    first = sessions.start(ANA)
    sessions.accounts.accounts.clear()
    assert _is_over(sessions, first.refresh_token) == "session_ended"


def test_a_race_that_was_lost_to_a_logout_is_over(sessions):
    first = sessions.start(ANA)
    store = sessions.sessions
    rotate = store.rotate

    def rotate_after_logout(session, *, presented_hash):
        store.revoke(session.session_id)
        return rotate(session, presented_hash=presented_hash)

    store.rotate = rotate_after_logout
    assert _is_over(sessions, first.refresh_token) == "session_ended"


def test_a_sealed_successor_opens_only_with_the_token_before_it():
    successor, token = "ab" * 32, "cd" * 32
    sealed = seal(successor, with_token=token)
    assert sealed != successor
    assert unseal(sealed, with_token=token) == successor
    assert unseal(sealed, with_token="ce" * 32) != successor
