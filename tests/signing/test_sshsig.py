"""The one spelling: what is refused, and by which rule."""

import base64
from hashlib import sha512

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.errors import Unable
from gitbaseline.model.signature import BadSignature, SignedBy
from gitbaseline.signing import sshsig
from gitbaseline.signing.blob import pack
from gitbaseline.signing.curves import ED25519_ORDER
from gitbaseline.signing.keys import CURVES, parse_public_key
from gitbaseline.signing.private import load_private_key
from gitbaseline.signing.sshsig import RULES, reseal, sign, verify
from gitbaseline.signing.wire import Reader, Refused, mpint, string, uint32

PAYLOAD = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\nmessage\n"
BEGIN, END = b"-----BEGIN SSH SIGNATURE-----\n", b"-----END SSH SIGNATURE-----\n"
# RFC 8032, section 7.1, test 1; what ssh-keygen made with it is the golden below.
SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
POINT = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")


def armored(blob, columns=70):
    digits = base64.b64encode(blob)
    lines = [digits[at : at + columns] for at in range(0, len(digits), columns)]
    return BEGIN + b"".join(line + b"\n" for line in lines) + END


def unarmored(armor):
    return base64.b64decode(armor.removeprefix(BEGIN).removesuffix(END))


class Parts:
    """An armour taken apart without any rule, so that a test can put a broken one together."""

    NAMES = ("key", "namespace", "reserved", "hash", "signature")

    def __init__(self, armor):
        fields = Reader(unarmored(armor), rule="r")
        self.magic, self.version = fields.take(6), fields.uint32()
        self.strings = {name: fields.string() for name in self.NAMES}

    def __getattr__(self, name):
        return self.strings[name]

    def having(self, *, magic=b"SSHSIG", version=1, **changes):
        strings = {**self.strings, **changes}
        return armored(magic + uint32(version) + b"".join(map(string, strings.values())))


@pytest.fixture(scope="module")
def good(ed25519):
    return sign(PAYLOAD, ed25519)


@pytest.fixture
def parts(good):
    return Parts(good)


def rule(armor, payload=PAYLOAD):
    verdict = verify(payload, armor)
    return verdict.rule if isinstance(verdict, BadSignature) else "accepted"


def signed_by(signer):
    key = signer.public_key
    return SignedBy(fingerprint=key.fingerprint, key_type=key.type)


def test_what_is_signed_is_verified(signer):
    armor = sign(PAYLOAD, signer)
    assert verify(PAYLOAD, armor) == signed_by(signer)
    assert reseal(armor) == armor
    assert verify(PAYLOAD + b"\n", armor) == BadSignature(
        rule="signature/mismatch",
        detail=f"the key {signer.public_key.fingerprint} did not make this signature"
        " over these bytes",
    )


def test_the_form_is_that_of_the_protocol(ed25519, good):
    key = ed25519.public_key
    signature = Ed25519PrivateKey.from_private_bytes(ed25519.secret.pair[:32]).sign(
        b"SSHSIG"
        + string(b"git")
        + string(b"")
        + string(b"sha512")
        + string(sha512(PAYLOAD).digest())
    )
    blob = (
        b"SSHSIG" + uint32(1) + string(key.blob) + string(b"git") + string(b"") + string(b"sha512")
    )
    assert good == armored(blob + string(string(b"ssh-ed25519") + string(signature)))
    assert [len(line) for line in good.splitlines()] == [29, 70, 70, 70, 22, 27]


# -- the armour: every keyless twin that git verify-commit takes (docs: ATTACKS, 3b)


@pytest.mark.parametrize(
    "twin",
    [
        lambda a: a + a,  # a doubled gpgsig header, as git joins it
        lambda a: a + b"junk\n",
        lambda a: a[:-1] + b"junk\n",
        lambda a: b"junk\n" + a,
        lambda a: armored(unarmored(a), columns=64),
        lambda a: armored(unarmored(a), columns=76),
        lambda a: armored(unarmored(a), columns=10000),
        lambda a: a.replace(b"\n", b" \n"),
        lambda a: a[:-1] + b"\r\n",
        lambda a: a.replace(b"\n", b"\r\n"),
        lambda a: a.replace(b"\n", b"\r\n", 3),
        lambda a: a + b"\n",
        lambda a: a + b"\n\n",
        lambda a: a.replace(END, b"\n" + END),
        lambda a: a.replace(BEGIN, BEGIN + b"\n"),
        lambda a: a.replace(BEGIN, BEGIN + b" "),
        lambda a: a.replace(BEGIN, BEGIN + b"\t"),
        lambda a: a[:-1],
        lambda a: a.rstrip(b"-\n"),
        lambda a: a.replace(b"SSH", b"PGP"),
        unarmored,
        lambda a: BEGIN + a + END,
        lambda a: BEGIN + END,
        lambda a: b"",
        lambda a: a.replace(b"=\n" + END, b"==\n" + END),
        lambda a: a.replace(b"=\n" + END, b"\n" + END),
        lambda a: BEGIN + b"A" * 8192 + b"\n" + END,
        lambda a: BEGIN + b"\xff\xfe" + a[len(BEGIN) :],
    ],
)
def test_another_armour_around_the_same_signature_is_refused(good, twin):
    armor = twin(good)
    assert armor != good
    # An armour of nothing is well spelt; what it lacks is the signature.
    expected = "signature/blob" if armor == BEGIN + END else "signature/armor"
    assert rule(armor) == expected


def test_stray_bits_behind_the_last_digit_are_refused(good):
    assert good.endswith(b"=\n" + END)
    at = good.index(b"=\n" + END) - 1
    stray = good[:at] + bytes([good[at] + 1]) + good[at + 1 :]
    assert unarmored(stray) == unarmored(good)
    assert rule(stray) == "signature/armor"


def test_an_armour_has_a_limit(good):
    assert verify(PAYLOAD, good + b"x" * (8193 - len(good))).detail == (
        "expected at most 8192 bytes of armour, got 8193"
    )
    assert verify(PAYLOAD, good + b"x" * (8192 - len(good))).detail == (
        "expected an armoured SSH signature"
    )


def test_a_full_last_line_has_no_empty_line_after_it(parts):
    # 105 bytes are 140 digits, two full lines; ssh-keygen puts no third.
    armor = armored(b"SSHSIG" + bytes(99))
    assert armor.count(b"\n") == 4
    assert rule(armor) == "signature/version"
    assert rule(armor.replace(END, b"\n" + END)) == "signature/armor"


# -- the six fields


@pytest.mark.parametrize(
    ("changes", "expected", "detail"),
    [
        ({"magic": b"SSHSIh"}, "blob", "expected the magic SSHSIG at the start"),
        ({"version": 2}, "version", "expected version 1, got 2"),
        ({"version": 0}, "version", "expected version 1, got 0"),
        (
            {"namespace": b"file"},
            "namespace",
            "expected the namespace field to be b'git', got b'file'",
        ),
        ({"namespace": b""}, "namespace", "expected the namespace field to be b'git', got b''"),
        ({"namespace": b"git\0"}, "namespace", "expected the namespace field to be b'git', got "),
        ({"namespace": b"GIT"}, "namespace", "expected the namespace field to be b'git', got "),
        ({"reserved": b"x"}, "reserved", "expected the reserved field to be b'', got b'x'"),
        ({"hash": b"sha256"}, "hash", "expected the hash field to be b'sha512', got b'sha256'"),
        ({"hash": b"SHA512"}, "hash", "expected the hash field to be b'sha512', got b'SHA512'"),
        ({"hash": b"md5"}, "hash", "expected the hash field to be b'sha512', got b'md5'"),
        ({"key": b""}, "key-encoding", "offset 0: expected 4 bytes, got 0"),
        ({"key": string(b"ssh-dss")}, "key-type", "'ssh-dss' (DSA) is too weak"),
        ({"key": string(b"sk-ssh-ed25519@openssh.com")}, "key-type", "'sk-ssh-ed25519@openssh"),
        ({"key": string(b"ssh-ed25519-cert-v01@openssh.com")}, "key-type", "'ssh-ed25519-cert"),
        ({"key": string(b"ssh-ed25519") + string(bytes(32))}, "key-encoding", "not a point of"),
        (
            {"key": string(b"ssh-rsa") + mpint(65537) + mpint(2**1023 + 1)},
            "weak-key",
            "expected RSA of 2048 to 16384 bits, got 1024",
        ),
        ({"signature": b""}, "encoding", "offset 0: expected 4 bytes, got 0"),
        (
            {"signature": string(b"rsa-sha2-512") + string(bytes(64))},
            "algorithm",
            "expected ssh-ed25519 for a key of type ssh-ed25519, got b'rsa-sha2-512'",
        ),
    ],
)
def test_a_field_with_another_value_is_refused(parts, changes, expected, detail):
    verdict = verify(PAYLOAD, parts.having(**changes))
    assert verdict.rule == f"signature/{expected}"
    assert verdict.detail.startswith(detail)


def test_nothing_may_stand_behind_or_be_missing(good, parts):
    assert rule(armored(unarmored(good) + b"\0")) == "signature/blob"
    assert rule(armored(unarmored(good) + unarmored(good))) == "signature/blob"
    for size in range(len(unarmored(good))):
        assert rule(armored(unarmored(good)[:size])) == "signature/blob"
    assert rule(parts.having(key=parts.key + b"\0")) == "signature/key-encoding"


def test_a_key_or_signature_of_another_does_not_fit(parts, keyring, rsa):
    other = Parts(sign(PAYLOAD, rsa))
    assert rule(parts.having(key=other.key)) == "signature/algorithm"
    assert rule(parts.having(signature=other.signature)) == "signature/algorithm"
    another = parse_public_key(
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOCep28Ancgw6JRPY2jO5SyjGOjVv+q/8Q1uJVsMw3Ch"
    )
    assert rule(parts.having(key=another.blob)) == "signature/mismatch"


# -- the twins of the mathematics


def test_ed25519_with_s_plus_the_order_is_refused(parts):
    raw = parts.signature[-64:]
    s = int.from_bytes(raw[32:], "little") + ED25519_ORDER
    twin = string(b"ssh-ed25519") + string(raw[:32] + s.to_bytes(32, "little"))
    assert rule(parts.having(signature=twin)) == "signature/encoding"


@pytest.mark.parametrize("name", ["ecdsa256", "ecdsa384", "ecdsa521"])
def test_ecdsa_has_no_second_signature(keyring, name):
    signer = keyring.signer(name)
    key = signer.public_key
    armor = sign(PAYLOAD, signer)
    high = Parts(armor).having(signature=with_high_s(key, Parts(armor).signature))
    assert rule(high) == "signature/high-s"
    assert reseal(high) == armor


def with_high_s(key, blob):
    fields = Reader(blob, rule="r")
    fields.string()
    numbers = Reader(fields.string(), rule="r")
    r, s = numbers.mpint(), numbers.mpint()
    return pack(key, mpint(r) + mpint(CURVES[key.type].order - s))


def test_rsa_below_the_modulus_only(rsa):
    parts = Parts(sign(PAYLOAD, rsa))
    short = parts.signature[-384:].lstrip(b"\0")[1:]
    assert rule(parts.having(signature=pack(rsa.public_key, short))) == "signature/encoding"
    other = parts.signature[:-1] + bytes([parts.signature[-1] ^ 1])
    assert rule(parts.having(signature=other)) == "signature/mismatch"


@pytest.mark.parametrize(
    ("e", "n"),
    [(3, 2**2047 + 1), (2**64 - 1, 2**2047 + 12345), (3, 2**16383 + 1), (2**64 - 1, 2**16384 - 1)],
    ids=["least", "long exponent", "most", "all ones"],
)
def test_rsa_keys_that_nobody_made_are_judged_without_a_word(e, n, parts):
    key = string(b"ssh-rsa") + mpint(e) + mpint(n)
    for number in (0, 1, 2**1000 + 1, n - 1):
        signature = string(b"rsa-sha2-512") + string(number.to_bytes(n.bit_length() // 8, "big"))
        assert rule(parts.having(key=key, signature=signature)) == "signature/mismatch"


# -- every rule is known, nothing is ever raised


def test_every_prefix_and_every_changed_byte_of_a_good_armour_is_refused(good):
    for at in range(len(good)):
        assert rule(good[:at]) in RULES
        for byte in range(256):
            if byte != good[at]:
                assert rule(good[:at] + bytes([byte]) + good[at + 1 :]) in RULES


def test_every_changed_bit_of_the_blob_is_refused(signer):
    armor = sign(PAYLOAD, signer)
    blob = unarmored(armor)
    for at in range(len(blob)):
        changed = blob[:at] + bytes([blob[at] ^ 1 << at % 8]) + blob[at + 1 :]
        assert rule(armored(changed)) in RULES


@given(st.data())
def test_a_mutated_armour_is_judged_and_never_accepted(good, data):
    source = data.draw(st.sampled_from([good, unarmored(good)]))
    at = data.draw(st.integers(0, len(source)))
    cut = data.draw(st.integers(0, 8))
    changed = source[:at] + data.draw(st.binary(max_size=8)) + source[at + cut :]
    armor = changed if source is good else armored(changed)
    assert rule(armor) in (RULES if armor != good else {"accepted"})


@given(st.binary(max_size=300))
def test_any_bytes_are_judged(data):
    assert rule(data) in RULES
    assert rule(armored(data)) in RULES
    assert rule(armored(b"SSHSIG" + uint32(1) + data)) in RULES


def test_the_rules_are_these():
    assert RULES == (
        "signature/armor",
        "signature/blob",
        "signature/version",
        "signature/namespace",
        "signature/reserved",
        "signature/hash",
        "signature/key-type",
        "signature/key-encoding",
        "signature/weak-key",
        "signature/algorithm",
        "signature/encoding",
        "signature/high-s",
        "signature/mismatch",
    )


# -- signing


class Lying:
    def __init__(self, public_key, blob):
        self.public_key = public_key
        self.blob = blob

    def sign_blob(self, data):
        return self.blob


def test_a_signer_that_answers_with_sha1_is_told_so(rsa):
    key = rsa.public_key
    with pytest.raises(Unable) as caught:
        sign(PAYLOAD, Lying(key, string(b"ssh-rsa") + string(bytes(384))))
    assert (caught.value.code, caught.value.message, caught.value.hint) == (
        "signature/algorithm",
        (
            f"the signer of {key.fingerprint} gave a signature that cannot be used:"
            " expected rsa-sha2-512 for a key of type ssh-rsa, got b'ssh-rsa'"
        ),
        "sign with the private key file, or with the ssh-agent of OpenSSH",
    )


def test_a_high_s_is_lowered_whoever_signed(ecdsa):
    key = ecdsa.public_key
    low = Parts(sign(PAYLOAD, ecdsa)).signature
    # This blob is of other randomness; what matters is that it comes back low, and good.
    armor = sign(PAYLOAD, Lying(key, with_high_s(key, low)))
    assert Parts(armor).signature == low
    assert verify(PAYLOAD, armor) == signed_by(ecdsa)


def test_a_broken_armour_is_not_sealed_again(good, parts):
    with pytest.raises(Refused) as caught:
        reseal(good[:-1])
    assert caught.value.rule == "signature/armor"
    with pytest.raises(Refused) as caught:
        reseal(parts.having(key=b""))
    assert caught.value.rule == "signature/key-encoding"


@pytest.mark.parametrize(("kind", "read"), [("ed25519", "_ed25519"), ("ecdsa256", "_key")])
def test_keys_are_read_once(keyring, kind, read):
    armor = sign(PAYLOAD, keyring.signer(kind))
    caches = (getattr(sshsig, read), sshsig._verifier)
    verify(PAYLOAD, armor)
    before = [cache.cache_info() for cache in caches]
    verify(PAYLOAD, armor)
    after = [cache.cache_info() for cache in caches]
    assert [b.misses for b in after] == [a.misses for a in before]
    assert [b.hits for b in after] == [a.hits + 1 for a in before]


def test_the_golden_of_ssh_keygen():
    pem = Ed25519PrivateKey.from_private_bytes(SEED).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    signer = load_private_key(pem, where="rfc 8032", passphrase=None)
    assert signer.public_key.blob == string(b"ssh-ed25519") + string(POINT)
    assert sign(b"golden\n", signer) == GOLDEN


# ssh-keygen -Y sign -n git, of OpenSSH 9.2
GOLDEN = b"""-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg11qYAYKxCrfVS/7TyWQHOg7hcv
PapiMlrwIaaPcHURoAAAADZ2l0AAAAAAAAAAZzaGE1MTIAAABTAAAAC3NzaC1lZDI1NTE5
AAAAQGFSpZatraqrgY2IVkFW2Vx8ne4us+63T0dbVfOL0Jd6Moi75hg1UEDwG2c1lAYG8L
dz76BGdXOzXagE+hbEKgU=
-----END SSH SIGNATURE-----
"""
