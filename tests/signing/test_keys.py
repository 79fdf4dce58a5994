import base64
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gitbaseline.signing.keys import (
    PublicKey,
    decode_public_key,
    key_point,
    parse_public_key,
    rsa_numbers,
)
from gitbaseline.signing.wire import Refused, mpint, string

ED = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOCep28Ancgw6JRPY2jO5SyjGOjVv+q/8Q1uJVsMw3Ch"
TYPES = {
    "ed25519": "ssh-ed25519",
    "ecdsa256": "ecdsa-sha2-nistp256",
    "ecdsa384": "ecdsa-sha2-nistp384",
    "ecdsa521": "ecdsa-sha2-nistp521",
    "rsa": "ssh-rsa",
}
RSA_N = 2**2047 + 12345  # keys of RSA are judged by size and form, not factored


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value.rule, str(caught.value)


def line(kind, blob):
    return f"{kind} {base64.b64encode(blob).decode()}"


def rsa_blob(e, n):
    return string(b"ssh-rsa") + mpint(e) + mpint(n)


def point(secret, curve):
    return (
        ec.derive_private_key(secret, curve)
        .public_key()
        .public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    )


def test_a_key_of_ssh_keygen_is_read_whole(keyring, tools, kind):
    path = keyring.path(kind).with_suffix(".pub")
    text = path.read_text()
    key = parse_public_key(text)
    assert key.type == TYPES[kind]
    assert text == f"{key.openssh} a comment\n"
    printed = tools.run("ssh-keygen", "-l", "-f", path).stdout.decode()
    assert key.fingerprint == printed.split()[1]
    assert decode_public_key(key.blob) == key
    assert parse_public_key(key.openssh) == key
    assert keyring.signer(kind).public_key == key


def test_the_numbers_inside(keyring):
    public = keyring.signer("rsa").secret.public_key().public_numbers()
    assert rsa_numbers(keyring.signer("rsa").public_key) == (public.e, public.n)
    for kind in ("ecdsa256", "ecdsa384", "ecdsa521"):
        inner = keyring.signer(kind).secret.public_key()
        encoded = inner.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        assert key_point(keyring.signer(kind).public_key) == encoded
    inner = keyring.signer("ed25519").secret.pair[32:]
    assert key_point(keyring.signer("ed25519").public_key) == inner


@pytest.mark.parametrize(
    ("text", "rule", "detail"),
    [
        ("", "key-encoding", "expected one line, got 0"),
        (f"{ED}\n{ED}\n", "key-encoding", "expected one line, got 2"),
        (
            "ssh-ed25519-cert-v01@openssh.com AAAA",
            "key-type",
            "'ssh-ed25519-cert-v01@openssh.com' is a certificate; give the plain public key",
        ),
        (
            "sk-ssh-ed25519@openssh.com AAAA",
            "key-type",
            "'sk-ssh-ed25519@openssh.com' is a security key, which this format does not take",
        ),
        (
            "ssh-dss AAAA",
            "key-type",
            "'ssh-dss' (DSA) is too weak; make an ssh-ed25519 key",
        ),
        (
            f'namespaces="git" {ED}',
            "key-type",
            (
                "expected a key type of ssh-ed25519, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384,"
                " ecdsa-sha2-nistp521, ssh-rsa; got 'namespaces=\"git\"'"
            ),
        ),
        ("ssh-ed25519", "key-encoding", "offset 0: expected 4 bytes, got 0"),
        ("ssh-ed25519 AAA", "key-encoding", "expected base64 after the type, got 'AAA'"),
        (f"{ED}=", "key-encoding", "base64 has stray bits or padding at its end"),
        (
            "ssh-ed25519 \u00e9",
            "key-encoding",
            "expected base64 after the type, got '\\xe9'",
        ),
        (
            ED.replace("ssh-ed25519", "ssh-rsa"),
            "key-encoding",
            "expected the type ssh-rsa inside the key, got b'ssh-ed25519'",
        ),
    ],
)
def test_a_line_that_is_no_key_is_refused(text, rule, detail):
    assert refusal(parse_public_key, text) == (f"signature/{rule}", detail)


def test_stray_bits_after_the_last_digit_are_refused(keyring):
    # A P-256 key has 104 bytes, so its last digit holds two bits that count for nothing.
    text = keyring.signer("ecdsa256").public_key.openssh
    assert text.endswith("=")
    stray = text[:-2] + chr(ord(text[-2]) + 1) + "="
    assert refusal(parse_public_key, stray) == (
        "signature/key-encoding",
        "base64 has stray bits or padding at its end",
    )


P256 = point(7, ec.SECP256R1())
ECDSA = string(b"ecdsa-sha2-nistp256")


@pytest.mark.parametrize(
    ("kind", "blob", "detail"),
    [
        ("ssh-ed25519", string(b"ssh-ed25519") + string(bytes(31)), "not a point of Ed25519 that"),
        ("ssh-ed25519", string(b"ssh-ed25519") + string(bytes(32)), "not a point of Ed25519 that"),
        ("ssh-ed25519", base64.b64decode(ED.split()[1]) + b"\0", "offset 51: expected the end"),
        (
            "ecdsa-sha2-nistp256",
            ECDSA + string(b"nistp384") + string(P256),
            "expected the curve nistp256, got b'nistp384'",
        ),
        (
            "ecdsa-sha2-nistp256",
            ECDSA + string(b"nistp256") + string(P256[:-1]),
            "expected an uncompressed point of 65 bytes",
        ),
        (
            "ecdsa-sha2-nistp256",
            ECDSA + string(b"nistp256") + string(b"\x06" + P256[1:]),
            "expected an uncompressed point of 65 bytes",
        ),
        (
            "ecdsa-sha2-nistp256",
            ECDSA + string(b"nistp256") + string(P256[:-1] + bytes([P256[-1] ^ 1])),
            "not a point of nistp256 that may be a key",
        ),
        (
            "ssh-rsa",
            string(b"ssh-rsa") + string(b"\0\1\0\1") + mpint(RSA_N),
            "offset 11: the number is negative or padded",
        ),
        (
            "ssh-rsa",
            string(b"ssh-rsa") + mpint(65537) + string(RSA_N.to_bytes(256, "big")),
            "offset 18: the number is negative or padded",
        ),
    ],
)
def test_a_blob_with_a_second_spelling_is_refused(kind, blob, detail):
    rule, text = refusal(parse_public_key, line(kind, blob))
    assert rule == "signature/key-encoding"
    assert text.startswith(detail)
    assert refusal(decode_public_key, blob) == (rule, text)


@pytest.mark.parametrize(
    ("e", "n", "detail"),
    [
        (65537, RSA_N >> 1 | 1, "expected RSA of 2048 to 16384 bits, got 2047"),
        (65537, 1 << 16384 | 1, "expected RSA of 2048 to 16384 bits, got 16385"),
        (65537, RSA_N + 1, "RSA modulus or exponent is even or out of range"),
        (65536, RSA_N, "RSA modulus or exponent is even or out of range"),
        (1, RSA_N, "RSA modulus or exponent is even or out of range"),
        (2**64 + 1, RSA_N, "RSA modulus or exponent is even or out of range"),
    ],
    ids=["short", "long", "even", "even exponent", "exponent one", "long exponent"],
)
def test_a_weak_rsa_key_is_refused(e, n, detail):
    assert refusal(decode_public_key, rsa_blob(e, n)) == ("signature/weak-key", detail)


def test_the_strongest_and_the_weakest_rsa_key_that_will_do():
    for e, n in ((3, RSA_N), (2**64 - 1, RSA_N), (65537, 1 << 16383 | 1)):
        assert rsa_numbers(decode_public_key(rsa_blob(e, n))) == (e, n)


def test_an_unknown_type_in_a_blob_is_named_without_its_control_characters():
    rule, detail = refusal(decode_public_key, string(b"\x1b[31mssh\xff"))
    assert rule == "signature/key-type"
    assert detail.endswith(r"got '\x1b[31mssh\\xff'")


def test_a_key_that_breaks_a_rule_cannot_be_made():
    blob = decode_public_key(rsa_blob(65537, RSA_N)).blob
    with pytest.raises(Refused):
        PublicKey(type="ssh-ed25519", blob=blob)


def test_reading_keys_needs_no_cryptography():
    script = (
        "import sys;"
        "from gitbaseline.signing import agent, allowed_signers, choose, private, sshsig;"
        "from gitbaseline.signing.keys import parse_public_key;"
        f"parse_public_key({ED!r});"
        "sshsig.verify(b'', b'');"
        "print([name for name in sys.modules if name.startswith(('cryptography', 'bcrypt'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
