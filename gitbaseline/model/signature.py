"""What checking a signature can say, as values that the rules can judge."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NewType, TypeAlias

from gitbaseline.frozen import dataclass

# Of an SSH key as ssh-keygen prints it, SHA256:<43 base64 digits>; else openpgp:HEX or x509:HEX.
Fingerprint = NewType("Fingerprint", str)


class SignatureKind(StrEnum):
    """The kinds of signature that git knows."""

    SSH = "ssh"
    OPENPGP = "openpgp"
    X509 = "x509"


_BEGINNINGS = {
    b"-----BEGIN SSH SIGNATURE-----": SignatureKind.SSH,
    b"-----BEGIN PGP SIGNATURE-----": SignatureKind.OPENPGP,
    b"-----BEGIN PGP MESSAGE-----": SignatureKind.OPENPGP,
    b"-----BEGIN SIGNED MESSAGE-----": SignatureKind.X509,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedBy:
    """The signature is well-formed, in its one spelling, and made by this key."""

    fingerprint: Fingerprint
    key_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BadSignature:
    """The signature proves nothing. ``rule`` is a stable rule id, ``detail`` says what is wrong."""

    rule: str
    detail: str


# payload, armoured signature -> verdict
Verify: TypeAlias = Callable[[bytes, bytes], SignedBy | BadSignature]


def kind_of_armor(armor: bytes) -> SignatureKind | None:
    """Return the kind that an armour's first line claims, or None."""
    return _BEGINNINGS.get(armor.partition(b"\n")[0])


def kind_of_key(fingerprint: Fingerprint) -> SignatureKind:
    """Return the kind of signature that a listed key makes."""
    prefix = fingerprint.partition(":")[0]
    return SignatureKind(prefix) if prefix in ("openpgp", "x509") else SignatureKind.SSH
