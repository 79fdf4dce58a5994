from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.formats.lines import Line, lines
from gitbaseline.model.text import fault_in_line


def one(data):
    (line,) = lines(data)
    return line.label, line.text


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        (b"plain  text ", None, "plain  text"),
        (b"0: 1: x", "1:", "x"),
        (b"3:", "3:", ""),
        (b"3:x", None, "3:x"),
        (b"[1,2]<stderr>:x", "[1,2]<stderr>:", "x"),
        (b"[12] x", "[12]", "x"),
        (b"[12]x", None, "[12]x"),
        (b"# # x # y", None, "x # y"),
        (b"2026-01-02T03:04:05Z x", None, "x"),
        (b"2026-01-02 x", None, "2026-01-02 x"),
        (b"[pod/a/b] 4: x", "4:", "x"),
        (b"\x1b[1;31mred\x1b[0m\r", None, "red"),
        (b"\x1b[38:5:1mred\x1b(B\x1b[m", None, "red"),
        (b"\x1b]8;;https://x\x1b\\red\x1b]8;;\x1b\\ \x1b_bk;t=1\x07x", None, "red x"),
        (b"a\tb\x07", None, "a b\\x07"),
        (b"a: 1 %\ra: 99 %\rname  2 ms\r\r", None, "name  2 ms"),
        (b"name  2 ms\r    ", None, "name  2 ms"),
        (b"[2026-01-02T03:04:05.678Z] x", None, "x"),
        (b"2026-01-02T03:04:05.678901Z 01O x", None, "x"),
        (b"my job\tstep 1\t\xef\xbb\xbf2026-01-02T03:04:05.1234567Z 2: x", "2:", "x"),
        (b"#15 22.66 x", None, "x"),
        (b"#15 x", None, "15 x"),
        (b"my job\tstep 1\tx", None, "my job step 1 x"),
        (b"\xff", None, "\ufffd"),
        (b"\xef\xbb\xbf0: x", "0:", "x"),
        (b"\xef\xbb\xbf", None, ""),
        ("e\u0301".encode(), None, "\u00e9"),
        ("\x0e\u0301".encode(), None, "\\x0\u00e9"),
        (b"0: " * 9 + b"x", "0:", "0: x"),
    ],
)
def test_one_line(data, label, text):
    assert one(data) == (label, text)


def test_numbers_count_from_one():
    assert list(lines(b"a\n\nb")) == [
        Line(number=1, label=None, text="a"),
        Line(number=2, label=None, text=""),
        Line(number=3, label=None, text="b"),
    ]


@given(st.binary(max_size=200))
def test_text_may_enter_the_registry(data):
    assert [fault_in_line(line.text) for line in lines(data) if fault_in_line(line.text)] == []
