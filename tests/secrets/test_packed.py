"""What is packed by gzip is searched, and redacted, as what is not."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from gitbaseline.secrets import packed
from gitbaseline.secrets.redact import redact
from gitbaseline.secrets.scan import scan
from gitbaseline.secrets.stream import scan_pieces

SECRET = b"AK" + b"IA" + b"ABCDEFGH12345678"
TEXT = b'{"x_ms": 1}\n{"auth": "' + SECRET + b'"}\n'


def findings(data):
    return scan([("trace.json.gz", data)])


def test_the_content_is_searched():
    plain = findings(TEXT)
    assert [(f.kind, f.line, f.fingerprint) for f in findings(gzip.compress(TEXT))] == [
        (f.kind, f.line, f.fingerprint) for f in plain
    ]
    two = gzip.compress(b'{"x_ms": 1}\n') + gzip.compress(TEXT)
    assert [f.line for f in findings(two)] == [f.line + 1 for f in plain]


def test_it_is_redacted_and_packed_again():
    file = gzip.compress(TEXT)
    left = redact("trace.json.gz", file, findings(file))
    assert SECRET not in gzip.decompress(left)
    assert gzip.decompress(left).startswith(b'{"x_ms": 1}\n')
    assert left == redact("trace.json.gz", file, findings(file))
    assert findings(left) == ()


@pytest.mark.parametrize("order", ["le", "be"])
def test_text_in_utf_16_is_searched_and_redacted(order):
    text = "\ufeff\u00e9\U0001f600\r\n" + TEXT.decode()
    file = text.encode(f"utf-16-{order}")
    assert [(f.kind, f.fingerprint, f.line) for f in findings(file)] == [
        (f.kind, f.fingerprint, f.line + 1) for f in findings(TEXT)
    ]
    left = redact("run.txt", file, [replace(f, path="run.txt") for f in findings(file)])
    assert left.decode(f"utf-16-{order}") == text.replace(SECRET.decode(), "[redacted]")
    assert redact("run.txt", file, []) == file


@pytest.mark.parametrize("file", [b"\xff\xfea", b"\xfe\xff\xd8\x00", b"\xff", b""])
def test_what_only_looks_like_utf_16_stays(file):
    assert packed.unpacked(file) is file


def test_what_holds_nothing_private_stays_byte_for_byte():
    file = gzip.compress(b'{"x_ms": 1}\n')
    assert redact("trace.json.gz", file, findings(file)) == file


def test_too_much_is_a_finding_that_can_be_let_through(monkeypatch):
    monkeypatch.setattr(packed, "LIMIT", 1000)
    file = gzip.compress(b"1 " * 400) + gzip.compress(b"1 " * 400)
    (found,) = findings(file)
    assert "not searched" in found.kind
    assert redact("trace.json.gz", file, [found]) == b"[redacted]"
    assert packed.unpacked(gzip.compress(b"x" * 1000)) == b"x" * 1000
    assert packed.unpacked(gzip.compress(b"x" * 1001)) is None


@pytest.mark.parametrize(
    "file",
    [
        gzip.compress(TEXT)[:-9],
        gzip.compress(TEXT)[:-8] + bytes(8),
        gzip.compress(b"1 " * 400) + TEXT,
        gzip.compress(b"1 " * 400) + b"\x1f\x8b\x08" + TEXT,
        b"\x1f\x8b\x08\x08" + TEXT,
    ],
    ids=["breaks-off", "wrong-sum", "behind", "behind-as-packed", "head-only"],
)
def test_what_is_broken_is_searched_for_all_it_gives(file):
    assert SECRET in packed.unpacked(file)
    found = findings(file)
    assert found
    assert [f.fingerprint for f in scan_pieces("trace.json.gz", [file])] == [
        f.fingerprint for f in found
    ]
    left = redact("trace.json.gz", file, found)
    assert SECRET not in packed.unpacked(left)
    assert findings(left) == ()


def test_what_is_broken_and_holds_nothing_private_stays_byte_for_byte():
    for file in (
        gzip.compress(b"1 " * 400)[:-9],
        gzip.compress(b"1") + b"rubbish",
        b"\x1f\x8b\x08",
    ):
        assert redact("x", file, findings(file)) == file
