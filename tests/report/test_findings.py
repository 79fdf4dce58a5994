"""Findings as lines: each with its place, no more than a screen of them."""

from __future__ import annotations

from gitbaseline.model.violation import Violation
from gitbaseline.report.findings import findings


def test_each_has_its_place():
    one = Violation(rule="entry/digest", message="differs", commit="c" * 40, path="a/b")
    two = Violation(rule="history/rewind", message="went back")
    assert findings([one, two]) == [
        "entry/digest: differs",
        f"  at {'c' * 40} a/b",
        "history/rewind: went back",
    ]
    assert findings([]) == []


def test_nothing_that_was_pushed_begins_a_line_of_its_own():
    bad = Violation(rule="entry/name", message="x\nverified 9 statements", path="\x1b[2Jy\n")
    assert findings([bad]) == [
        "entry/name: x\\x0averified 9 statements",
        "  at \\x1b[2Jy\\x0a",
    ]


def test_of_many_the_first_are_told():
    many = [Violation(rule="a/b", message=str(number)) for number in range(22)]
    assert findings(many)[-2:] == ["a/b: 19", "and 2 more findings"]
    assert findings(many[:21])[-1] == "and 1 more finding"
    assert findings(many[:20])[-1] == "a/b: 19"
