"""Ed25519 by libsodium, beside what OpenSSL says of the same bytes."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.signing import crypto
from gitbaseline.signing.curves import ED25519_ORDER
from gitbaseline.signing.keys import ED25519, PublicKey
from gitbaseline.signing.wire import string

DATA = b"SSHSIG and so on"
SEED = hashlib.sha256(b"a seed").digest()
SECRET, POINT = crypto.ed25519(SEED)
THEIRS = Ed25519PrivateKey.from_private_bytes(SEED)
GOOD = THEIRS.sign(DATA)


def listed(point):
    return PublicKey(type=ED25519, blob=string(ED25519.encode()) + string(point))


def openssl(point, signature, data):
    try:
        Ed25519PublicKey.from_public_bytes(point).verify(signature, data)
    except InvalidSignature:
        return False
    return True


def test_key_and_signature_are_the_same():
    assert THEIRS.public_key().public_bytes_raw() == POINT
    assert crypto.sign(listed(POINT), SECRET, DATA).endswith(string(GOOD))
    assert crypto.verifier(listed(POINT))(GOOD, DATA)


@given(at=st.integers(0, 8 * (64 + len(DATA)) - 1))
def test_a_bit_that_was_turned(at):
    whole = bytearray(GOOD + DATA)
    whole[at // 8] ^= 1 << at % 8
    signature, data = bytes(whole[:64]), bytes(whole[64:])
    assert crypto.verifier(listed(POINT))(signature, data) is False
    assert openssl(POINT, signature, data) is False


@given(seed=st.binary(min_size=32, max_size=32), data=st.binary(max_size=300))
def test_any_key_and_any_data(seed, data):
    secret, point = crypto.ed25519(seed)
    signature = crypto.sign(listed(point), secret, data)[-64:]
    assert openssl(point, signature, data)
    assert crypto.verifier(listed(point))(signature, data)
    assert not crypto.verifier(listed(point))(signature, data + b"\0")


@pytest.mark.parametrize("times", [1, 2, 7])
def test_the_same_number_by_another_name(times):
    """S and S plus the order of the group are one number; only the smaller is taken."""
    scalar = int.from_bytes(GOOD[32:], "little") + times * ED25519_ORDER
    signature = GOOD[:32] + scalar.to_bytes(32, "little")
    assert crypto.verifier(listed(POINT))(signature, DATA) is False
    assert openssl(POINT, signature, DATA) is False
