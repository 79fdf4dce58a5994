"""Keys made of words: the same on every machine, and worth nothing to anybody.

ECDSA signs deterministically (RFC 6979) and RSA by PKCS #1 v1.5, so a corpus has the same ids
wherever it is made.
"""

from __future__ import annotations

import hashlib
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gitbaseline.signing import crypto
from gitbaseline.signing.blob import pack_ecdsa
from gitbaseline.signing.keys import ED25519, PublicKey, parse_public_key
from gitbaseline.signing.private import PrivateKey
from gitbaseline.signing.wire import string


class DeterministicP256:
    """A Signer with a NIST P-256 key whose signatures do not depend on chance."""

    def __init__(self, word: str) -> None:
        self.secret = ec.derive_private_key(_number(word, 32), ec.SECP256R1())
        self.public_key = _public(self.secret)

    def sign_blob(self, data: bytes) -> bytes:
        der = self.secret.sign(data, ec.ECDSA(SHA256(), deterministic_signing=True))
        return pack_ecdsa(self.public_key, *decode_dss_signature(der))


@cache
def ed25519(word: str) -> PrivateKey:
    """Return the Ed25519 key of a word."""
    secret, point = crypto.ed25519(hashlib.sha256(word.encode()).digest())
    blob = string(ED25519.encode()) + string(point)
    return PrivateKey(public_key=PublicKey(type=ED25519, blob=blob), secret=secret)


@cache
def p256(word: str) -> DeterministicP256:
    """Return the P-256 key of a word."""
    return DeterministicP256(word)


@cache
def rsa_key(word: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return the RSA key of a word, of any size."""
    half = bits // 2
    p, q = (_prime(f"{word}/{name}", half) for name in "pq")
    exponent = 65537
    d = pow(exponent, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=d % (p - 1),
        dmq1=d % (q - 1),
        iqmp=pow(q, -1, p),
        public_numbers=rsa.RSAPublicNumbers(exponent, p * q),
    )
    return numbers.private_key()


@cache
def rsa2048(word: str) -> PrivateKey:
    """Return a Signer with the RSA key of a word."""
    secret = rsa_key(word)
    return PrivateKey(public_key=_public(secret), secret=secret)


def _public(secret):
    text = secret.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return parse_public_key(text.decode())


def _number(word: str, size: int) -> int:
    return int.from_bytes(hashlib.shake_256(word.encode()).digest(size), "big")


def _prime(word: str, bits: int) -> int:
    # Both upper bits set, so that two such primes give a modulus of full length; odd.
    number = _number(word, bits // 8) | 3 << bits - 2 | 1
    while pow(2, number - 1, number) != 1 or number % 65537 == 1:  # Fermat is enough for a test
        number += 2
    return number
