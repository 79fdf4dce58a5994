"""Ed25519 (RFC 8032), by libsodium: the key that nearly everybody has.

``crypto_other`` has the other kinds, by ``cryptography``, which takes twice as long to check this
one (decision 11). Import both inside the function that needs them.

What it does not do: it applies no rule on spelling; ``keys`` and ``blob`` did that before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING, TypeAlias

from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError

from gitbaseline.frozen import dataclass
from gitbaseline.signing.blob import ED25519_BYTES, pack
from gitbaseline.signing.keys import ED25519, PublicKey, key_point

if TYPE_CHECKING:
    from gitbaseline.signing.crypto_other import OtherKey

# signature as blob.unpack gives it, data -> made by the key
Verifier: TypeAlias = Callable[[bytes, bytes], bool]
SecretKey: TypeAlias = "Ed25519Key | OtherKey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ed25519Key:
    """A private key. ``pair`` is its seed and its public point, of 32 bytes each."""

    pair: bytes = field(repr=False)


def verifier(key: PublicKey) -> Verifier:
    """Return the function that checks a signature of this key."""
    if key.type != ED25519:
        from gitbaseline.signing import crypto_other  # noqa: PLC0415 - see the module's docstring

        return crypto_other.verifier(key)
    point = key_point(key)

    def verifies(signature: bytes, data: bytes) -> bool:
        try:
            crypto_sign_open(signature + data, point)
        except BadSignatureError:
            return False
        return True

    return verifies


def sign(key: PublicKey, secret: SecretKey, data: bytes) -> bytes:
    """Return the signature blob of ``data``."""
    if isinstance(secret, Ed25519Key):
        return pack(key, crypto_sign(data, secret.pair)[:ED25519_BYTES])
    from gitbaseline.signing import crypto_other  # noqa: PLC0415 - see the module's docstring

    return crypto_other.sign(key, secret, data)


def ed25519(seed: bytes) -> tuple[Ed25519Key, bytes]:
    """Return the key of a seed of 32 bytes, and its public point."""
    point, pair = crypto_sign_seed_keypair(seed)
    return Ed25519Key(pair=pair), point
