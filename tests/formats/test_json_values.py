from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.formats import json_values
from gitbaseline.formats.json_values import items, logged, number, scalar, table, text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1.0),
        (1.5, 1.5),
        (-0.0, 0.0),
        (True, None),
        ("1", None),
        (None, None),
        (2**53, None),
        ([1], None),
    ],
)
def test_numbers(value, expected):
    assert number(value) == expected


def test_zero_has_no_sign():
    assert str(number(-0.0)) == "0.0"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a\x1b[0m", "a\\x1b[0m"),
        ("  ", None),
        ("x" * 500, "x" * 200),
        (7, 7),
        (7.5, 7.5),
        (False, False),
        (None, None),
        ({}, None),
        ([], None),
        (2**60, None),
    ],
)
def test_scalars(value, expected):
    assert scalar(value) == expected


def test_what_is_of_another_kind_is_empty():
    assert (table([1]), items({"a": 1}), text(3)) == ({}, (), None)
    assert (table({"a": 1}), items([1]), text("a")) == ({"a": 1}, [1], "a")


def read(data):
    over = []
    found = [(d.line, d.value) for d in logged("f", data.encode(), over)]
    return found, [(p.line, p.text) for p in over]


def test_documents_of_a_log():
    assert read('banner\n{"a": 1}\n{"a": 2}\n') == ([(2, {"a": 1}), (3, {"a": 2})], [(1, "banner")])


def test_bare_words_become_text_but_text_stays():
    found, _ = read('{"a": Infinity, "b": [-Infinity, NaN], "c": "NaN, \\"Infinity"}\n')
    assert found == [(1, {"a": "Infinity", "b": ["-Infinity", "NaN"], "c": 'NaN, "Infinity'})]


def test_labels_of_a_launcher_come_off():
    found, over = read('0: hello\n0: {\n0:   "a": 1\n0: }\n')
    assert (found, over) == ([(2, {"a": 1})], [(1, "hello")])
    assert read('[1,0]<stdout>:{"a": 1}')[0] == [(1, {"a": 1})]


def test_lines_of_other_ranks_do_not_break_a_document():
    found, over = read('0: {\n1: NCCL INFO\n0: "a": 1\n1:\n0: }\n1: {"b": 2}\n')
    assert found == [(1, {"a": 1})]
    assert over == [(2, "NCCL INFO"), (6, '{"b": 2}')]


@given(st.text())
def test_a_text_is_one_line_and_short(value):
    found = json_values.one_line(value)
    assert len(found) <= 200
    assert "\n" not in found
