"""The one place that calls ``cryptography``, for Ed25519; ``crypto_other`` has the other kinds.

Import it inside the function that needs it. Two modules, because ECDSA, RSA and key files cost
four times the import of Ed25519 (RFC 8032), the key that nearly everybody has.

What it does not do: it applies no rule on spelling; ``keys`` and ``blob`` did that before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gitbaseline.signing.blob import pack
from gitbaseline.signing.keys import ED25519, PublicKey, key_point

if TYPE_CHECKING:
    from gitbaseline.signing.crypto_other import OtherKey

# signature as blob.unpack gives it, data -> made by the key
Verifier: TypeAlias = Callable[[bytes, bytes], bool]
SecretKey: TypeAlias = "Ed25519PrivateKey | OtherKey"

_Check: TypeAlias = Callable[[bytes, bytes], None]  # the same, but raises InvalidSignature


def verifier(key: PublicKey) -> Verifier:
    """Return the function that checks a signature of this key."""
    check = _check(key)

    def verifies(signature: bytes, data: bytes) -> bool:
        try:
            check(signature, data)
        except InvalidSignature:
            return False
        return True

    return verifies


def sign(key: PublicKey, secret: SecretKey, data: bytes) -> bytes:
    """Return the signature blob of ``data``."""
    if isinstance(secret, Ed25519PrivateKey):
        return pack(key, secret.sign(data))
    from gitbaseline.signing import crypto_other  # noqa: PLC0415 - see the module's docstring

    return crypto_other.sign(key, secret, data)


def ed25519(seed: bytes) -> tuple[Ed25519PrivateKey, bytes]:
    """Return the key of a seed of 32 bytes, and its public point."""
    secret = Ed25519PrivateKey.from_private_bytes(seed)
    return secret, secret.public_key().public_bytes_raw()


def _check(key: PublicKey) -> _Check:
    if key.type == ED25519:
        return Ed25519PublicKey.from_public_bytes(key_point(key)).verify
    from gitbaseline.signing import crypto_other  # noqa: PLC0415 - see the module's docstring

    return crypto_other.check(key)
