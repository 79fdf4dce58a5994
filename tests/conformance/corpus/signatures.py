"""Rows 27 to 37, 45, 59: the signature. From one good commit nobody makes another.

A twin is the same statement with another id. ``git verify-commit`` calls most of these good.
"""

from __future__ import annotations

import base64
import hashlib
import re

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA512

from corpus import keys
from corpus.base import ALICE, CAROL, DORA, MALLORY, RICK, entry
from corpus.case import add, case
from gitbaseline.signing.blob import pack_ecdsa, unpack
from gitbaseline.signing.curves import ED25519_ORDER, NIST
from gitbaseline.signing.wire import Reader, mpint, string, uint32

BEGIN = b"-----BEGIN SSH SIGNATURE-----"
END = b"-----END SSH SIGNATURE-----"
P256_ORDER = NIST[0].order

ALICE_ELSEWHERE = ALICE.sign_blob(b"something else")[-64:]


def twin(name, change, *, row, rule="signature/armor", signer=ALICE):
    """Add a case: the lines of the gpgsig header are changed, the payload is not."""

    def sealed(raw):
        return re.sub(
            rb"(?s)gpgsig (.*?%s)" % END, lambda m: b"gpgsig " + change(m[1]), raw, count=1
        )

    add(name, lambda forge: forge.put(entry(forge), signer, raw=sealed), row=row, rule=rule)


def blob(name, change, *, row, rule, signer=ALICE):
    """Add a case: what the armour holds is changed, and armoured again as it should be."""

    def armor(text):
        return armored(change(fields(text)))

    add(name, lambda forge: forge.put(entry(forge), signer, armor=armor), row=row, rule=rule)


def fields(text):
    """Take an armour apart: version, key, namespace, reserved, hash, signature, the rest."""
    data = base64.b64decode(b"".join(text.split(b"\n")[1:-2]))
    reader = Reader(data.removeprefix(b"SSHSIG"), rule="corpus")
    names = ("key", "namespace", "reserved", "hash", "signature")
    return {"version": reader.uint32()} | {name: reader.string() for name in names} | {"rest": b""}


def armored(parts, columns=70):
    """Put an armour together."""
    names = ("key", "namespace", "reserved", "hash", "signature")
    data = b"SSHSIG" + uint32(parts["version"])
    data += b"".join(string(parts[name]) for name in names) + parts["rest"]
    digits = base64.b64encode(data)
    lines = [digits[at : at + columns] for at in range(0, len(digits), columns)]
    return b"\n".join([BEGIN, *lines, END]) + b"\n"


def lines(change):
    """Return the change to each line of base64."""
    return lambda text: b"\n ".join(
        line if line.startswith(b"-----") else change(line) for line in text.split(b"\n ")
    )


def wrapped(columns):
    """Return the change of the armour to other columns."""
    return lambda text: armored(fields(text.replace(b"\n ", b"\n") + b"\n"), columns)[:-1].replace(
        b"\n", b"\n "
    )


twin("twin_two_gpgsig_headers", lambda t: t + b"\ngpgsig " + t, row="27", rule="commit/headers")
twin("twin_junk_after_end", lambda t: t + b"\n junk", row="28")
twin("twin_junk_on_end_line", lambda t: t + b"junk", row="28")
twin("twin_text_before_begin", lambda t: b"text\n " + t, row="28")
twin("twin_empty_line_after_end", lambda t: t + b"\n ", row="29")
twin("twin_two_empty_lines_after_end", lambda t: t + b"\n \n ", row="29")
twin("twin_64_columns", wrapped(64), row="29")
twin("twin_76_columns", wrapped(76), row="29")
twin("twin_one_line", wrapped(10_000), row="29")
twin("twin_spaces_at_line_ends", lines(lambda line: line + b"  "), row="29")
twin("twin_spaces_at_line_starts", lines(lambda line: b" " + line), row="29")
twin("twin_carriage_returns", lines(lambda line: line + b"\r"), row="29")
twin("twin_carriage_return_at_end", lambda t: t + b"\r", row="29")
twin("twin_without_padding", lambda t: t.replace(b"=", b""), row="29")
twin(
    "twin_pgp",
    lambda _: b"-----BEGIN PGP SIGNATURE-----\n \n aaaa\n -----END PGP SIGNATURE-----",
    row="59",
    rule="signature/kind",
)
twin("twin_unknown_armour", lambda t: t.replace(b"SSH SIGNATURE", b"SSH MESSAGE"), row="59")
twin("twin_not_armour_at_all", lambda _: b"me", row="59")


def changing(**parts):
    """Return the change of some fields, given as bytes or as functions of what was there."""
    return lambda old: (
        old | {name: part(old[name]) if callable(part) else part for name, part in parts.items()}
    )


def inner(change):
    """Return the change to the signature proper: (algorithm, bytes) to the same."""

    def changed(data):
        reader = Reader(data, rule="corpus")
        return b"".join(map(string, change(reader.string(), reader.string())))

    return changing(signature=changed)


def s_plus_order(name, raw):
    """Add the group's order to S of an Ed25519 signature."""
    number = int.from_bytes(raw[32:], "little") + ED25519_ORDER
    return name, raw[:32] + number.to_bytes(32, "little")


def high_s(old):
    """Take n-s in place of s."""
    raw = unpack(DORA.public_key, old["signature"])
    r, s = (int.from_bytes(half, "big") for half in (raw[:32], raw[32:]))
    return old | {"signature": pack_ecdsa(DORA.public_key, r, P256_ORDER - s)}


blob("reserved_not_empty", changing(reserved=b"x"), row="30", rule="signature/reserved")
blob("trailing_bytes", changing(rest=b"x"), row="31", rule="signature/blob")
blob("version_2", changing(version=2), row="31", rule="signature/version")
blob("s_plus_order", inner(s_plus_order), row="32", rule="signature/encoding")
blob("signature_too_long", inner(lambda n, r: (n, r + b"\0")), row="32", rule="signature/encoding")
blob(
    "trailing_bytes_after_signature",
    changing(signature=lambda s: s + b"\0"),
    row="31",
    rule="signature/encoding",
)
blob("ecdsa_high_s", high_s, row="33", rule="signature/high-s", signer=DORA)
blob(
    "ecdsa_padded_r",
    inner(lambda n, r: (n, string(b"\0\0" + r[4:]) + r)),
    row="33",
    rule="signature/encoding",
    signer=DORA,
)
blob("namespace_file", changing(namespace=b"file"), row="34", rule="signature/namespace")
blob(
    "namespace_of_our_own",
    changing(namespace=b"git-baseline"),
    row="34",
    rule="signature/namespace",
)
for _hash in (b"SHA512", b"sha256", b"sha1", b"md5", b""):
    _name = f"hash_{_hash.decode() or 'empty'}"
    blob(_name, changing(hash=_hash), row="36", rule="signature/hash")
blob(
    "rsa_sha2_256",
    inner(lambda _, r: (b"rsa-sha2-256", r)),
    row="35",
    rule="signature/algorithm",
    signer=RICK,
)
blob(
    "algorithm_of_another_key",
    inner(lambda _, r: (b"ssh-rsa", r)),
    row="35",
    rule="signature/algorithm",
)
blob(
    "key_with_extra_bytes",
    changing(key=lambda k: k + b"\0"),
    row="37",
    rule="signature/key-encoding",
)
blob(
    "key_of_another_type",
    changing(key=string(b"ssh-dss") + string(b"x")),
    row="37",
    rule="signature/key-type",
)
blob(
    "key_a_certificate",
    changing(key=string(b"ssh-ed25519-cert-v01@openssh.com")),
    row="55",
    rule="signature/key-type",
)
blob(
    "key_a_security_key",
    changing(key=string(b"sk-ssh-ed25519@openssh.com")),
    row="37",
    rule="signature/key-type",
)
blob(
    "key_of_small_order",
    changing(key=string(b"ssh-ed25519") + string(b"\1" + bytes(31))),
    row="37",
    rule="signature/key-encoding",
)
blob(
    "key_off_the_curve",
    changing(key=lambda k: k[:-1] + bytes([k[-1] ^ 1])),
    row="37",
    rule="signature/key-encoding",
    signer=DORA,
)
blob(
    "key_of_another_signer",
    changing(key=CAROL.public_key.blob),
    row="45",
    rule="signature/mismatch",
)
blob(
    "signature_of_another_statement",
    inner(lambda n, r: (n, ALICE_ELSEWHERE)),
    row="46",
    rule="signature/mismatch",
)


def rsa_made(bits, digest):
    """Return the armour that an RSA key of any size makes over a payload with any hash."""
    secret = keys.rsa_key("weak", bits)
    numbers = secret.public_key().public_numbers()
    blob = string(b"ssh-rsa") + mpint(numbers.e) + mpint(numbers.n)

    def armor(data):
        return armored(
            {"version": 1, "key": blob, "namespace": b"git", "reserved": b"", "hash": b"sha512"}
            | {"signature": _rsa_signature(secret, digest, data), "rest": b""}
        )

    return armor


def _rsa_signature(secret, digest, data):
    message = b"SSHSIG" + string(b"git") + string(b"") + string(b"sha512")
    message += string(hashlib.sha512(data).digest())
    name = b"ssh-rsa" if digest is SHA1 else b"rsa-sha2-512"
    return string(name) + string(secret.sign(message, PKCS1v15(), digest()))


def _rsa(name, bits, digest, rule):
    def make(forge):
        kept = []
        return forge.put(
            entry(forge),
            ALICE,
            payload=lambda data: kept.append(data) or data,
            armor=lambda _: rsa_made(bits, digest)(kept[0]),
        )

    add(name, make, row="35", rule=rule)


_rsa("rsa_of_1024_bits", 1024, SHA512, "signature/weak-key")
_rsa("rsa_with_sha1", 2048, SHA1, "signature/algorithm")


@case(row="45", rule="signature/unknown-key")
def unlisted_key(forge):
    return forge.put(entry(forge), MALLORY)


@case(row="33")
def ecdsa(forge):
    return forge.put(entry(forge), DORA)


@case(row="35")
def rsa(forge):
    return forge.put(entry(forge), RICK)
