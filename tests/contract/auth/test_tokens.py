"""Bearer tokens: what we sign is verified, and every known way to forge one is refused."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from autosocial.adapters.jwt.auth import JwtTokens
from autosocial.adapters.kms.auth import KmsSigningKeys
from autosocial.auth.model import ACCESS, VISITOR, Claims
from autosocial.kernel.errors import PermanentError, TransientError, UnauthenticatedError
from tests.fakes.auth import LocalSigningKeys
from tests.fakes.clock import START, FakeClock
from tests.fakes.cloud import create_signing_key, moto_cloud

ISSUER = "https://app.example"
CREATOR = "01TEST00000000000000000001"
CLAIMS = Claims(
    kind=ACCESS, subject=CREATOR, creator_id=CREATOR, token_id="jti-1", issued_at=START, session_id="s-1"
)
VISITOR_CLAIMS = replace(CLAIMS, kind=VISITOR, subject="visitor-1", session_id="", origin="https://a.example")


@pytest.fixture(params=["local", "kms", "kms-rsa"])
def keys(request, monkeypatch):
    if request.param == "local":
        yield LocalSigningKeys()
        return
    algorithm, key_spec = ("ES256", "ECC_NIST_P256") if request.param == "kms" else ("RS256", "RSA_2048")
    with moto_cloud(monkeypatch):
        yield KmsSigningKeys([create_signing_key(key_spec)], algorithm=algorithm)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def tokens(keys, clock):
    return JwtTokens(keys, issuer=ISSUER, clock=clock)


@pytest.mark.parametrize("claims", [CLAIMS, VISITOR_CLAIMS], ids=["creator", "visitor"])
def test_what_was_signed_is_read_back(tokens, claims):
    assert tokens.decode(tokens.encode(claims)) == claims


def test_the_key_set_verifies_tokens_for_anybody(tokens, keys):
    token = tokens.encode(CLAIMS)
    (jwk,) = tokens.key_set()["keys"]
    header = jwt.get_unverified_header(token)
    assert header == {"alg": keys.algorithm, "kid": jwk["kid"], "typ": "at+jwt"}
    assert jwk["use"] == "sig" and jwk["alg"] == keys.algorithm and "d" not in jwk
    payload = jwt.decode(
        token,
        jwt.PyJWK(jwk).key,
        algorithms=[keys.algorithm],
        audience="autosocial:creators",
        issuer=ISSUER,
        options={"verify_exp": False},
    )
    assert payload["sub"] == payload["creator_id"] == CREATOR
    assert payload["exp"] - payload["iat"] == 15 * 60
    assert payload["role"] == "creator" and payload["jti"] == "jti-1"


def test_a_token_ends_with_its_lifetime_to_the_second(tokens, clock):
    token = tokens.encode(CLAIMS)
    clock.pass_(minutes=14, seconds=59)
    tokens.decode(token)
    clock.pass_(seconds=1)
    with pytest.raises(UnauthenticatedError) as refusal:
        tokens.decode(token)
    assert refusal.value.code == "token_expired"


def test_a_visitor_comes_back_for_thirty_days(tokens, clock):
    token = tokens.encode(VISITOR_CLAIMS)
    clock.pass_(days=29)
    assert tokens.decode(token).subject == "visitor-1"
    clock.pass_(days=1)
    with pytest.raises(UnauthenticatedError):
        tokens.decode(token)


def test_after_a_rotation_tokens_of_both_keys_count(clock):
    old = LocalSigningKeys("key-1")
    before = JwtTokens(old, issuer=ISSUER, clock=clock).encode(CLAIMS)
    both = JwtTokens(old.rotated("key-2"), issuer=ISSUER, clock=clock)
    assert both.decode(before) == CLAIMS
    after = both.encode(CLAIMS)
    assert jwt.get_unverified_header(after)["kid"] == "key-2"
    assert both.decode(after) == CLAIMS
    assert [jwk["kid"] for jwk in both.key_set()["keys"]] == ["key-2", "key-1"]
    with pytest.raises(UnauthenticatedError):
        JwtTokens(old, issuer=ISSUER, clock=clock).decode(after)


def test_a_key_that_was_disabled_is_a_fault_of_ours_and_says_so(monkeypatch):
    import boto3

    with moto_cloud(monkeypatch):
        keys = KmsSigningKeys(["00000000-0000-0000-0000-000000000000"])
        with pytest.raises(PermanentError) as fault:
            keys.sign(b"message")
        assert fault.value.code == "signing_key_unusable"
        arn = create_signing_key()
        keys = KmsSigningKeys([arn])
        keys.public_key(keys.key_ids[0])
        boto3.client("kms", region_name="us-east-1").schedule_key_deletion(
            KeyId=arn.rsplit("/")[-1], PendingWindowInDays=7
        )
        assert keys.public_key(keys.key_ids[0]), "the public key is read once"


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9", None], ids=["unreachable", "throttled"])
def test_keys_that_are_away_are_transient(monkeypatch, endpoint):
    from botocore.client import BaseClient
    from botocore.exceptions import ClientError

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    if endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    else:
        throttled = ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "Sign")

        def throttle(*_):
            raise throttled

        monkeypatch.setattr(BaseClient, "_make_api_call", throttle)
    with pytest.raises(TransientError):
        KmsSigningKeys(["key-1"], region="us-east-1").sign(b"message")


@pytest.mark.parametrize("arguments", [{"keys": []}, {"keys": ["a"], "algorithm": "HS256"}])
def test_keys_that_cannot_sign_are_refused_at_once(arguments):
    with pytest.raises(PermanentError):
        KmsSigningKeys(**arguments)


# --- attacks -------------------------------------------------------------------------------------


def _segment(content) -> str:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _payload(**changes) -> dict:
    now = int(START.timestamp())
    payload = {
        "iss": ISSUER,
        "aud": "autosocial:creators",
        "sub": CREATOR,
        "jti": "jti-1",
        "iat": now,
        "exp": now + 900,
        "role": "creator",
        "creator_id": CREATOR,
        "sid": "s-1",
        "origin": "",
    }
    return {name: value for name, value in {**payload, **changes}.items() if value is not None}


def _signed(keys, payload, **header) -> str:
    head = {"alg": "ES256", "kid": "key-1", "typ": "at+jwt", **header}
    head = {name: value for name, value in head.items() if value is not None}
    signing_input = f"{_segment(head)}.{_segment(payload)}"
    return f"{signing_input}.{_segment(keys.sign(signing_input.encode()))}"


KEYS = LocalSigningKeys("key-1")
PEM = KEYS.public_key("key-1").public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
FOREIGN = LocalSigningKeys("key-1")


def _with_hmac(secret: bytes, algorithm: str = "HS256") -> str:
    signing_input = f"{_segment({'alg': algorithm, 'kid': 'key-1', 'typ': 'at+jwt'})}.{_segment(_payload())}"
    return f"{signing_input}.{_segment(hmac.new(secret, signing_input.encode(), hashlib.sha256).digest())}"


def _unsigned(algorithm: str) -> str:
    return f"{_segment({'alg': algorithm, 'kid': 'key-1', 'typ': 'at+jwt'})}.{_segment(_payload())}."


def _tampered() -> str:
    head, _, signature = _signed(KEYS, _payload()).split(".")
    return f"{head}.{_segment(_payload(creator_id='01TEST00000000000000000002'))}.{signature}"


def _der_signature() -> str:
    head, payload, _ = _signed(KEYS, _payload()).split(".")
    return f"{head}.{payload}.{_segment(b'0' + bytes(70))}"


FOREIGN_JWK = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(FOREIGN.public_key("key-1")))
NOW = int(START.timestamp())
ATTACKS = {
    "empty": "",
    "no token at all": "not.a.token",
    "two parts": "e30.e30",
    "too long": "a" * 5_000,
    "alg none": _unsigned("none"),
    "alg None in capitals": _unsigned("NONE"),
    "signature left out": _signed(KEYS, _payload()).rsplit(".", 1)[0] + ".",
    "all-zero signature": _signed(KEYS, _payload()).rsplit(".", 1)[0] + "." + _segment(bytes(64)),
    "DER signature": _der_signature(),
    "HS256 with our public key as the secret": _with_hmac(PEM),
    "HS256 called ES256": _with_hmac(PEM, "ES256"),
    "HS256 with an empty secret": _with_hmac(b""),
    "another's key under our kid": _signed(FOREIGN, _payload()),
    "jwk in the header": _signed(FOREIGN, _payload(), jwk=FOREIGN_JWK),
    "jku in the header": _signed(KEYS, _payload(), jku="https://evil.example/keys"),
    "x5u in the header": _signed(KEYS, _payload(), x5u="https://evil.example/cert"),
    "x5c in the header": _signed(KEYS, _payload(), x5c=["MII"]),
    "crit in the header": _signed(KEYS, _payload(), crit=["exp"]),
    "b64 false": _signed(KEYS, _payload(), b64=False, crit=["b64"]),
    "unknown kid": _signed(KEYS, _payload(), kid="key-9"),
    "kid as a path": _signed(KEYS, _payload(), kid="../../dev/null"),
    "kid as a query": _signed(KEYS, _payload(), kid="key-1' OR '1'='1"),
    "kid as a list": _signed(KEYS, _payload(), kid=["key-1"]),
    "no kid": _signed(KEYS, _payload(), kid=None),
    "no typ": _signed(KEYS, _payload(), typ=None),
    "plain JWT typ": _signed(KEYS, _payload(), typ="JWT"),
    "creator's claims with a visitor's typ": _signed(KEYS, _payload(), typ="visitor+jwt"),
    "visitor's audience with a creator's typ": _signed(KEYS, _payload(aud="autosocial:visitors")),
    "audience as a list": _signed(KEYS, _payload(aud=["autosocial:creators", "other"])),
    "no audience": _signed(KEYS, _payload(aud=None)),
    "another issuer": _signed(KEYS, _payload(iss="https://evil.example")),
    "no issuer": _signed(KEYS, _payload(iss=None)),
    "no expiry": _signed(KEYS, _payload(exp=None)),
    "expired": _signed(KEYS, _payload(iat=NOW - 1000, exp=NOW - 100)),
    "expiry as text": _signed(KEYS, _payload(exp=str(NOW + 900))),
    "expiry as a float": _signed(KEYS, _payload(exp=NOW + 900.5)),
    "lives longer than we give": _signed(KEYS, _payload(exp=NOW + 10_000)),
    "issued in the future": _signed(KEYS, _payload(iat=NOW + 120, exp=NOW + 900)),
    "no time of issue": _signed(KEYS, _payload(iat=None)),
    "no subject": _signed(KEYS, _payload(sub=None)),
    "subject as a number": _signed(KEYS, _payload(sub=7)),
    "no token id": _signed(KEYS, _payload(jti=None)),
    "empty token id": _signed(KEYS, _payload(jti="")),
    "no creator": _signed(KEYS, _payload(creator_id=None)),
    "creator as a list": _signed(KEYS, _payload(creator_id=[CREATOR])),
    "no role": _signed(KEYS, _payload(role=None)),
    "another role": _signed(KEYS, _payload(role="visitor")),
    "tampered payload": _tampered(),
    "payload that is no object": _signed(KEYS, [1, 2]),
}


@pytest.mark.parametrize("token", ATTACKS.values(), ids=ATTACKS.keys())
def test_forged_or_broken_tokens_are_refused(token):
    with pytest.raises(UnauthenticatedError):
        JwtTokens(KEYS, issuer=ISSUER, clock=FakeClock()).decode(token)


def test_the_attacks_start_from_a_token_that_counts():
    tokens = JwtTokens(KEYS, issuer=ISSUER, clock=FakeClock(START + timedelta(minutes=1)))
    assert tokens.decode(_signed(KEYS, _payload())) == CLAIMS
