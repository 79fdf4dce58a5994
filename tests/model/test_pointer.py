from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.model.pointer import NOTHING, Pointer, from_bytes, pointer_of, to_bytes

OID = "ab" * 32
GOOD = f"version https://git-lfs.github.com/spec/v1\noid sha256:{OID}\nsize 12345\n".encode()


def test_the_one_spelling():
    assert from_bytes(GOOD) == Pointer(oid=OID, size=12345)
    assert to_bytes(Pointer(oid=OID, size=12345)) == GOOD


def test_a_file_without_a_byte_is_its_own_pointer():
    assert from_bytes(b"") == NOTHING == pointer_of(b"")
    assert to_bytes(NOTHING) == b""
    assert NOTHING.oid == sha256(b"").hexdigest()
    assert from_bytes(GOOD.replace(b"12345", b"0")) is None


@given(st.binary(min_size=1))
def test_every_content_has_one(content):
    pointer = pointer_of(content)
    assert pointer == Pointer(oid=sha256(content).hexdigest(), size=len(content))
    assert from_bytes(to_bytes(pointer)) == pointer


@given(st.binary(max_size=200) | st.builds(lambda at, by: GOOD[:at] + by + GOOD[at + 1 :], st.integers(0, len(GOOD)), st.binary(max_size=2)))  # fmt: skip
def test_what_is_read_is_what_would_be_written(data):
    pointer = from_bytes(data)
    assert pointer is None or to_bytes(pointer) == data


@pytest.mark.parametrize(
    "size", ["9007199254740992", "99999999999999999", "-1", "+1", "01", "1.0", "1e3", " 1", ""]
)
def test_sizes_that_are_none(size):
    assert from_bytes(GOOD.replace(b"12345", size.encode())) is None


def test_the_largest_size():
    assert from_bytes(GOOD.replace(b"12345", b"9007199254740991")).size == 2**53 - 1
