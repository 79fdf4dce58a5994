"""SSH signatures (OpenSSH's PROTOCOL.sshsig), in the one spelling that a statement has.

What it does not do: it knows nobody. ``SignedBy`` says which key signed, the rules say
whether that key may. It loads no cryptography before the last check.

An armour is refused unless, in this order:

- its bytes are what ``ssh-keygen -Y sign`` writes: two lines of dashes, base64 in 70
  columns, a final newline, nothing else (``signature/armor``);
- it holds the magic and its six fields and nothing after them (``blob``), of version 1
  (``version``);
- namespace ``git`` (``namespace``), nothing reserved (``reserved``: stock OpenSSH accepts
  any, unsigned), hash ``sha512`` (``hash``);
- the key inside obeys ``keys`` (``key-type``, ``key-encoding``, ``weak-key``);
- the signature obeys ``blob`` (``algorithm``, ``encoding``, ``high-s``);
- the key made it over this payload (``mismatch``).

So no one without the key can turn a good signature into another that is good.
"""

from __future__ import annotations

import binascii
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from gitbaseline.errors import Unable
from gitbaseline.frozen import dataclass
from gitbaseline.model.signature import BadSignature, SignedBy
from gitbaseline.signing.blob import ED25519_BYTES, checked_ed25519, unpack, with_low_s
from gitbaseline.signing.keys import ED25519, PublicKey, decode_public_key
from gitbaseline.signing.wire import Reader, Refused, string, uint32

if TYPE_CHECKING:
    from gitbaseline.signing.crypto import Verifier

RULES = tuple(
    f"signature/{name}"
    for name in (
        "armor",
        "blob",
        "version",
        "namespace",
        "reserved",
        "hash",
        "key-type",
        "key-encoding",
        "weak-key",
        "algorithm",
        "encoding",
        "high-s",
        "mismatch",
    )
)

_BEGIN = b"-----BEGIN SSH SIGNATURE-----\n"
_END = b"-----END SSH SIGNATURE-----\n"
_COLUMNS = 70
_MAX_ARMOR = 8192  # RSA of 16384 bits needs 5,900

_ED25519_BLOB = 173  # bytes that are inside the armour where the key is of this kind
_MAGIC = b"SSHSIG"
_NAMESPACE = b"git"
_HASH = b"sha512"


class Signer(Protocol):
    """Something that holds a private key, or can reach one."""

    @property
    def public_key(self) -> PublicKey:
        """The key that signs."""

    def sign_blob(self, data: bytes) -> bytes:
        """Return ``string algorithm, string signature`` over ``data``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sealed:
    key: bytes
    signature: bytes


def sign(payload: bytes, signer: Signer) -> bytes:
    """Return the armour of a signature of ``payload``, with its final newline.

    Raises Unable where the signer answers with something that ``verify`` would refuse.
    """
    key = signer.public_key
    raw = signer.sign_blob(_signed_data(payload))
    try:
        signature = with_low_s(key, raw)
        unpack(key, signature)
    except Refused as refused:
        raise Unable(
            f"the signer of {key.fingerprint} gave a signature that cannot be used: {refused}",
            code=refused.rule,
            hint="sign with the private key file, or with the ssh-agent of OpenSSH",
        ) from None
    return _seal(_Sealed(key=key.blob, signature=signature))


def verify(payload: bytes, armor: bytes) -> SignedBy | BadSignature:
    """Say which key signed ``payload``, or which rule the armour breaks. Never raises."""
    try:
        key, signature = _opened(_dearmor(armor))
    except Refused as refused:
        return BadSignature(rule=refused.rule, detail=str(refused))
    if not _verifier(key)(signature, _signed_data(payload)):
        detail = f"the key {key.fingerprint} did not make this signature over these bytes"
        return BadSignature(rule="signature/mismatch", detail=detail)
    return SignedBy(fingerprint=key.fingerprint, key_type=key.type)


def reseal(armor: bytes) -> bytes:
    """Return what ``ssh-keygen -Y sign`` made as ``sign`` would have: ECDSA with a low s.

    Raises Refused where the armour breaks another rule; does not check the mathematics.
    """
    sealed = _unseal(_dearmor(armor))
    key = _key(sealed.key)
    return _seal(_Sealed(key=sealed.key, signature=with_low_s(key, sealed.signature)))


def _signed_data(payload: bytes) -> bytes:
    digest = hashlib.sha512(payload).digest()
    return _MAGIC + string(_NAMESPACE) + string(b"") + string(_HASH) + string(digest)


def _seal(sealed: _Sealed) -> bytes:
    return _armor(
        _MAGIC
        + uint32(1)
        + string(sealed.key)
        + string(_NAMESPACE)
        + string(b"")
        + string(_HASH)
        + string(sealed.signature)
    )


def _opened(blob: bytes) -> tuple[PublicKey, bytes]:
    """Return the key that a blob names, and the signature as mathematics has it."""
    head, tail = blob[:-ED25519_BYTES], blob[-ED25519_BYTES:]
    key = _ed25519(head) if len(blob) == _ED25519_BLOB else None
    return (key, checked_ed25519(tail)) if key else _parsed(blob)


def _parsed(blob: bytes) -> tuple[PublicKey, bytes]:
    sealed = _unseal(blob)
    key = _key(sealed.key)
    return key, unpack(key, sealed.signature)


@lru_cache(maxsize=256)
def _ed25519(head: bytes) -> PublicKey | None:
    """Return the key where this and any signature by it are a whole blob; asked once for a key."""
    try:
        key, _ = _parsed(head + bytes(ED25519_BYTES))
    except Refused:
        return None
    return key if key.type == ED25519 else None


def _unseal(blob: bytes) -> _Sealed:
    fields = Reader(blob, rule="signature/blob")
    if fields.take(len(_MAGIC)) != _MAGIC:
        raise Refused("signature/blob", "expected the magic SSHSIG at the start")
    version = fields.uint32()
    if version != 1:
        raise Refused("signature/version", f"expected version 1, got {version}")
    key, namespace, reserved, digest, signature = (fields.string() for _ in range(5))
    fields.end()
    for name, expected, got in (
        ("namespace", _NAMESPACE, namespace),
        ("reserved", b"", reserved),
        ("hash", _HASH, digest),
    ):
        if got != expected:
            detail = f"expected the {name} field to be {expected!a}, got {got[:40]!a}"
            raise Refused(f"signature/{name}", detail)
    return _Sealed(key=key, signature=signature)


def _armor(blob: bytes) -> bytes:
    digits = binascii.b2a_base64(blob, newline=False)
    lines = [digits[at : at + _COLUMNS] + b"\n" for at in range(0, len(digits), _COLUMNS)]
    return _BEGIN + b"".join(lines) + _END


def _dearmor(armor: bytes) -> bytes:
    if len(armor) > _MAX_ARMOR:
        detail = f"expected at most {_MAX_ARMOR} bytes of armour, got {len(armor)}"
        raise Refused("signature/armor", detail)
    body = armor.removeprefix(_BEGIN).removesuffix(_END).replace(b"\n", b"")
    try:
        blob = binascii.a2b_base64(body, strict_mode=True)
    except binascii.Error:
        raise Refused("signature/armor", "expected an armoured SSH signature") from None
    if _armor(blob) != armor:
        raise Refused("signature/armor", "not the armour that ssh-keygen writes for these bytes")
    return blob


# A registry has few keys and thousands of commits. Sizes are bounded by _MAX_ARMOR.
_key = lru_cache(maxsize=256)(decode_public_key)


@lru_cache(maxsize=256)
def _verifier(key: PublicKey) -> Verifier:
    from gitbaseline.signing.crypto import verifier  # noqa: PLC0415 - most verbs need it not

    return verifier(key)
