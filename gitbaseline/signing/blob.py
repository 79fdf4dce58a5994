"""The signature inside an SSHSIG: ``string algorithm, string signature``, for one key.

What it does not do: it does not check that the signature was made by the key, only that it
is spelt in the one way that a good one has. Rules:

- The algorithm is the key's type; for RSA it is ``rsa-sha2-512`` and nothing else.
- Ed25519: 64 bytes, S below the group's order (RFC 8032, 5.1.7).
- ECDSA: ``mpint r, mpint s``, both from 1 to n-1, and s at most n/2: (r, n-s) verifies as
  well as (r, s), and one statement would have two commit ids.
- RSA: as many bytes as the modulus, and a number below it.
"""

from __future__ import annotations

from gitbaseline.signing.curves import ED25519_ORDER, NistCurve
from gitbaseline.signing.keys import CURVES, ED25519, RSA, PublicKey, rsa_numbers
from gitbaseline.signing.wire import Reader, Refused, mpint, string

ED25519_BYTES = 64  # of R and S


def algorithm(key: PublicKey) -> str:
    """Return the name of the only algorithm that this key signs with."""
    return "rsa-sha2-512" if key.type == RSA else key.type


def pack(key: PublicKey, signature: bytes) -> bytes:
    """Return the blob of a signature in the form that the algorithm has on the wire."""
    return string(algorithm(key).encode()) + string(signature)


def pack_ecdsa(key: PublicKey, r: int, s: int) -> bytes:
    """Return the blob of an ECDSA signature as it is, s high or low."""
    return pack(key, mpint(r) + mpint(s))


def unpack(key: PublicKey, blob: bytes) -> bytes:
    """Return the signature as mathematics has it; raise Refused where a rule is broken.

    Ed25519 gives R and S, RSA a number as long as the modulus, ECDSA r and s, each as long
    as a coordinate of the curve.
    """
    signature = _signature(key, blob)
    if key.type == ED25519:
        return checked_ed25519(signature)
    if key.type == RSA:
        return _checked_rsa(key, signature)
    curve = CURVES[key.type]
    r, s = _ecdsa_numbers(curve, signature)
    if s > curve.order // 2:
        raise Refused("signature/high-s", "expected s in the lower half of the order (n-s is it)")
    return r.to_bytes(curve.size, "big") + s.to_bytes(curve.size, "big")


def with_low_s(key: PublicKey, blob: bytes) -> bytes:
    """Return the blob that is the same signature with s in the lower half, if it is ECDSA."""
    if key.type not in CURVES:
        return blob
    curve = CURVES[key.type]
    r, s = _ecdsa_numbers(curve, _signature(key, blob))
    return pack_ecdsa(key, r, min(s, curve.order - s))


def _signature(key: PublicKey, blob: bytes) -> bytes:
    fields = Reader(blob, rule="signature/encoding")
    name = fields.string()
    if name != algorithm(key).encode():
        detail = f"expected {algorithm(key)} for a key of type {key.type}, got {name[:40]!a}"
        raise Refused("signature/algorithm", detail)
    signature = fields.string()
    fields.end()
    return signature


def checked_ed25519(signature: bytes) -> bytes:
    """Return R and S as they are; raise Refused unless S is below the group's order."""
    if len(signature) != ED25519_BYTES or int.from_bytes(signature[32:], "little") >= ED25519_ORDER:
        raise Refused("signature/encoding", "expected 64 bytes with S below the order of Ed25519")
    return signature


def _checked_rsa(key: PublicKey, signature: bytes) -> bytes:
    _, modulus = rsa_numbers(key)
    size = (modulus.bit_length() + 7) // 8
    if len(signature) != size or int.from_bytes(signature, "big") >= modulus:
        raise Refused("signature/encoding", f"expected {size} bytes, below the modulus")
    return signature


def _ecdsa_numbers(curve: NistCurve, signature: bytes) -> tuple[int, int]:
    fields = Reader(signature, rule="signature/encoding")
    r, s = fields.mpint(), fields.mpint()
    fields.end()
    if not (0 < r < curve.order and 0 < s < curve.order):
        raise Refused("signature/encoding", f"expected r and s from 1 to n-1 of {curve.name}")
    return r, s
