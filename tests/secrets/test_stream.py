"""A file in pieces is searched as the whole is; the law is held with windows of a test's size."""

from __future__ import annotations

import gzip
import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitbaseline.secrets import packed, stream
from gitbaseline.secrets.scan import scan
from gitbaseline.secrets.stream import scan_pieces

TOKEN = b"ghp_" + b"a1B2" * 9
SECRETS = (
    b"password = hunter2x\n",
    b'"api_key": "0123456789abcdef"',
    b"--token=abcdef0123456789abcdef ",
    b"https://bob:sesame@example.org/ ",
    b'"username": "alice", ',
    b'"env": {"HOME": "/home/alice", "PATH": "/bin"}, ',
    b"-----BEGIN PRIVATE KEY-----\n" + b"MIIE" * 50 + b"\n-----END PRIVATE KEY-----\n",
    b" " + TOKEN + b" ",
)
FILLER = st.sampled_from([b"iteration 12 loss 0.25 tokens 512\n", b'{"ts": 12.5, "dur": 3}, ', b"\0\xff"])  # fmt: skip
PARTS = st.lists(
    st.sampled_from(SECRETS) | st.builds(lambda text, n: text * n, FILLER, st.integers(1, 900)),
    max_size=12,
)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(stream, "OWN", 10_000)
    monkeypatch.setattr(stream, "BEFORE", 8 << 10)
    monkeypatch.setattr(stream, "AFTER", 70_000)


def pieces(data, size):
    return (data[at : at + size] for at in range(0, len(data), size))


@settings(deadline=None, max_examples=60)
@given(PARTS, st.integers(1_000, 200_000))
def test_pieces_show_what_the_whole_shows(parts, size):
    data = b"".join(parts)
    assert tuple(scan_pieces("run.log", pieces(data, size))) == scan([("run.log", data)])


@pytest.mark.parametrize("before", [0, 9_999, 10_000, 10_001, 17_000, 79_999, 80_000, 80_001])
@pytest.mark.parametrize("secret", SECRETS)
def test_wherever_a_window_ends(secret, before):
    data = b"x\n" * (before // 2) + b"y" * (before % 2) + secret + b"z\n" * 60_000
    whole = scan([("run.log", data)])
    assert tuple(scan_pieces("run.log", pieces(data, 4096))) == whole
    assert whole[0].line == 1 + before // 2


def test_a_member_longer_than_a_window_is_told_once_and_what_is_in_it_too():
    texts = b'{"generated_texts": ["' + b"word " * 40_000 + TOKEN + b'"], "n": 1}'
    found = list(scan_pieces("run.json", pieces(texts, 1 << 14)))
    kinds = [one.kind for one in found]
    assert kinds.count("private field generated_texts") == 1
    assert "access token" in kinds
    assert [one.span for one in found if one.kind == "access token"] == [(200_022, 200_062)]


@settings(deadline=None, max_examples=60)
@given(PARTS, st.integers(0, 3), st.integers(1, 200_000))
def test_packed_content_is_searched(parts, at, size):
    """In one member or two, with a piece that ends anywhere."""
    first, second = b"".join(parts[:at]), b"".join(parts[at:])
    file = gzip.compress(first) + gzip.compress(second)
    found = tuple(scan_pieces("run.gz", pieces(file, size)))
    assert found == scan([("run.gz", file)]) == scan([("run.gz", first + second)])


def test_packed_content_beyond_what_memory_holds(monkeypatch):
    monkeypatch.setattr(packed, "LIMIT", 100_000)
    file = gzip.compress(b"x\n" * 100_000 + b"token " + TOKEN)
    assert [one.line for one in scan_pieces("run.gz", [file])] == [100_001]
    assert "not searched" in scan([("run.gz", file)])[0].kind


def test_packed_content_that_breaks_off_or_is_none():
    secret = b"token " + TOKEN + b"\n"
    file = gzip.compress(secret + random.Random(1).randbytes(300_000))
    kinds = ["access token"]
    for broken in (
        file[:-4],  # breaks off
        file[:100_000] + b"\0" * 100_000 + file[200_000:],  # damaged
        file[:-8] + bytes(8),  # of another sum
        gzip.compress(b"x") + secret,  # with something behind it
        b"\x1f\x8b\x08" + secret,  # only looks like it
    ):
        found = list(scan_pieces("run.gz", pieces(broken, 10_000)))
        assert [one.kind for one in found] == kinds, broken[:20]


def test_nothing():
    assert list(scan_pieces("run.log", [])) == []


def test_memory_is_that_of_a_window():
    line = b"iteration 12 loss 0.25\n" * 1_000
    peaks = []
    for count in (20, 400):
        tracemalloc.start()
        assert list(scan_pieces("run.log", (line for _ in range(count)))) == []
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.2
