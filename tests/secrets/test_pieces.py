from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.secrets.pieces import pieces


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("none", []),
        ("key", [(0, 3)]),
        ("a\nb key key\nc\nkey", [(2, 11), (14, 17)]),
        ("\nkey\n", [(1, 4)]),
        ("x" * 8189 + "key", [(0, 8192)]),
        ("x" * 8190 + "key", [(3072, 8193)]),
        ("n\n" + "x" * 5000 + "key" + "y" * 9000, [(2 + 4096 - 1024, 2 + 12288)]),
        ("key" + "y" * 9000 + "key", [(0, 8192), (7168, 9006)]),
        ("x" * 9000 + "key\nkey", [(7168, 9003), (9004, 9007)]),
        ("x" * 4095 + "key" + "y" * 9000, [(0, 8192)]),
    ],
)
def test_pieces(text, expected):
    assert list(pieces(text, ["key"])) == expected


def test_two_words_share_a_piece():
    assert list(pieces("b\na key\nc", ["key", "a", "c"])) == [(2, 7), (8, 9)]


@given(
    st.lists(st.sampled_from(["key", "\n", "x" * 700, "y" * 5000, "z"]), max_size=30).map("".join)
)
def test_every_occurrence_lies_in_a_piece_with_room_around(text):
    found = list(pieces(text, ["key"]))
    at = text.find("key")
    while at >= 0:
        start = text.rfind("\n", 0, at) + 1
        end = (text + "\n").index("\n", at)
        low, high = max(start, at - 1024), min(end, at + 4096)
        assert [piece for piece in found if piece[0] <= low and high <= piece[1]]
        at = text.find("key", at + 1)
