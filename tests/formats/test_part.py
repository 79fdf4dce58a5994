from __future__ import annotations

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats.documents import Document
from gitbaseline.formats.part import Part, whole

TOP = whole("f", Document(line=7, value={"a": {"b": [1, "x", None]}, "t": " ", "n": 2**2000}))


def refusal(call):
    with pytest.raises(InputError) as caught:
        call()
    return caught.value.where, caught.value.message


def test_ways_in():
    assert TOP.part("a", "b").numbers is not None
    assert [part.value for part in TOP.part("a", "b").parts()] == [1, "x", None]
    assert [(key, part.path) for key, part in TOP.part("a").members()] == [("b", "a.b")]
    assert TOP.part("a", "b").parts()[0].number() == 1.0
    assert TOP.part("a", "b").parts()[1].text() == "x"
    assert TOP.where == "f:7"


def test_what_is_absent_is_nothing():
    assert not TOP.part("x", "y")
    assert TOP.part("x").maybe_number() is None
    assert TOP.part("x").maybe_text() is None
    assert TOP.part("t").maybe_text() is None


@pytest.mark.parametrize("value", [True, "1", None, 2**2000, float("inf"), float("nan")])
def test_what_is_no_number(value):
    assert Part(value=value, file="f", line=1).maybe_number() is None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: TOP.part("a", "b", "c"), "a.b: expected an object, got a list"),
        (lambda: TOP.part("a").parts(), "a: expected a list, got an object"),
        (lambda: TOP.part("n").number(), "n: expected a number, got a number"),
        (lambda: TOP.part("a", "b").numbers(), "a.b.1: expected a number, got text"),
        (lambda: TOP.part("t").text(), "t: expected text, got text"),
        (lambda: TOP.part("x").text(), "x: expected text, got nothing"),
        (TOP.number, "the document: expected a number, got an object"),
    ],
)
def test_faults_have_their_place(call, message):
    assert refusal(call) == ("f:7", message)


@pytest.mark.parametrize(
    ("value", "numbers"),
    [
        ([1.5, 2.0], [1.5, 2.0]),
        ([1, 2.5], [1.0, 2.5]),
        ([], []),
        ([1.5, float("inf")], None),
        ([1.5, None], None),
        ([True], None),
    ],
)
def test_a_list_of_numbers_only(value, numbers):
    part = Part(value, "f", 1)
    assert part.maybe_numbers() == numbers
    if numbers is not None:
        assert part.numbers() == numbers


def test_the_path_goes_through_what_is_empty():
    part = whole("f", Document(line=1, value={"a": {}})).part("a", "b").part("c")
    assert part.path == "a.b.c"


def test_an_item_beyond_the_end_is_nothing():
    items = TOP.part("a", "b")
    assert (items.item(0).number(), items.item(0).path, items.item(3).value) == (1.0, "a.b.0", None)
    assert refusal(lambda: TOP.item(0)) == ("f:7", "the document: expected a list, got an object")
