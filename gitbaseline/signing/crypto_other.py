"""ECDSA, RSA, and key files in any form: what ``crypto`` imports only where it is met.

ECDSA hashes with the SHA-2 of its curve (RFC 5656, 6.2.1); RSA is PKCS #1 v1.5 with SHA-512
(RFC 8332).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_ssh_private_key,
)

from gitbaseline.signing.blob import pack, pack_ecdsa
from gitbaseline.signing.crypto import SecretKey, Verifier, ed25519
from gitbaseline.signing.keys import (
    RSA,
    PublicKey,
    key_point,
    parse_public_key,
    rsa_numbers,
)
from gitbaseline.signing.wire import Refused

OtherKey: TypeAlias = EllipticCurvePrivateKey | RSAPrivateKey

_ECDSA = {
    "ecdsa-sha2-nistp256": (SECP256R1(), ECDSA(SHA256())),
    "ecdsa-sha2-nistp384": (SECP384R1(), ECDSA(SHA384())),
    "ecdsa-sha2-nistp521": (SECP521R1(), ECDSA(SHA512())),
}


def load(data: bytes, passphrase: bytes | None) -> tuple[PublicKey, SecretKey]:
    """Read a private key file; raise Refused for a kind or size that may not sign.

    Raises ValueError where the file or the passphrase is wrong.
    """
    read = load_ssh_private_key if b"BEGIN OPENSSH PRIVATE KEY" in data else load_pem_private_key
    try:
        secret = read(data, passphrase)
    except (TypeError, UnsupportedAlgorithm) as error:  # cryptography's way to say: wrong input
        raise ValueError(str(error)) from None
    if not isinstance(secret, Ed25519PrivateKey | OtherKey):
        raise Refused("signature/key-type", "expected an Ed25519, ECDSA or RSA key")
    openssh = secret.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    public = parse_public_key(openssh.decode())
    if isinstance(secret, Ed25519PrivateKey):
        return public, ed25519(secret.private_bytes_raw())[0]
    return public, secret


def sign(key: PublicKey, secret: OtherKey, data: bytes) -> bytes:
    """Return the signature blob of ``data``."""
    if isinstance(secret, EllipticCurvePrivateKey):
        _, digest = _ECDSA[key.type]
        return pack_ecdsa(key, *decode_dss_signature(secret.sign(data, digest)))
    return pack(key, secret.sign(data, PKCS1v15(), SHA512()))


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


def _check(key: PublicKey) -> Callable[[bytes, bytes], None]:
    """Return the function that raises InvalidSignature for what this key did not sign."""
    if key.type == RSA:
        rsa = RSAPublicNumbers(*rsa_numbers(key)).public_key()
        return lambda signature, data: rsa.verify(signature, data, PKCS1v15(), SHA512())
    curve, digest = _ECDSA[key.type]
    ecdsa = EllipticCurvePublicKey.from_encoded_point(curve, key_point(key))
    return lambda signature, data: ecdsa.verify(_der(signature), data, digest)


def _der(signature: bytes) -> bytes:
    size = len(signature) // 2
    r, s = (int.from_bytes(half, "big") for half in (signature[:size], signature[size:]))
    return encode_dss_signature(r, s)
