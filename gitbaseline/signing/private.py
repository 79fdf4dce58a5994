"""Private keys: read the files that ``ssh-keygen`` and ``openssl`` write, make a new one.

What it does not do: it opens no file and asks nobody; it is given bytes and a function that
knows the passphrase, which is called only for a key that is encrypted, and once.

- OpenSSH's own format (PROTOCOL.key) and PEM (PKCS #8 or the older ones).
- The same kinds and sizes as in ``keys``.
- A new key is Ed25519 in OpenSSH's format, not encrypted; write it with mode 0600.
"""

from __future__ import annotations

import binascii
import shlex
from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING, TypeAlias

from gitbaseline.errors import InputError, Unable
from gitbaseline.frozen import dataclass
from gitbaseline.signing.keys import ED25519, PublicKey, decode_public_key
from gitbaseline.signing.wire import Reader, Refused, string, uint32

if TYPE_CHECKING:
    from gitbaseline.signing.crypto import SecretKey

Passphrase: TypeAlias = Callable[[], bytes]

_MAGIC = b"openssh-key-v1\0"
_BEGIN = b"-----BEGIN OPENSSH PRIVATE KEY-----\n"
_END = b"-----END OPENSSH PRIVATE KEY-----\n"
_PADDING = bytes(range(1, 8))  # to a multiple of 8 bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateKey:
    """A Signer that holds the key in memory. Its repr shows the public half only."""

    public_key: PublicKey
    secret: SecretKey = field(repr=False)

    def sign_blob(self, data: bytes) -> bytes:
        """Return ``string algorithm, string signature`` over ``data``."""
        from gitbaseline.signing import crypto  # noqa: PLC0415 - heavy; see crypto

        return crypto.sign(self.public_key, self.secret, data)


def load_private_key(data: bytes, *, where: str, passphrase: Passphrase | None) -> PrivateKey:
    """Return the key in ``data``; ``where`` is its path, for messages.

    Raises InputError where it is no usable key, Unable where its passphrase is not known.
    """
    encrypted = is_encrypted(data)
    try:
        known = public_half(data)  # a wrong kind is told before anybody is asked
        if known and known.type == ED25519 and not encrypted:
            return _plain_ed25519(data, known)
        from gitbaseline.signing import crypto_other  # noqa: PLC0415 - heavy; see crypto

        public, secret = crypto_other.load(data, _ask(passphrase, where) if encrypted else None)
    except Refused as refused:
        raise InputError(
            f"this key may not sign: {refused}",
            code=refused.rule,
            where=where,
            hint="make one that may: ssh-keygen -t ed25519",
        ) from None
    except ValueError:  # of cryptography; its text fills lines and changes with its version
        if encrypted:
            raise Unable(
                "the passphrase does not open this key",
                code="key/passphrase",
                where=where,
                hint=f"try again, or load it once: ssh-add {shlex.quote(where)}",
            ) from None
        raise InputError(
            "expected an Ed25519, ECDSA or RSA private key in OpenSSH or PEM form",
            code="key/unreadable",
            where=where,
            hint=f"ask OpenSSH what it is: ssh-keygen -l -f {shlex.quote(where)}",
        ) from None
    return PrivateKey(public_key=public, secret=secret)


def is_encrypted(data: bytes) -> bool:
    """Say whether a passphrase is needed to read this private key."""
    header = _header(data)
    # PKCS #8 says it in its first line, the older PEM forms in a Proc-Type header.
    return header[0] != b"none" if header else b"ENCRYPTED" in data


def public_half(data: bytes) -> PublicKey | None:
    """Return the public key that OpenSSH's format holds in the clear; PEM holds none.

    Raises Refused where it is of a kind or size that may not sign.
    """
    header = _header(data)
    return decode_public_key(header[1]) if header else None


def generate(*, comment: str) -> tuple[bytes, PublicKey]:
    """Return a new Ed25519 key as an OpenSSH private key file, and its public half."""
    import secrets  # noqa: PLC0415 - a key is made once, and used ever after

    from gitbaseline.signing import crypto  # noqa: PLC0415 - heavy; see crypto

    if not comment.isprintable():
        raise ValueError("comment: expected printable text")
    seed = secrets.token_bytes(32)
    _, point = crypto.ed25519(seed)
    public = PublicKey(type=ED25519, blob=string(ED25519.encode()) + string(point))
    check = secrets.token_bytes(4)
    private = check + check + public.blob + string(seed + point) + string(comment.encode())
    private += _PADDING[: -len(private) % 8]
    blob = (
        _MAGIC
        + string(b"none")  # cipher
        + string(b"none")  # key derivation
        + string(b"")
        + uint32(1)
        + string(public.blob)
        + string(private)
    )
    digits = binascii.b2a_base64(blob, newline=False)
    lines = [digits[at : at + 70] + b"\n" for at in range(0, len(digits), 70)]
    return _BEGIN + b"".join(lines) + _END, public


def _ask(passphrase: Passphrase | None, where: str) -> bytes:
    if passphrase is None:
        raise Unable(
            "the key is encrypted and there is nobody to ask for its passphrase",
            code="key/locked",
            where=where,
            hint=f"load it once: ssh-add {shlex.quote(where)}",
        )
    return passphrase()


def _plain_ed25519(data: bytes, public: PublicKey) -> PrivateKey:
    """Read the key that nearly everybody has; raise ValueError where it is not whole.

    cryptography reads it as well, but that import alone is a tenth of the whole run of a record.
    """
    from gitbaseline.signing import crypto  # noqa: PLC0415 - heavy; see crypto

    header = _header(data)
    inner = Reader(header[2].string() if header else b"", rule="key/unreadable")
    same_checks = inner.uint32() == inner.uint32()
    blob = string(inner.string()) + string(inner.string())
    pair, _comment = inner.string(), inner.string()
    secret, point = crypto.ed25519(pair[:32])
    whole = blob == public.blob and pair[32:] == point and public.blob.endswith(point)
    if not same_checks or not whole or not _PADDING.startswith(inner.rest()):
        raise ValueError("the parts of the key do not belong together")
    return PrivateKey(public_key=public, secret=secret)


def _header(data: bytes) -> tuple[bytes, bytes, Reader] | None:
    """Return cipher, public blob and what follows in an OpenSSH private key, None in others."""
    body = data.strip().removeprefix(_BEGIN.strip()).removesuffix(_END.strip())
    try:
        fields = Reader(binascii.a2b_base64(body), rule="key/unreadable")
        if fields.take(len(_MAGIC)) != _MAGIC:
            return None
        cipher, _, _ = fields.string(), fields.string(), fields.string()
        return (cipher, fields.string(), fields) if fields.uint32() == 1 else None
    except ValueError:
        return None
