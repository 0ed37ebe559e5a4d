"""The list of common passwords as it is deployed, with the estimate beside it."""

from pathlib import Path

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from autosocial.adapters.password_list.auth import HashedPasswordList, hashed
from autosocial.auth.passwords import check_new_password
from autosocial.kernel.errors import InvalidError

ROOT = Path(__file__).parents[3]
DEPLOYED = ROOT / "functions/auth/api/common_passwords.bin"
# Common ones that an estimate alone once accepted.
ONCE_ACCEPTED = (ROOT / "tests/data/passwords/once_accepted.txt").read_text().splitlines()


@pytest.fixture(scope="module")
def is_common():
    return HashedPasswordList(DEPLOYED)


def _accepted(passwords, is_common) -> list[str]:
    accepted = []
    for password in passwords:
        try:
            check_new_password(password, email="bob@example.com", name="Bob", is_common=is_common)
        except InvalidError:
            continue
        accepted.append(password)
    return accepted


def test_the_list_holds_what_was_put_in_and_nothing_else(tmp_path):
    words = [f"word number {number}" for number in range(5_000)]
    (tmp_path / "list").write_bytes(hashed([*words, *words]))
    is_common = HashedPasswordList(tmp_path / "list")
    assert (tmp_path / "list").stat().st_size == 4 * 5_000
    assert all(map(is_common, words))
    assert not any(is_common(f"other {number}") for number in range(5_000))


def test_an_empty_list_holds_nothing(tmp_path):
    (tmp_path / "list").write_bytes(b"")
    assert not HashedPasswordList(tmp_path / "list")("password")


def test_the_deployed_list_is_long_and_sorted(is_common):
    content = DEPLOYED.read_bytes()
    hashes = [content[start : start + 4] for start in range(0, len(content), 4)]
    assert len(hashes) > 80_000
    assert hashes == sorted(set(hashes))


def test_no_common_password_is_accepted(is_common):
    known = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= 8]
    assert len(ONCE_ACCEPTED) == 300 and len(known) > 10_000
    assert not _accepted([*ONCE_ACCEPTED, *known[:500:5], *known[500::50]], is_common)


@pytest.mark.parametrize("written", [str.upper, str.title, "{}!".format, "!{}".format, "{}.".format])
def test_no_common_password_is_accepted_in_other_clothes(is_common, written):
    assert not _accepted(map(written, ONCE_ACCEPTED[::5]), is_common)
