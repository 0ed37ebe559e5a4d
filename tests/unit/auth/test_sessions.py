"""Sessions: one-time refresh tokens, their grace, and every way a session ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from autosocial.adapters.jwt.auth import JwtTokens
from autosocial.auth.facts import registered
from autosocial.auth.model import ACCESS, VISITOR, Account
from autosocial.auth.refresh_tokens import RefreshToken, seal, unseal
from autosocial.auth.sessions import Sessions
from autosocial.kernel.errors import ConflictError, UnauthenticatedError
from autosocial.kernel.tenancy import Caller, Role
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
    accounts.create(ANA, fact=registered(ANA, language="en"))
    return Sessions(
        accounts=accounts,
        sessions=InMemorySessionStore(),
        denylist=InMemoryDenylist(),
        tokens=JwtTokens(LocalSigningKeys(), issuer="https://app.example", clock=clock),
        clock=clock,
        ids=SequentialIds(),
        secrets=CountingSecrets(),
    )


def _refresh(sessions, token, *, waited=0):
    """Refresh with a request that the gateway got ``waited`` seconds ago."""
    return sessions.refresh(token, arrived_at=sessions.clock() - timedelta(seconds=waited))


def _is_over(sessions, token, *, waited=0) -> str:
    with pytest.raises(UnauthenticatedError) as refusal:
        _refresh(sessions, token, waited=waited)
    return refusal.value.code


def _session_of(sessions, signed_in) -> str:
    return sessions.tokens.decode(signed_in.access_token).session_id


def _caller(sessions, signed_in) -> Caller:
    claims = sessions.tokens.decode(signed_in.access_token)
    return Caller(
        claims.creator_id, claims.subject, Role.CREATOR, claims.token_id, session_id=claims.session_id
    )


def test_a_refresh_gives_a_new_token_and_a_new_access_token(sessions):
    first = sessions.start(ANA)
    second = _refresh(sessions, first.refresh_token)
    assert second.refresh_token != first.refresh_token
    assert second.access_token != first.access_token
    assert second.account == ANA and second.expires_in == 900
    assert sessions.tokens.decode(second.access_token).creator_id == ANA.account_id


def test_the_store_keeps_no_token(sessions):
    first = sessions.start(ANA)
    second = _refresh(sessions, first.refresh_token)
    kept = repr(sessions.sessions.sessions)
    for signed_in in (first, second):
        assert signed_in.refresh_token.split(".")[1] not in kept


def test_within_the_grace_a_used_token_gets_the_same_successor(sessions, clock):
    first = sessions.start(ANA)
    second = _refresh(sessions, first.refresh_token)
    clock.pass_(seconds=60)
    again = _refresh(sessions, first.refresh_token)
    assert again.refresh_token == second.refresh_token
    assert _refresh(sessions, second.refresh_token).refresh_token != second.refresh_token


def test_parallel_requests_that_waited_for_their_functions_get_the_same_successor(sessions, clock):
    first = sessions.start(ANA)
    successors = set()
    for waited in range(100):  # more seconds than the grace has
        successors.add(_refresh(sessions, first.refresh_token, waited=waited).refresh_token)
        clock.pass_(seconds=1)
    assert len(successors) == 1


def test_beyond_the_grace_a_used_token_ends_the_whole_session(sessions, clock):
    first = sessions.start(ANA)
    second = _refresh(sessions, first.refresh_token)
    clock.pass_(seconds=61)
    assert _is_over(sessions, first.refresh_token) == "session_reused"
    assert _is_over(sessions, second.refresh_token) == "session_ended"
    assert sessions.denylist.any_denied([_session_of(sessions, second)]), "its access tokens die with it"


def test_a_token_whose_successor_was_used_has_no_grace(sessions, clock):
    first = sessions.start(ANA)
    second = _refresh(sessions, first.refresh_token)
    third = _refresh(sessions, second.refresh_token)
    clock.pass_(seconds=1)
    assert _is_over(sessions, first.refresh_token) == "session_reused"
    assert _is_over(sessions, third.refresh_token) == "session_ended"


def test_a_token_of_long_ago_ends_the_session(sessions, clock):
    tokens = [sessions.start(ANA).refresh_token]
    for _ in range(50):
        clock.pass_(minutes=15)
        tokens.append(_refresh(sessions, tokens[-1]).refresh_token)
    clock.pass_(minutes=15)
    assert _is_over(sessions, tokens[0]) == "session_reused"
    assert _is_over(sessions, tokens[-1]) == "session_ended"


def test_a_request_that_the_session_overtook_while_it_waited_ends_nothing(sessions, clock):
    first = sessions.start(ANA)
    clock.pass_(seconds=5)
    second = _refresh(sessions, first.refresh_token)
    third = _refresh(sessions, second.refresh_token)
    clock.pass_(seconds=8)
    with pytest.raises(ConflictError) as refusal:
        _refresh(sessions, first.refresh_token, waited=10)
    assert refusal.value.code == "session_renewed"
    assert _refresh(sessions, third.refresh_token).account == ANA


def _garbage(token: str) -> list[str]:
    session_id, secret, mark = token.split(".")
    return [
        f"{session_id}.{'0' * 64}",
        f"{session_id}.{'0' * 64}.{mark}",
        f"{session_id}.{'0' * 64}.{'0' * 32}",
        f"{session_id}.{secret[::-1]}.{mark}",
        f"{session_id}.{'é' * 64}.{mark}",
        str(RefreshToken.made(session_id, "0" * 64, mark_key="")),
        str(RefreshToken.made(session_id, "0" * 64, mark_key="1" * 64)),
    ]


def test_what_was_never_a_token_of_the_session_neither_counts_nor_ends_it(sessions, clock):
    first = sessions.start(ANA)
    for garbage in _garbage(first.refresh_token):
        assert _is_over(sessions, garbage) == "session_ended"
        sessions.end(garbage)
    second = _refresh(sessions, first.refresh_token)
    clock.pass_(minutes=15)
    for garbage in _garbage(first.refresh_token):
        assert _is_over(sessions, garbage) == "session_ended"
        sessions.end(garbage)
    assert _refresh(sessions, second.refresh_token).account == ANA


def test_a_session_of_before_there_were_marks_goes_on_and_gets_them(sessions, clock):
    first = sessions.start(ANA)
    session_id, secret, _ = first.refresh_token.split(".")
    kept = sessions.sessions.sessions
    kept[session_id] = replace(kept[session_id], mark_key="")
    second = _refresh(sessions, f"{session_id}.{secret}")
    assert _refresh(sessions, f"{session_id}.{secret}").refresh_token == second.refresh_token
    third = _refresh(sessions, second.refresh_token)
    clock.pass_(minutes=15)
    assert _is_over(sessions, f"{session_id}.{secret}") == "session_ended", "nothing shows that it was one"
    assert _is_over(sessions, second.refresh_token) == "session_reused"
    assert _is_over(sessions, third.refresh_token) == "session_ended"


@pytest.mark.parametrize(
    "token", ["", ".", "x", "x.y", "." + "0" * 64, "a" * 150 + "." + "0" * 64, "." * 5, "x" * 10_000]
)
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
        signed_in = _refresh(sessions, signed_in.refresh_token)
    assert signed_in.refresh_seconds == 3 * 86_400
    clock.pass_(days=3)
    assert _is_over(sessions, signed_in.refresh_token) == "session_ended"


def test_a_logout_ends_the_session_and_its_access_tokens(sessions):
    first = sessions.start(ANA)
    claims = sessions.tokens.decode(first.access_token)
    sessions.end(first.refresh_token, caller=_caller(sessions, first))
    assert _is_over(sessions, first.refresh_token) == "session_ended"
    assert sessions.denylist.any_denied([claims.token_id])
    assert sessions.denylist.any_denied([claims.session_id])


@pytest.mark.parametrize("how", ["bearer", "newest", "previous", "oldest"])
def test_any_one_thing_of_a_session_ends_all_of_it(sessions, clock, how):
    tokens = [sessions.start(ANA)]
    for _ in range(5):
        clock.pass_(minutes=10)
        tokens.append(_refresh(sessions, tokens[-1].refresh_token))
    if how == "bearer":
        sessions.end("", caller=_caller(sessions, tokens[-1]))
    else:
        sessions.end(tokens[{"newest": -1, "previous": -2, "oldest": 0}[how]].refresh_token)
    assert _is_over(sessions, tokens[-1].refresh_token) == "session_ended"
    assert sessions.denylist.any_denied([_session_of(sessions, tokens[-1])])


def test_a_visitors_token_stays_denied_for_as_long_as_it_would_have_lived(sessions, clock):
    sessions.end("", caller=Caller(ANA.account_id, "visitor-1", Role.VISITOR, "jti", session_id="jti"))
    assert sessions.denylist.denied == {"jti": clock() + VISITOR.lifetime}
    sessions.end("", caller=Caller(ANA.account_id, ANA.account_id, Role.CREATOR, "own"))
    assert sessions.denylist.denied["own"] == clock() + ACCESS.lifetime


def test_a_logout_leaves_other_sessions_alone(sessions):
    here, there = sessions.start(ANA), sessions.start(ANA)
    sessions.end(here.refresh_token)
    assert _refresh(sessions, there.refresh_token).account == ANA


@pytest.mark.parametrize("token", ["", "nonsense", "01TEST00000000000000000001." + "0" * 64])
def test_a_logout_without_a_session_is_no_error(sessions, token):
    first = sessions.start(ANA)
    sessions.end(token)
    assert _refresh(sessions, first.refresh_token).account == ANA


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
    sealed = seal(successor, with_secret=token)
    assert sealed != successor
    assert unseal(sealed, with_secret=token) == successor
    assert unseal(sealed, with_secret="ce" * 32) != successor
