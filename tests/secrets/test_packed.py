"""What is packed by gzip is searched, and redacted, as what is not."""

from __future__ import annotations

import gzip

from gitbaseline.secrets import packed
from gitbaseline.secrets.redact import redact
from gitbaseline.secrets.scan import scan

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


def test_what_is_broken_is_searched_as_it_is():
    file = gzip.compress(TEXT)
    for broken in (file[:-9], file[:20] + bytes(9) + file[29:], b"\x1f\x8b\x08"):
        assert packed.unpacked(broken) == broken
        assert redact("x", broken, findings(broken)) == broken
    assert packed.unpacked(file + b"rubbish") == TEXT
