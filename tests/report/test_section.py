from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.errors import InputError
from gitbaseline.report.section import filled, markers

BEGIN, END = (marker.encode() for marker in markers("x"))


def refusal(data):
    with pytest.raises(InputError) as caught:
        filled(data, "x", ["new"], where="notes.md")
    return caught.value


def test_only_what_stands_between_is_new():
    data = b"top\n" + BEGIN + b"\nold\nolder\n" + END + b"\nend"
    assert (
        filled(data, "x", ["a", "b"], where="f") == b"top\n" + BEGIN + b"\na\nb\n" + END + b"\nend"
    )


def test_line_ends_are_those_of_the_file():
    data = b"top\r\n" + BEGIN + b"\r\n" + END + b"\r\nmixed\n"
    assert (
        filled(data, "x", ["a"], where="f")
        == b"top\r\n" + BEGIN + b"\r\na\r\n" + END + b"\r\nmixed\n"
    )


def test_the_last_marker_may_end_the_file():
    assert filled(BEGIN + b"\n" + END, "x", [], where="f") == BEGIN + b"\n" + END


def test_white_space_around_a_marker_is_the_owners():
    data = b"  " + BEGIN + b" \r\nold\r\n\t" + END + b"\r\n"
    assert filled(data, "x", ["a"], where="f") == b"  " + BEGIN + b" \r\na\r\n\t" + END + b"\r\n"


def test_a_marker_in_a_sentence_is_text():
    data = b"use `" + BEGIN + b"` here\n" + BEGIN + b"\n" + END + b"\n"
    assert filled(data, "x", [], where="f") == data


def test_no_section_tells_how_to_add_one():
    error = refusal(b"text\n<!-- git-baseline:other -->\n")
    assert (error.code, str(error)) == ("section/none", "notes.md: has no section for this")
    assert error.hint.splitlines()[1:] == [BEGIN.decode(), END.decode()]


@pytest.mark.parametrize(
    ("lines", "places"),
    [
        ([BEGIN], "1"),
        ([b"a", END], "2"),
        ([END, BEGIN], "1, 2"),
        ([BEGIN, END, b"", BEGIN, END], "1, 2, 4, 5"),
        ([BEGIN, BEGIN, END], "1, 2, 3"),
        ([BEGIN, END, END], "1, 2, 3"),
    ],
)
def test_anything_but_one_pair_is_refused(lines, places):
    error = refusal(b"\n".join(lines))
    assert (error.code, error.where) == ("section/markers", "notes.md")
    assert error.message.endswith(f"got markers in line {places}")


@given(
    before=st.binary(max_size=40),
    between=st.binary(max_size=40),
    behind=st.binary(max_size=40),
    lines=st.lists(st.text(alphabet="ab|", max_size=5), max_size=3),
)
def test_the_rest_is_kept_byte_for_byte_and_twice_is_once(before, between, behind, lines):
    data = before + b"\n" + BEGIN + b"\n" + between + b"\n" + END + b"\n" + behind
    once = filled(data, "x", lines, where="f")
    assert once.startswith(before + b"\n" + BEGIN + b"\n")
    assert once.endswith(b"\n" + END + b"\n" + behind)
    assert len(once) == len(data) - len(between) - 1 + sum(len(line) + 1 for line in lines)
    assert filled(once, "x", lines, where="f") == once
