"""Lines on several: nothing is lost, and a command stays one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.report.folding import folded, width


@pytest.mark.parametrize(
    ("line", "columns"), [("abc", 3), ("\u65e5\u672c", 4), ("e\u0301", 1), ("\uff21b", 3), ("", 0)]
)
def test_width(line, columns):
    assert width(line) == columns


@pytest.mark.parametrize(
    ("line", "hang", "shown"),
    [
        ("short", 2, ["short"]),
        ("warning: one two three", 2, ["warning: one", "  two three"]),
        ("  warning: one two", 2, ["  warning:", "    one two"]),
        ("one two three four", 0, ["one two three", "four"]),
        (
            "  git config a 0123456789",
            2,
            ["  git \\", "    config a \\", "    0123456789"],
        ),
        ("hint: git fetch origin", 2, ["hint: git \\", "  fetch \\", "  origin"]),
        ("  git log --grep 'a b'", 2, ["  git log --grep 'a b'"]),
        ('  git log --grep "a b"', 2, ['  git log --grep "a b"']),
        ("0123456789012345678901", 2, ["0123456789012345678901"]),
    ],
)
def test_a_line_is_folded(line, hang, shown):
    assert folded(line, 14, hang).split("\n") == shown
    assert folded(line, None, hang) == line


@given(st.text(alphabet="ab \u65e5", max_size=60), st.integers(8, 40))
def test_folding_loses_nothing(words, columns):
    line = " ".join(words.split())
    lines = folded(line, columns, 0).split("\n")
    assert " ".join(lines) == line
    assert all(width(one) <= columns or " " not in one for one in lines)
