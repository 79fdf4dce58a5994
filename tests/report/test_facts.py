"""Facts and titled lists: whole values."""

from __future__ import annotations

import pytest

from gitbaseline.report.facts import block, facts


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (None, ["  a   one, two, three", "  bb  echo one two three four"]),
        (21, ["  a   one, two, three", "  bb  echo one two three four"]),
        (20, ["  a   one, two,", "      three", "  bb  echo one two three four"]),
        (1, ["  a   one,", "      two,", "      three", "  bb  echo one two three four"]),
    ],
)
def test_facts_go_on_below_where_a_list_is_too_long(columns, shown):
    pairs = [("a", "one, two, three"), ("command", "echo one two three four")]
    shown = [line.replace("  a ", "  a      ").replace("  bb ", "  command ") for line in shown]
    shown = [f"     {line}" if line.startswith("   ") else line for line in shown]
    assert facts(pairs, columns and columns + 5).split("\n") == shown


def test_a_sentence_among_facts_goes_on_behind_a_word():
    pairs = [("pin", "unpinned: proves consistency"), ("id", "0123456789012345678")]
    assert facts(pairs, 25).split("\n") == [
        "  pin  unpinned: proves",
        "       consistency",
        "  id   0123456789012345678",
    ]


def test_facts_leave_out_what_is_empty():
    assert facts([("a", "1"), ("long", "2\u202e"), ("none", "")]) == "  a     1\n  long  2\\u202e"
    assert facts([]) == ""


def test_a_block_is_folded_too():
    shown = block("note", ["one two three", "four"], columns=11)
    assert shown == ["", "note:", "  one two\n    three", "  four"]
