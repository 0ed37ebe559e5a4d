"""Registration and login: rules, limits, and nothing that tells accounts from no accounts."""

import pytest

from autosocial.adapters.jwt.auth import JwtTokens
from autosocial.auth.rules import checked_name, normalised_email
from autosocial.auth.service import Login, PasswordGuard, Register
from autosocial.auth.sessions import Sessions
from autosocial.kernel.errors import ConflictError, InvalidError, RateLimitedError, UnauthenticatedError
from autosocial.kernel.limits import Limiter
from tests.fakes.auth import (
    CountingSecrets,
    InMemoryAccountStore,
    InMemoryDenylist,
    InMemorySessionStore,
    LocalSigningKeys,
    PlainPasswordHasher,
    RecordingOnboarding,
)
from tests.fakes.clock import FakeClock, SequentialIds
from tests.fakes.limits import InMemoryLimitStore

PASSWORD = "tres tristes tigres"
NEW = {"email": "Ana@Example.com", "name": " Ana ", "password": PASSWORD, "language": "es"}


class House:
    """Auth on fakes."""

    def __init__(self):
        self.clock = FakeClock()
        self.onboard = RecordingOnboarding()
        self.guard = PasswordGuard(
            InMemoryAccountStore(),
            PlainPasswordHasher(),
            Limiter(InMemoryLimitStore(), clock=self.clock),
            {"kwyjibo-kwyjibo"}.__contains__,
        )
        ids = SequentialIds()
        self.sessions = Sessions(
            accounts=self.guard.accounts,
            sessions=InMemorySessionStore(),
            denylist=InMemoryDenylist(),
            tokens=JwtTokens(LocalSigningKeys(), issuer="x", clock=self.clock),
            clock=self.clock,
            ids=ids,
            secrets=CountingSecrets(),
        )
        self._register = Register(
            guard=self.guard, onboard=self.onboard, sessions=self.sessions, clock=self.clock, ids=ids
        )
        self._login = Login(guard=self.guard, sessions=self.sessions)

    def register(self, address="1.1.1.1", **changes):
        return self._register(**{**NEW, **changes}, address=address)

    def login(self, email="ana@example.com", password=PASSWORD, address="1.1.1.1"):
        return self._login(email=email, password=password, address=address)


@pytest.fixture
def house():
    return House()


def _code(error, call) -> str:
    with pytest.raises(error) as refusal:
        call()
    return refusal.value.code


def test_who_registers_is_signed_in_and_has_a_profile(house):
    signed_in = house.register()
    account = house.guard.accounts.get(signed_in.account.account_id)
    assert account.email == "ana@example.com" and account.name == "Ana"
    assert PASSWORD not in account.password_hash
    assert house.onboard.created == {account.account_id: ("Ana", "es")}
    assert house.sessions.tokens.decode(signed_in.access_token).creator_id == account.account_id


def test_who_registered_can_log_in_however_the_address_is_written(house):
    account = house.register().account
    assert house.login(email=" ANA@EXAMPLE.COM ").account == account


def test_an_address_is_registered_once(house):
    first = house.register().account
    assert _code(ConflictError, lambda: house.register(email="ANA@example.com")) == "email_taken"
    assert list(house.onboard.created) == [first.account_id], "the second one leaves nothing behind"


def test_wrong_password_and_unknown_address_look_the_same(house):
    house.register()
    with pytest.raises(UnauthenticatedError) as wrong:
        house.login(password="another password")
    with pytest.raises(UnauthenticatedError) as unknown:
        house.login(email="bob@example.com")
    assert (wrong.value.code, wrong.value.detail) == (unknown.value.code, unknown.value.detail)
    assert house.guard.hasher.nobody_verified == 1


COMPOSED, DECOMPOSED = "caf\u00e9 sin az\u00facar", "cafe\u0301 sin azu\u0301car"


@pytest.mark.parametrize("registered", [COMPOSED, DECOMPOSED])
@pytest.mark.parametrize("typed", [COMPOSED, DECOMPOSED, COMPOSED.replace(" ", "\u00a0")])
def test_a_password_typed_on_another_system_is_the_same(house, registered, typed):
    account = house.register(password=registered).account
    assert house.login(password=typed).account.account_id == account.account_id


def test_a_hash_of_before_passwords_were_normalised_still_counts_and_is_renewed(house):
    account = house.register().account
    old = house.guard.hasher.hash(DECOMPOSED)
    house.guard.accounts.replace_hash(account.account_id, old=account.password_hash, new=old)
    house.login(password=DECOMPOSED)
    assert house.guard.accounts.get(account.account_id).password_hash == house.guard.hasher.hash(COMPOSED)
    house.login(password=COMPOSED)
    house.login(password=DECOMPOSED)


@pytest.mark.parametrize(("password", "verified"), [("wrong wrong wrong", 1), (DECOMPOSED, 2)])
def test_an_unknown_address_costs_as_much_work_as_a_wrong_password(house, password, verified):
    house.register()
    hasher = house.guard.hasher
    _code(UnauthenticatedError, lambda: house.login(password=password))
    assert (hasher.verified, hasher.nobody_verified) == (verified, 0)
    _code(UnauthenticatedError, lambda: house.login(email="bob@example.com", password=password))
    assert (hasher.verified, hasher.nobody_verified) == (verified, verified)


def test_a_common_password_registers_nobody(house):
    assert _code(InvalidError, lambda: house.register(password="Kwyjibo-Kwyjibo")) == "password_too_weak"
    assert not house.onboard.created


def test_a_hash_of_old_parameters_is_renewed_at_login(house):
    account = house.register().account
    house.guard.hasher.generation = 2
    house.login()
    assert house.guard.accounts.get(account.account_id).password_hash.startswith("2:")
    house.login()


def test_one_account_is_tried_ten_times_from_one_address(house):
    house.register()
    for _ in range(10):
        _code(UnauthenticatedError, lambda: house.login(password="wrong password"))
    with pytest.raises(RateLimitedError) as refusal:
        house.login()
    assert refusal.value.retry_after == 60
    assert house.login(address="2.2.2.2").account, "its owner elsewhere is not locked out"
    house.clock.pass_(seconds=60)
    assert house.login().account


def test_one_account_is_not_tried_from_everywhere(house):
    house.register()
    for number in range(100):
        _code(UnauthenticatedError, lambda n=number: house.login(password="wrong one", address=f"a{n}"))
    assert _code(RateLimitedError, lambda: house.login(address="new")) == "rate_limited"


def test_one_address_does_not_try_many_accounts(house):
    for number in range(60):
        _code(UnauthenticatedError, lambda n=number: house.login(email=f"user{n}@example.com"))
    assert _code(RateLimitedError, lambda: house.login(email="one-more@example.com")) == "rate_limited"


def test_one_address_does_not_register_without_end(house):
    for number in range(30):
        house.register(email=f"user{number}@example.com")
    assert _code(RateLimitedError, lambda: house.register(email="one-more@example.com")) == "rate_limited"


def test_a_password_too_long_for_anybody_is_refused_before_it_is_hashed(house):
    assert _code(InvalidError, lambda: house.login(password="x" * 129)) == "password_too_long"
    assert house.guard.hasher.nobody_verified == 0


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("ana@example.com", "ana@example.com"),
        ("ANA.García@Example.COM", "ana.garcía@example.com"),
        ("ana@xn--bcher-kva.example", "ana@bücher.example"),
        ("ana@BÜCHER.example", "ana@bücher.example"),
        ("ana+coach@example.com", "ana+coach@example.com"),
    ],
)
def test_one_spelling_of_an_address_is_kept(written, kept):
    assert normalised_email(written) == kept


@pytest.mark.parametrize(
    "address", ["", "ana", "ana@", "@example.com", "a b@example.com", "ana@localhost", "a@b@example.com"]
)
def test_what_is_no_address_is_refused(address):
    assert _code(InvalidError, lambda: normalised_email(address)) == "invalid_email"


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\x00b", "a\nb"])
def test_names_that_cannot_be_shown_are_refused(name):
    assert _code(InvalidError, lambda: checked_name(name)) == "invalid_name"
