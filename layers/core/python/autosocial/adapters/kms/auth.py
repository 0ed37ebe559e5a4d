"""Signing keys in KMS: the private halves never leave it, the public ones are read once per process."""

from collections.abc import Sequence
from typing import Any

from autosocial.adapters.aws.errors import translated
from autosocial.adapters.aws.session import client
from autosocial.kernel.errors import PermanentError

# JOSE algorithm -> KMS signing algorithm. ES256 is the default; ASVS 5.0 advises against RS256's padding.
_KMS_ALGORITHMS = {"ES256": "ECDSA_SHA_256", "RS256": "RSASSA_PKCS1_V1_5_SHA_256"}
_P256_BYTES = 32


class KmsSigningKeys:
    """Fills ``auth.ports.SigningKeys``. ``keys`` are ids or ARNs; a key's ``kid`` is its id."""

    def __init__(self, keys: Sequence[str], *, algorithm: str = "ES256", region: str = "") -> None:
        if algorithm not in _KMS_ALGORITHMS or not keys:
            raise PermanentError(
                "Signing needs a key and one of the known algorithms.", code="settings_invalid"
            )
        self._keys = {_key_id(key): key for key in keys}
        self._algorithm = algorithm
        self._region = region
        self._public: dict[str, Any] = {}

    @property
    def algorithm(self) -> str:
        """The one JOSE algorithm in use."""
        return self._algorithm

    @property
    def key_ids(self) -> Sequence[str]:
        """Ids (``kid``), the signing key's first."""
        return tuple(self._keys)

    def sign(self, message: bytes) -> bytes:
        """Return the JOSE signature by the first key."""
        signing_key = next(iter(self._keys.values()))
        answer = self._call(
            "sign",
            KeyId=signing_key,
            Message=message,
            MessageType="RAW",
            SigningAlgorithm=_KMS_ALGORITHMS[self._algorithm],
        )
        signature = bytes(answer["Signature"])
        return _raw(signature) if self._algorithm == "ES256" else signature

    def public_key(self, key_id: str) -> Any:
        """Return the public key of one of ``key_ids``."""
        from cryptography.hazmat.primitives.serialization import load_der_public_key

        if key_id not in self._public:
            answer = self._call("get_public_key", KeyId=self._keys[key_id])
            self._public[key_id] = load_der_public_key(answer["PublicKey"])
        return self._public[key_id]

    @property
    def _client(self) -> Any:
        return client("kms", region=self._region)

    def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        failures = translated(
            "Signing is not possible for now.",
            refused="The signing key cannot be used.",
            refused_code="signing_key_unusable",
        )
        with failures:
            return dict(getattr(self._client, operation)(**arguments))


def _key_id(key: str) -> str:
    return key.rsplit("/", 1)[-1]


def _raw(der: bytes) -> bytes:
    """Return ECDSA's ``r || s``, as JOSE wants it, from the DER that KMS gives."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    r, s = decode_dss_signature(der)
    return r.to_bytes(_P256_BYTES, "big") + s.to_bytes(_P256_BYTES, "big")
