import base64
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from gitbaseline.errors import InputError, Unable
from gitbaseline.model.signature import SignedBy
from gitbaseline.signing.keys import parse_public_key
from gitbaseline.signing.private import generate, is_encrypted, load_private_key, public_half
from gitbaseline.signing.sshsig import sign, verify
from gitbaseline.signing.wire import Refused, string, uint32

KINDS = {
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
    "ecdsa": ec.generate_private_key(ec.SECP384R1()),
    "rsa": rsa.generate_private_key(65537, 2048),
}
PKCS8, OLD = PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL


def pem(key, form=PKCS8, passphrase=None):
    lock = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, form, lock)


def never():
    raise AssertionError("a passphrase was asked for")


def failure(error, data, passphrase=None):
    with pytest.raises(error) as caught:
        load_private_key(data, where="keys/my key", passphrase=passphrase)
    assert caught.value.where == "keys/my key"
    return caught.value.code, caught.value.message, caught.value.hint


def signs(signer):
    verdict = verify(b"payload", sign(b"payload", signer))
    key = signer.public_key
    return verdict == SignedBy(fingerprint=key.fingerprint, key_type=key.type)


@pytest.mark.parametrize(
    ("kind", "form"),
    [("ed25519", PKCS8), ("ecdsa", PKCS8), ("rsa", PKCS8), ("ecdsa", OLD), ("rsa", OLD)],
)
def test_pem_of_every_kind_is_read(kind, form):
    plain = pem(KINDS[kind], form)
    signer = load_private_key(plain, where="k", passphrase=never)
    assert signs(signer)
    assert not is_encrypted(plain)
    assert public_half(plain) is None

    locked = pem(KINDS[kind], form, b"open sesame")
    assert is_encrypted(locked)
    again = load_private_key(locked, where="k", passphrase=lambda: b"open sesame")
    assert again.public_key == signer.public_key
    assert failure(Unable, locked, lambda: b"wrong")[0] == "key/passphrase"


def test_a_key_of_ssh_keygen_needs_no_passphrase(keyring, kind):
    data = keyring.path(kind).read_bytes()
    signer = load_private_key(data, where="k", passphrase=never)
    assert signer.public_key == public_half(data)
    assert signer.public_key == parse_public_key(keyring.path(kind).with_suffix(".pub").read_text())
    assert not is_encrypted(data)
    assert signs(signer)


def test_an_encrypted_key_of_ssh_keygen(tools, tmp_path):
    data = tools.keygen(
        tmp_path / "key", "-t", "ed25519", "-a", "4", passphrase="sésame"
    ).read_bytes()
    asked = []

    def passphrase():
        asked.append("once")
        return "sésame".encode()

    signer = load_private_key(data, where="k", passphrase=passphrase)
    assert asked == ["once"]
    assert signs(signer)
    assert is_encrypted(data)
    assert public_half(data) == signer.public_key

    wrong = (
        "key/passphrase",
        "the passphrase does not open this key",
        "try again, or load it once: ssh-add 'keys/my key'",
    )
    assert failure(Unable, data, lambda: b"wrong") == wrong
    assert failure(Unable, data, lambda: b"") == wrong
    assert failure(Unable, data) == (
        "key/locked",
        "the key is encrypted and there is nobody to ask for its passphrase",
        "load it once: ssh-add 'keys/my key'",
    )


def test_a_kind_that_may_not_sign_is_refused():
    hint = "make one that may: ssh-keygen -t ed25519"
    # The head of an encrypted DSA key, which ssh-keygen makes no more: nobody is asked for it.
    head = b"openssh-key-v1\0" + string(b"aes256-ctr") + string(b"bcrypt") + string(b"")
    body = head + uint32(1) + string(string(b"ssh-dss")) + string(b"locked")
    begin, end = (f"-----{word} OPENSSH PRIVATE KEY-----\n" for word in ("BEGIN", "END"))
    data = (begin + base64.encodebytes(body).decode() + end).encode()
    assert is_encrypted(data)
    assert failure(InputError, data, never) == (
        "signature/key-type",
        "this key may not sign: 'ssh-dss' (DSA) is too weak; make an ssh-ed25519 key",
        hint,
    )
    assert failure(InputError, pem(rsa.generate_private_key(65537, 1024)), never) == (
        "signature/weak-key",
        "this key may not sign: expected RSA of 2048 to 16384 bits, got 1024",
        hint,
    )
    other = (
        "signature/key-type",
        "this key may not sign: expected an Ed25519, ECDSA or RSA key",
        hint,
    )
    assert failure(InputError, pem(dsa.generate_private_key(1024)), never) == other
    assert failure(InputError, pem(x25519.X25519PrivateKey.generate()), never) == other


def test_what_is_no_key_is_refused():
    for data in (b"", b"hello", pem(ec.generate_private_key(ec.SECP256K1()))):
        assert failure(InputError, data, never) == (
            "key/unreadable",
            "expected an Ed25519, ECDSA or RSA private key in OpenSSH or PEM form",
            "ask OpenSSH what it is: ssh-keygen -l -f 'keys/my key'",
        )


def test_every_prefix_and_every_changed_byte_of_a_key_file_raises_only_what_is_told(keyring):
    data = keyring.path("ed25519").read_bytes()
    for at in range(0, len(data), 3):
        for other in (data[:at], data[:at] + bytes([data[at] ^ 2]) + data[at + 1 :]):
            with suppress(Refused):
                public_half(other)
            try:
                load_private_key(other, where="k", passphrase=lambda: b"guess")
            except (InputError, Unable):
                continue
            assert public_half(other) == public_half(data)  # a digit of the comment or padding


@pytest.mark.parametrize("comment", ["", "git-baseline of alice", "clé 1234567", "x" * 60])
def test_a_new_key_is_one_that_openssh_reads(tools, tmp_path, comment):
    data, public = generate(comment=comment)
    path = tmp_path / "new"
    path.write_bytes(data)
    path.chmod(0o600)
    printed = tools.run("ssh-keygen", "-y", "-P", "", "-f", path).stdout.decode("utf-8")
    assert printed == f"{public.openssh} {comment}".rstrip() + "\n"
    signer = load_private_key(data, where="new", passphrase=never)
    assert signer.public_key == public
    assert signs(signer)


def test_two_new_keys_differ_and_their_comment_is_one_line():
    assert generate(comment="a")[1] != generate(comment="a")[1]
    with pytest.raises(ValueError, match="comment: expected printable text"):
        generate(comment="a\nb")


def test_a_private_key_does_not_show_itself(ed25519):
    assert repr(ed25519) == f"PrivateKey(public_key={ed25519.public_key!r})"


def test_a_plain_key_whose_parts_do_not_belong_together_is_refused():
    one, other = (generate(comment="")[0] for _ in range(2))
    begin, *body, end = one.splitlines()
    blob = bytearray(base64.b64decode(b"".join(body)))
    mixed = base64.b64decode(b"".join(other.splitlines()[1:-1]))
    inner = blob.index(public_half(one).blob) + len(public_half(one).blob) + 4
    check, point = inner, inner + 8 + 4 + len("ssh-ed25519") + 4
    pair = point + 32 + 4
    for at, size in ((check, 1), (point, 32), (pair, 32), (pair + 32, 32), (len(blob) - 1, 1)):
        spoiled = bytearray(blob)
        spoiled[at : at + size] = bytes(b ^ 1 for b in blob[at : at + size])
        if size == 32:
            spoiled[at : at + size] = mixed[at : at + size]
        data = b"\n".join([begin, base64.b64encode(spoiled), end]) + b"\n"
        assert failure(InputError, data, never)[0] == "key/unreadable"
    cut = b"\n".join([begin, base64.b64encode(blob[: inner - 4]), end]) + b"\n"
    assert failure(InputError, cut, never)[0] == "key/unreadable"
