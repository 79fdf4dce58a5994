from __future__ import annotations

import pytest

from gitbaseline.model.baseline import Tier
from gitbaseline.model.shape import Fields, ShapeError, kind_of, scalar


def told(read, value):
    with pytest.raises(ShapeError) as caught:
        read(Fields({"k": value}, "top"))
    return str(caught.value)


READ = {
    "text": (lambda f: f.text("k"), ["", "a\nb\tc", " "]),
    "line": (lambda f: f.line("k"), ["a", " ", "\u00e9"]),
    "matching": (lambda f: f.matching("k", "an a", lambda t: t == "a"), ["a"]),
    "number": (lambda f: f.number("k"), [0, -1, 1.5]),
    "count": (lambda f: f.count("k", least=1), [1, 2**53 - 1]),
    "choice": (lambda f: f.choice("k", Tier), ["DRAFT"]),
    "flag": (lambda f: f.flag("k"), [True, False]),
}


@pytest.mark.parametrize("name", READ)
def test_what_fits_is_read_as_it_stands(name):
    read, values = READ[name]
    for value in values:
        f = Fields({"k": value}, "")
        assert read(f) == value
        f.close()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("text", 1, "top.k: expected text, got a number"),
        ("text", None, "top.k: expected text, got null"),
        ("text", "\r", "top.k: control character U+000D"),
        ("line", "", "top.k: expected one line of text, got none"),
        ("line", "a\nb", "top.k: expected one line of text, got control character U+000A"),
        ("line", [], "top.k: expected text, got a list"),
        ("matching", "b" * 100, f"top.k: expected an a, got '{'b' * 80}'"),
        ("number", True, "top.k: expected a number, got a boolean"),
        ("number", "1", "top.k: expected a number, got text"),
        ("count", 0, "top.k: expected a whole number from 1, got 0"),
        ("count", 1.5, "top.k: expected a whole number from 1, got 1.5"),
        ("count", True, "top.k: expected a whole number from 1, got a boolean"),
        ("count", "\x1b[31m", "top.k: expected a whole number from 1, got text"),
        ("choice", "draft", "top.k: expected DRAFT or VERDICT, got 'draft'"),
        ("choice", [], "top.k: expected DRAFT or VERDICT, got []"),
        ("choice", {}, "top.k: expected DRAFT or VERDICT, got {}"),
        ("choice", "x" * 100, f"top.k: expected DRAFT or VERDICT, got '{'x' * 79}"),
        ("flag", 1, "top.k: expected true or false, got a number"),
        ("flag", None, "top.k: expected true or false, got null"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(name, value, message):
    assert told(READ[name][0], value) == message


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "top.k: expected a list, got an object"),
        (["b", "a"], "top.k: expected single lines of text, sorted, each once, got something else"),
        (["a", "a"], "top.k: expected single lines of text, sorted, each once, got something else"),
        (["", "a"], "top.k: expected single lines of text, sorted, each once, got something else"),
        (["a\n"], "top.k: expected single lines of text, sorted, each once, got something else"),
        ([1], "top.k: expected single lines of text, sorted, each once, got something else"),
    ],
)
def test_lines_are_sorted_and_each_once(value, message):
    assert told(lambda f: f.lines("k"), value) == message


def test_lists_are_read_whole():
    assert Fields({"k": ["a", "b"]}, "").lines("k") == ("a", "b")
    assert Fields({"k": [1, 2.5]}, "").numbers("k") == (1, 2.5)
    assert told(lambda f: f.numbers("k"), 1) == "top.k: expected a list, got a number"
    assert (
        told(lambda f: f.numbers("k"), [1, True]) == "top.k: expected numbers only, got a boolean"
    )
    assert told(lambda f: f.numbers("k"), ["x"]) == "top.k: expected numbers only, got text"


def test_a_table_has_keys_of_the_users_own():
    assert Fields({"k": {"a b": 1}}, "").table("k", scalar) == {"a b": 1}
    assert told(lambda f: f.table("k", scalar), []) == "top.k: expected an object, got a list"
    assert told(lambda f: f.table("k", scalar), {"": 1}) == "top.k: key '': empty"
    assert (
        told(lambda f: f.table("k", scalar), {"a\nb": 1})
        == "top.k: key 'a\\nb': control character U+000A"
    )
    assert (
        told(lambda f: f.table("k", scalar), {"a": [1]})
        == "top.k['a']: expected a single value, got a list"
    )
    assert (
        told(lambda f: f.table("k", scalar), {"a": "\x00"})
        == "top.k['a']: control character U+0000"
    )


def test_null_stands_for_unknown():
    assert Fields({"k": None}, "").maybe("k", str) is None
    f = Fields({"k": 1.5}, "")
    assert f.has("k")
    assert f.maybe("k", f.number) == 1.5
    assert not f.has("k")


def test_nothing_is_missing_and_nothing_left_over():
    assert told(lambda f: f.text("other"), 1) == "top.other: missing"
    assert told(lambda f: f.close(), 1) == "top.k: unknown key"
    assert told(lambda f: f.maybe("other", f.text), 1) == "top.other: missing"
    with pytest.raises(ShapeError) as caught:
        Fields([], "")
    assert str(caught.value) == "document: expected an object, got a list"
    assert told(lambda f: f.part("k"), "x") == "top.k: expected an object, got text"


def test_a_part_knows_where_it_stands():
    assert told(lambda f: f.part("k").text("x"), {"x": 1}) == "top.k.x: expected text, got a number"


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, "null"), (True, "a boolean"), (1, "a number"), (1.5, "a number"), ("", "text"),
     ({}, "an object"), ([], "a list")],
)  # fmt: skip
def test_kinds_have_the_names_a_person_uses(value, kind):
    assert kind_of(value) == kind
