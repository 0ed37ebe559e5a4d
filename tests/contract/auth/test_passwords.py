"""argon2id as it is configured: parameters, mismatch, rehash, and equal time for unknown accounts."""

import pytest
from argon2 import PasswordHasher as Argon2
from argon2 import extract_parameters
from argon2.exceptions import VerifyMismatchError

from autosocial.adapters.argon2.auth import Argon2PasswordHasher
from autosocial.kernel.errors import PermanentError

PASSWORD = "tres tristes tigres"


@pytest.fixture(scope="module")
def hasher():
    return Argon2PasswordHasher()


def test_hashes_carry_the_parameters_and_match_only_their_password(hasher):
    kept = hasher.hash(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert hasher.verify(kept, PASSWORD)
    assert not hasher.verify(kept, PASSWORD + " ")
    assert not hasher.verify(kept, PASSWORD.upper())
    assert hasher.hash(PASSWORD) != kept


def test_long_passwords_count_to_their_last_character(hasher):
    kept = hasher.hash("x" * 127 + "a")
    assert not hasher.verify(kept, "x" * 127 + "b")


def test_hashes_of_other_parameters_still_match_and_are_outdated(hasher):
    old = Argon2(time_cost=2, memory_cost=19_456, parallelism=1).hash(PASSWORD)
    assert hasher.verify(old, PASSWORD)
    assert hasher.is_outdated(old)
    assert not hasher.is_outdated(hasher.hash(PASSWORD))


def test_a_hash_that_is_none_is_a_fault_of_ours(hasher):
    with pytest.raises(PermanentError):
        hasher.verify("plain text", PASSWORD)


def test_nobodys_password_costs_as_much_time_as_a_wrong_one(hasher, monkeypatch):
    """The cost is that of the parameters, computed to the end; a clock would measure this machine's load."""
    computed = []
    verify = Argon2.verify

    def record(self, kept, password):
        with pytest.raises(VerifyMismatchError) as ended:
            verify(self, kept, password)
        computed.append(extract_parameters(kept))
        raise ended.value

    kept = hasher.hash(PASSWORD)
    monkeypatch.setattr(Argon2, "verify", record)
    assert not hasher.verify(kept, "wrong")
    hasher.verify_nobody("wrong")
    known, unknown = computed
    assert known == unknown
