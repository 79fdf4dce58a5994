"""Tables: aligned, and narrow where the terminal is."""

from __future__ import annotations

import pytest

from gitbaseline.report.table import table


def test_table_aligns_wide_and_combining_characters_and_escapes_control():
    rows = [("\u65e5\u672c", "1", "x"), ("e\u0301a", "22", "\x1b[31m\n"), ("plain", "", "")]
    assert table(("Name", "N", "Last"), rows, right=frozenset({1})).split("\n") == [
        "Name    N  Last",
        "\u65e5\u672c    1  x",
        "e\u0301a     22  \\x1b[31m\\x0a",
        "plain",
    ]


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (None, ["aa  bbb  cc", " 1  x    y"]),
        (11, ["aa  bbb  cc", " 1  x    y"]),
        (10, ["aa  cc", " 1  y", "without bbb, for which 10 columns are too few"]),
        (5, ["cc", "y", "without aa, bbb, for which 5 columns are too few"]),
        (1, ["cc", "y", "without aa, bbb, for which 1 columns are too few"]),
    ],
)
def test_a_narrow_table_leaves_out_what_can_be_spared(columns, shown):
    rows = [("1", "x", "y")]
    right = frozenset({0})
    made = table(("aa", "bbb", "cc"), rows, right=right, columns=columns, spare=(1, 0))
    assert made.split("\n") == shown


LEVER = "overlap the all-reduce with the backward pass of the last layers"


def test_words_of_a_table_go_on_below():
    rows = [("1", "short", "x"), ("2", LEVER, "y")]
    shown = table(("#", "Lever", "By"), rows, right=frozenset({0}), columns=40, words=(1,))
    assert shown.split("\n") == [
        "#  Lever                              By",
        "1  short                              x",
        "2  overlap the all-reduce with the    y",
        "   backward pass of the last layers",
    ]


def test_where_words_have_too_little_room_others_are_left_out_for_them():
    rows = [("a" * 20, LEVER)]
    head = ("Entry", "Lever")
    spared = table(head, rows, right=frozenset(), columns=50, spare=(0,), words=(1,))
    assert spared.split("\n") == [
        "Lever",
        "overlap the all-reduce with the backward pass of",
        "the last layers",
        "without Entry, for which 50 columns are too few",
    ]
    kept = table(head, rows, right=frozenset(), columns=30, words=(1,))
    assert kept.split("\n")[1] == f"{'a' * 20}  overlap the"
    assert max(map(len, kept.split("\n"))) <= 20 + 2 + 16
