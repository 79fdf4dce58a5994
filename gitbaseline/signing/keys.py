"""Public keys: the one spelling of a key that a registry may list.

What it does not do: it says nothing about who holds the key or what the key may do, and it
needs no ``cryptography``. Rules:

- ``ssh-ed25519``, ``ecdsa-sha2-nistp256/384/521`` and ``ssh-rsa`` only. No certificate (it
  is a statement of someone else), no security key (its signatures carry a counter and
  flags that this format does not bind), no DSA.
- The type inside the blob is the type outside; numbers and points have their one encoding;
  nothing is left over.
- A point lies on its curve and is not one of small order. RSA has 2048 to 16384 bits, an
  odd modulus and an odd exponent from 3 that fits in 64 bits (what OpenSSL takes for any
  size).
- Base64 is canonical, with its padding.

A ``PublicKey`` that breaks a rule cannot be made.
"""

from __future__ import annotations

import binascii
import hashlib
from collections.abc import Callable, Mapping
from functools import partial

from gitbaseline.frozen import dataclass
from gitbaseline.model.signature import Fingerprint
from gitbaseline.signing.curves import NIST, NistCurve, is_ed25519_key
from gitbaseline.signing.wire import Reader, Refused

ED25519 = "ssh-ed25519"
RSA = "ssh-rsa"
CURVES: Mapping[str, NistCurve] = {f"ecdsa-sha2-{curve.name}": curve for curve in NIST}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """An SSH public key: ``type`` as in ``ssh-ed25519``, ``blob`` its wire form.

    Raises Refused with ``signature/key-type``, ``key-encoding`` or ``weak-key``.
    """

    type: str
    blob: bytes

    def __post_init__(self) -> None:
        check = _CHECKS.get(self.type)
        if check is None:
            raise Refused("signature/key-type", _why_not(self.type))
        fields = Reader(self.blob, rule="signature/key-encoding")
        inside = fields.string()
        if inside != self.type.encode():
            raise _misspelt(f"expected the type {self.type} inside the key, got {inside[:40]!a}")
        check(fields)
        fields.end()

    @property
    def fingerprint(self) -> Fingerprint:
        """``SHA256:`` and 43 base64 digits, as ``ssh-keygen -l`` prints it."""
        digest = hashlib.sha256(self.blob).digest()
        return Fingerprint("SHA256:" + _base64(digest).rstrip("="))

    @property
    def openssh(self) -> str:
        """``<type> <base64>``, as in a ``.pub`` file without the comment."""
        return f"{self.type} {_base64(self.blob)}"


def parse_public_key(text: str) -> PublicKey:
    """Read one line ``<type> <base64> [comment]``; raise Refused with the reason.

    White space around the line is not part of it, so a whole ``.pub`` file will do.
    """
    line = text.strip()
    if len(line.splitlines()) != 1:
        raise _misspelt(f"expected one line, got {len(line.splitlines())}")
    kind, digits = (*line.split(maxsplit=2), "")[:2]
    if kind not in _CHECKS:
        raise Refused("signature/key-type", _why_not(kind))
    try:
        blob = binascii.a2b_base64(digits, strict_mode=True)
    except ValueError:  # binascii.Error, or not ASCII
        raise _misspelt(f"expected base64 after the type, got {digits[:40]!a}") from None
    key = PublicKey(type=kind, blob=blob)
    if key.openssh != f"{kind} {digits}":
        raise _misspelt("base64 has stray bits or padding at its end")
    return key


def decode_public_key(blob: bytes) -> PublicKey:
    """Read a key from its wire form; raise Refused with the reason."""
    kind = Reader(blob, rule="signature/key-encoding").string()
    return PublicKey(type=kind.decode("ascii", "backslashreplace"), blob=blob)


def key_point(key: PublicKey) -> bytes:
    """Return the point of an Ed25519 or ECDSA key: the last field of its wire form."""
    fields = Reader(key.blob, rule="signature/key-encoding")
    point = fields.string()
    for _ in range(1 if key.type == ED25519 else 2):
        point = fields.string()
    return point


def rsa_numbers(key: PublicKey) -> tuple[int, int]:
    """Return exponent and modulus of an RSA key."""
    fields = Reader(key.blob, rule="signature/key-encoding")
    fields.string()
    return fields.mpint(), fields.mpint()


def _check_ed25519(fields: Reader) -> None:
    if not is_ed25519_key(fields.string()):
        raise _misspelt("not a point of Ed25519 that may be a key")


def _check_ecdsa(curve: NistCurve, fields: Reader) -> None:
    name, point = fields.string(), fields.string()
    if name != curve.name.encode():
        raise _misspelt(f"expected the curve {curve.name}, got {name[:40]!a}")
    if len(point) != 1 + 2 * curve.size or point[0] != 4:
        raise _misspelt(f"expected an uncompressed point of {1 + 2 * curve.size} bytes")
    x = int.from_bytes(point[1 : 1 + curve.size], "big")
    y = int.from_bytes(point[1 + curve.size :], "big")
    if not curve.has(x, y):
        raise _misspelt(f"not a point of {curve.name} that may be a key")


def _check_rsa(fields: Reader) -> None:
    exponent, modulus = fields.mpint(), fields.mpint()
    bits = modulus.bit_length()
    if not 2048 <= bits <= 16384:
        raise Refused("signature/weak-key", f"expected RSA of 2048 to 16384 bits, got {bits}")
    if not modulus % 2 or not exponent % 2 or not 3 <= exponent < 2**64:
        raise Refused("signature/weak-key", "RSA modulus or exponent is even or out of range")


_CHECKS: Mapping[str, Callable[[Reader], None]] = {
    ED25519: _check_ed25519,
    **{kind: partial(_check_ecdsa, curve) for kind, curve in CURVES.items()},
    RSA: _check_rsa,
}


def _why_not(kind: str) -> str:
    name = ascii(kind[:40])
    if "-cert-v0" in kind:
        return f"{name} is a certificate; give the plain public key"
    if kind.startswith("sk-"):
        return f"{name} is a security key, which this format does not take"
    if kind == "ssh-dss":
        return f"{name} (DSA) is too weak; make an ssh-ed25519 key"
    return f"expected a key type of {', '.join(_CHECKS)}; got {name}"


def _misspelt(detail: str) -> Refused:
    return Refused("signature/key-encoding", detail)


def _base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode()
