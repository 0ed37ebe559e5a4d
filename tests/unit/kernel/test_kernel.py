"""Ids, clock and errors."""

import contextvars
from datetime import UTC, datetime, timedelta, timezone

import pytest

from autosocial.kernel.clock import epoch_seconds, iso, utc_now
from autosocial.kernel.correlation import Correlation, correlate, correlation
from autosocial.kernel.errors import (
    AutoSocialError,
    ConflictError,
    DomainError,
    InvalidError,
    PermanentError,
    RateLimitedError,
    TransientError,
)
from autosocial.kernel.ids import checked_id, derived_id, new_id


def test_new_ids_are_valid_and_different():
    ids = {new_id() for _ in range(1_000)}
    assert len(ids) == 1_000
    assert all(checked_id(each) == each for each in ids)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "0" * 25,
        "0" * 27,
        "8" + "0" * 25,
        "I" * 26,
        "01test00000000000000000001",
        "0" * 26 + "\n",
        "../" * 8 + "ab",
    ],
)
def test_what_is_no_id_is_refused_by_name(value):
    with pytest.raises(InvalidError) as refusal:
        checked_id(value, what="document")
    assert refusal.value.code == "invalid_id"
    assert "document" in refusal.value.detail
    assert not value or value not in refusal.value.detail


def test_times_sort_as_text_and_tell_their_zone():
    early = datetime(2026, 3, 1, 12, 0, 0, 5_000, UTC)
    assert iso(early) == "2026-03-01T12:00:00.005Z"
    assert iso(early.astimezone(timezone(timedelta(hours=5)))) == "2026-03-01T12:00:00.005Z"
    assert iso(early) < iso(early + timedelta(milliseconds=1))
    assert epoch_seconds(early) == 1_772_366_400
    assert utc_now().tzinfo is UTC


def test_errors_carry_a_code_and_a_sentence():
    assert ConflictError("Taken.").code == "conflict"
    named = ConflictError("Taken.", code="email_taken")
    assert (named.code, named.detail, str(named)) == ("email_taken", "Taken.", "Taken.")
    assert ConflictError("Again.").code == "conflict", "a code given once stays with that error"


def test_a_rate_limit_always_says_to_wait():
    assert RateLimitedError("Slow.", retry_after=0).retry_after == 1
    assert RateLimitedError("Slow.", retry_after=7).retry_after == 7


def test_the_tree_has_three_branches():
    assert issubclass(InvalidError, DomainError) and issubclass(DomainError, AutoSocialError)
    for branch in (TransientError, PermanentError):
        assert issubclass(branch, AutoSocialError) and not issubclass(branch, DomainError)


def test_a_derived_id_is_the_same_for_ever_and_another_for_other_parts():
    assert derived_id("document.state_changed/1", "9") == "03CG9NHYPAWPJ0F5GKE15RCRVY"
    ids = {derived_id(*parts) for parts in [("a", "b"), ("ab",), ("b", "a"), ("a", "b", ""), ("a", "")]}
    assert len(ids) == 5
    assert all(checked_id(each) == each for each in ids)


def test_what_happens_belongs_to_the_request_that_was_said_last():
    correlate(Correlation("request-1", "trace-1"))
    correlate(Correlation("request-2"))
    assert correlation() == Correlation("request-2", "")
    assert contextvars.Context().run(correlation) == Correlation()
