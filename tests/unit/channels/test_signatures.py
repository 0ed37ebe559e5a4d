"""Signatures: what is signed right passes, and whatever else differs in one way is refused with its cause."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autosocial.channels.signatures import (
    RequestRefusedError,
    is_signed,
    new_secret,
    read_stamp,
    signed_headers,
)

# The example of the specification, signed as its reference library (standardwebhooks 1.1) signs it.
SPEC_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SPEC_HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
SPEC_BODY = b'{"test": 2432232314}'
SPEC_NOW = datetime.fromtimestamp(1614265330, UTC)

SECRET, OTHER = new_secret(bytes(range(32))), new_secret(bytes(reversed(range(32))))
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BODY = '{"sender":"ana","text":"¿Cuánto cuesta?"}'.encode()


def headers(**changes: str) -> dict[str, str]:
    made = signed_headers([SECRET], BODY, message_id="msg_1", now=NOW)
    return {**made, **{name.replace("_", "-"): value for name, value in changes.items()}}


def passes(shown: dict[str, str], body: bytes = BODY, *, secrets: tuple[str, ...] = (SECRET,)) -> bool:
    return is_signed(shown, body, stamp=read_stamp(shown, now=NOW), secrets=secrets)


def test_our_signature_is_that_of_the_specification() -> None:
    made = signed_headers([SPEC_SECRET], SPEC_BODY, message_id=SPEC_HEADERS["webhook-id"], now=SPEC_NOW)
    assert made == SPEC_HEADERS
    assert is_signed(
        SPEC_HEADERS, SPEC_BODY, stamp=read_stamp(SPEC_HEADERS, now=SPEC_NOW), secrets=[SPEC_SECRET]
    )


def test_what_we_sign_passes_and_with_another_secret_it_does_not() -> None:
    assert passes(headers())
    assert not passes(headers(), secrets=(OTHER,))


@pytest.mark.parametrize("secrets", [(SECRET, OTHER), (OTHER, SECRET)])
def test_both_secrets_count_during_a_rotation_whoever_has_which(secrets: tuple[str, ...]) -> None:
    assert passes(headers(), secrets=secrets)
    both = signed_headers([OTHER, SECRET], BODY, message_id="msg_1", now=NOW)
    assert passes(both) and passes(both, secrets=(OTHER,))


@given(st.binary(max_size=80).filter(lambda body: body != BODY))
def test_no_other_body_passes(body: bytes) -> None:
    assert not passes(headers(), body)


def test_the_id_and_the_time_are_signed_as_well() -> None:
    assert not passes(headers(webhook_id="msg_2"))
    later = str(int(headers()["webhook-timestamp"]) + 1)
    assert not passes(headers(webhook_timestamp=later))


@pytest.mark.parametrize(
    "signature",
    [
        "v1,",
        "v1",
        ",",
        "v2," + "A" * 44,
        "v1a," + "A" * 44,
        "v1,not base64 at all",
        "v1,ñ",
        "V1," + "A" * 44,
        "v1,A",
        "v1,A " * 500,
    ],
)
def test_what_is_no_signature_of_ours_does_not_pass_and_breaks_nothing(signature: str) -> None:
    assert not passes(headers(webhook_signature=signature))


def test_a_right_signature_among_others_passes_but_not_behind_hundreds() -> None:
    right = headers()["webhook-signature"]
    assert passes(headers(webhook_signature=f"v1a,xyz v1,AAAA {right}"))
    assert not passes(headers(webhook_signature="v1,AAAA " * 100 + right))
    assert not passes(headers(webhook_signature=right + ","))
    assert not passes(headers(webhook_signature=right.replace("v1,", "v1, ")))


@pytest.mark.parametrize(
    ("seconds", "cause"),
    [(-301, "timestamp_old"), (-300, ""), (0, ""), (300, ""), (301, "timestamp_future")],
)
def test_five_minutes_early_or_late_are_taken_and_no_second_more(seconds: int, cause: str) -> None:
    moment = NOW + timedelta(seconds=seconds)
    shown = signed_headers([SECRET], BODY, message_id="msg_1", now=moment)
    if not cause:
        assert passes(shown)
        return
    with pytest.raises(RequestRefusedError) as refused:
        read_stamp(shown, now=NOW)
    assert refused.value.cause == cause


@pytest.mark.parametrize(
    "moment", ["+1", "-1", "1_6", "1.5", "1e9", " 1", "１６１４２６５３３０", "1" * 13, "now"]
)
def test_a_time_is_ascii_digits(moment: str) -> None:
    with pytest.raises(RequestRefusedError) as refused:
        read_stamp(headers(webhook_timestamp=moment), now=NOW)
    assert refused.value.cause == "timestamp_malformed"


@pytest.mark.parametrize("message_id", ["a.b", "a b", "a,b", "ñ", "x" * 129, "a#b", "a\n"])
def test_an_id_is_one_plain_word(message_id: str) -> None:
    with pytest.raises(RequestRefusedError) as refused:
        read_stamp(headers(webhook_id=message_id), now=NOW)
    assert refused.value.cause == "id_malformed"


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", ["", None])
def test_each_header_must_be_there(name: str, value: str | None) -> None:
    shown = headers()
    shown = {**shown, name: value} if value is not None else {k: v for k, v in shown.items() if k != name}
    with pytest.raises(RequestRefusedError) as refused:
        read_stamp(shown, now=NOW)
    assert refused.value.cause == "headers_missing"


def test_a_refusal_tells_its_sender_nothing_of_its_cause() -> None:
    details = {RequestRefusedError(cause).detail for cause in ("timestamp_old", "signature_wrong")}
    assert len(details) == 1


def test_a_secret_is_thirty_two_random_bytes_in_the_usual_dress() -> None:
    assert base64.b64decode(SECRET.removeprefix("whsec_")) == bytes(range(32))
    with pytest.raises(ValueError, match="32 random bytes"):
        new_secret(b"short")
