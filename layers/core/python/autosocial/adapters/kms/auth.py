"""Signing keys in KMS: the private halves never leave it, the public ones are read once per process."""

from collections.abc import Sequence
from functools import cached_property
from threading import Lock
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from autosocial.kernel.errors import PermanentError, TransientError

# JOSE algorithm -> KMS signing algorithm. ES256 is the default; ASVS 5.0 advises against RS256's padding.
_KMS_ALGORITHMS = {"ES256": "ECDSA_SHA_256", "RS256": "RSASSA_PKCS1_V1_5_SHA_256"}
_P256_BYTES = 32
_PERMANENT = frozenset(
    {
        "AccessDeniedException",
        "DisabledException",
        "InvalidKeyUsageException",
        "NotFoundException",
        "KMSInvalidStateException",
        "ValidationException",
    }
)


class KmsSigningKeys:
    """Fills ``auth.ports.SigningKeys``. ``keys`` are ids or ARNs; a key's ``kid`` is its id."""

    def __init__(self, keys: Sequence[str], *, algorithm: str = "ES256", region: str = "") -> None:
        if algorithm not in _KMS_ALGORITHMS or not keys:
            raise PermanentError(
                "Signing needs a key and one of the known algorithms.", code="settings_invalid"
            )
        self._keys = {_key_id(key): key for key in keys}
        self._algorithm = algorithm
        self._region = region or None
        self._public: dict[str, Any] = {}
        self._lock = Lock()

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

    @cached_property
    def _client(self) -> Any:
        from botocore.session import Session

        config = Config(
            connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"}
        )
        return Session().create_client("kms", self._region, config=config)

    def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        with self._lock:
            client = self._client
        try:
            return dict(getattr(client, operation)(**arguments))
        except ClientError as error:
            if error.response["Error"]["Code"] in _PERMANENT:
                raise PermanentError(
                    "The signing key cannot be used.", code="signing_key_unusable"
                ) from error
            raise TransientError("Signing is not possible for now.") from error
        except BotoCoreError as error:
            raise TransientError("Signing is not possible for now.") from error


def _key_id(key: str) -> str:
    return key.rsplit("/", 1)[-1]


def _raw(der: bytes) -> bytes:
    """Return ECDSA's ``r || s``, as JOSE wants it, from the DER that KMS gives."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    r, s = decode_dss_signature(der)
    return r.to_bytes(_P256_BYTES, "big") + s.to_bytes(_P256_BYTES, "big")
