import pytest

from gitbaseline.signing.blob import algorithm, pack, pack_ecdsa, unpack, with_low_s
from gitbaseline.signing.curves import ED25519_ORDER
from gitbaseline.signing.keys import CURVES, rsa_numbers
from gitbaseline.signing.wire import Reader, Refused, mpint, string


def refusal(call, *args):
    with pytest.raises(Refused) as caught:
        call(*args)
    return caught.value.rule, str(caught.value)


def inner(blob):
    fields = Reader(blob, rule="r")
    return fields.string(), fields.string()


def test_each_kind_names_its_one_algorithm(signer, kind):
    name, _ = inner(signer.sign_blob(b"x"))
    expected = "rsa-sha2-512" if kind == "rsa" else signer.public_key.type
    assert name.decode() == algorithm(signer.public_key) == expected


def test_a_signature_has_the_size_of_its_kind(signer, kind):
    sizes = {"ed25519": 64, "ecdsa256": 64, "ecdsa384": 96, "ecdsa521": 132, "rsa": 384}
    key = signer.public_key
    assert len(unpack(key, with_low_s(key, signer.sign_blob(b"x")))) == sizes[kind]


@pytest.mark.parametrize("name", [b"ssh-rsa", b"rsa-sha2-256", b"ssh-ed25519", b"RSA-SHA2-512"])
def test_rsa_signs_with_sha512_only(rsa, name):
    _, signature = inner(rsa.sign_blob(b"x"))
    assert refusal(unpack, rsa.public_key, string(name) + string(signature)) == (
        "signature/algorithm",
        f"expected rsa-sha2-512 for a key of type ssh-rsa, got {name!a}",
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda s, n: s[:-1],
        lambda s, n: b"\0" + s,
        lambda s, n: n.to_bytes(384, "big"),
        lambda s, n: (int.from_bytes(s, "big") % 2**1000 + n).to_bytes(384, "big"),
    ],
)
def test_rsa_is_as_long_as_the_modulus_and_below_it(rsa, change):
    _, signature = inner(rsa.sign_blob(b"x"))
    changed = change(signature, rsa_numbers(rsa.public_key)[1])
    assert refusal(unpack, rsa.public_key, pack(rsa.public_key, changed)) == (
        "signature/encoding",
        "expected 384 bytes, below the modulus",
    )


def test_ed25519_has_s_below_the_order(ed25519):
    _, signature = inner(ed25519.sign_blob(b"x"))
    s = int.from_bytes(signature[32:], "little")
    expected = ("signature/encoding", "expected 64 bytes with S below the order of Ed25519")
    for twin in (s + ED25519_ORDER, ED25519_ORDER):
        blob = pack(ed25519.public_key, signature[:32] + twin.to_bytes(32, "little"))
        assert refusal(unpack, ed25519.public_key, blob) == expected
    for other in (signature[:-1], signature + b"\0"):
        assert refusal(unpack, ed25519.public_key, pack(ed25519.public_key, other)) == expected


@pytest.mark.parametrize("name", ["ecdsa256", "ecdsa384", "ecdsa521"])
def test_ecdsa_has_one_of_two_s(keyring, name):
    key = keyring.signer(name).public_key
    n = CURVES[key.type].order
    size = CURVES[key.type].size
    for s in (1, 2, n // 2 - 1, n // 2):
        low = pack_ecdsa(key, 5, s)
        assert unpack(key, low) == (5).to_bytes(size, "big") + s.to_bytes(size, "big")
        assert with_low_s(key, low) == low
        high = pack_ecdsa(key, 5, n - s)
        assert with_low_s(key, high) == low
        assert refusal(unpack, key, high) == (
            "signature/high-s",
            "expected s in the lower half of the order (n-s is it)",
        )


@pytest.mark.parametrize("call", [unpack, with_low_s])
def test_ecdsa_numbers_are_in_range_and_spelt_once(ecdsa, call):
    key = ecdsa.public_key
    n = CURVES[key.type].order
    for r, s in ((0, 1), (1, 0), (n, 1), (1, n), (n + 1, 1), (1, n + 1)):
        assert refusal(call, key, pack_ecdsa(key, r, s)) == (
            "signature/encoding",
            "expected r and s from 1 to n-1 of nistp256",
        )
    for signature, detail in (
        (mpint(1) + mpint(1) + b"\0", "offset 10: expected the end, got 1 bytes"),
        (mpint(1) + string(b"\0\1"), "offset 5: the number is negative or padded"),
        (mpint(1), "offset 5: expected 4 bytes, got 0"),
    ):
        assert refusal(call, key, pack(key, signature)) == ("signature/encoding", detail)


def test_nothing_may_follow(signer):
    key = signer.public_key
    rule, detail = refusal(unpack, key, signer.sign_blob(b"x") + b"\0")
    assert rule == "signature/encoding"
    assert detail.endswith("expected the end, got 1 bytes")


def test_kinds_without_a_twin_are_left_as_they_are(ed25519, rsa):
    for signer in (ed25519, rsa):
        assert with_low_s(signer.public_key, b"anything") == b"anything"
