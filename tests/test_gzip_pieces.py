"""What any program can unpack comes out; the rest comes as it is, or is refused."""

from __future__ import annotations

import gzip
import random
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline import gzip_pieces
from gitbaseline.gzip_pieces import is_packed, unpacked

TEXT = b"".join(b"line %d of a log\n" % n for n in range(500))


def content(*pieces):
    return b"".join(unpacked(pieces))


def refused(*pieces):
    with pytest.raises(ValueError) as caught:
        list(unpacked(pieces, ValueError))
    return str(caught.value)


def named(data):
    """A gzip file with a file name in its head."""
    plain = gzip.compress(data)
    return plain[:3] + b"\x08" + plain[4:10] + b"a-file.json\0" + plain[10:]


def cut(data, sizes):
    at = 0
    for size in sizes:
        yield data[at : at + size]
        at += size
    yield data[at:]


@given(
    st.lists(st.binary(max_size=300), max_size=4),
    st.binary(max_size=9).filter(lambda data: not is_packed(data)),
    st.lists(st.integers(0, 40), max_size=30),
)
def test_members_are_joined_however_the_file_is_cut(members, behind, sizes):
    file = b"".join(gzip.compress(member) for member in members) + behind
    assert content(*cut(file, sizes)) == b"".join(members) + behind
    if members and behind.strip(b"\0"):
        assert refused(file) == "is a gzip file with something else behind it"
    else:
        whole = b"".join(unpacked(cut(file, sizes), ValueError))
        assert whole == b"".join(members) + (b"" if members else behind)


@given(st.integers(0, len(gzip.compress(TEXT)) - 1))
def test_a_file_that_breaks_off_gives_what_there_is(size):
    short = gzip.compress(TEXT)[:size]
    told = content(short)
    assert told == (zlib.decompressobj(31).decompress(short) or short)
    if is_packed(short):
        assert refused(short) == "is a gzip file that breaks off"


def test_all_before_a_fault_comes_out_and_then_the_rest_as_it_is():
    file = gzip.compress(TEXT)
    wrong_sum = file[:-8] + bytes(8)
    assert content(wrong_sum) == TEXT + wrong_sum
    middle = len(file) // 2
    flipped = file[:middle] + bytes(9) + file[middle + 9 :]
    told = content(flipped)
    assert told.startswith(TEXT[:1000])
    assert told.endswith(flipped)
    for broken in (wrong_sum, flipped, b"\x1f\x8b\x08" + b"\xff" * 50):
        assert refused(broken) == "is no whole gzip file"
        assert refused(gzip.compress(b"a") + broken) == "is no whole gzip file"


def test_what_only_looks_packed_is_not_lost():
    name = b"\x1f\x8b\x08\x08" + bytes(6) + b"a name that never ends " * 9
    assert content(name) == name
    assert refused(name) == "is a gzip file that breaks off"
    long = name + b"and goes on " * 30_000
    assert content(long, b"more") == long + b"more"
    assert refused(long) == "is no whole gzip file"
    bad = b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * 70_000 + b"\0" + b"\xff" * 9
    assert content(bad) == bad


def test_a_file_name_in_the_head_is_no_content():
    assert content(named(TEXT)) == TEXT
    assert content(*cut(named(TEXT), [1] * 60)) == TEXT


def test_what_is_not_packed_is_itself():
    assert content() == content(b"") == b""
    assert content(b"\x1f", b"\x8b", b"") == b"\x1f\x8b"
    assert content(TEXT, b"", TEXT) == TEXT * 2
    assert b"".join(unpacked([TEXT], ValueError)) == TEXT


def test_memory_is_that_of_a_piece():
    file = gzip.compress(bytes(64 << 20)) * 2
    tracemalloc.start()
    total = sum(len(piece) for piece in unpacked([file]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == 128 << 20
    assert peak < 6 << 20


def test_many_small_members_take_linear_time():
    file = gzip.compress(b"ab") * 50_000
    assert content(file) == b"ab" * 50_000


def test_slices_of_any_size(monkeypatch):
    file = gzip.compress(random.Random(3).randbytes(5000)) + gzip.compress(TEXT)
    whole = content(file)
    for size in (1, 2, 3, 7, 1000):
        monkeypatch.setattr(gzip_pieces, "_SLICE", size)
        assert content(file) == whole
