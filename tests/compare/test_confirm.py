"""RED stands only where two measurements agree on what regressed."""

from __future__ import annotations

import pytest

from gitbaseline.compare.confirm import together
from gitbaseline.compare.diff import compare
from gitbaseline.compare.verdict import Verdict
from gitbaseline.model.metric import Direction

OLD = {"a": 10.0, "b": 10.0, "c": 10.0, "d": 10.0}


@pytest.fixture
def answer(entry, rules, metric):
    """Return the answer of two measurements; ``h`` is the headline."""

    def side(changed):
        whole = {**OLD, "h": metric(10.0, headline=True), **changed}
        return entry(
            {
                key: metric(value, headline=key == "h") if isinstance(value, float) else value
                for key, value in whole.items()
                if value is not None
            }
        )

    def answer(first, second, **more):
        known = rules(**more)
        diffs = [compare(side({}), side(changed), known) for changed in (first, second)]
        return together(*diffs, one_level=None)

    return answer


def test_both_red_by_the_headline(answer):
    said = answer({"h": 12.0}, {"h": 13.0})
    assert (said.verdict, said.reasons) == (
        Verdict.RED,
        ("headline h regressed", "confirmed by a second measurement"),
    )


def test_both_red_by_the_same_three(answer):
    three = {"a": 12.0, "b": 12.0, "c": 12.0}
    said = answer(three, {**three, "d": 12.0})
    assert said.verdict is Verdict.RED
    assert said.reasons == ("3 of 5 judged metrics regressed", "confirmed by a second measurement")


@pytest.mark.parametrize(
    ("first", "second", "reasons"),
    [
        (
            {"h": 12.0},
            {},
            (
                "not confirmed",
                "at first RED: headline h regressed",
                "measured again GREEN: 5 judged metrics within tolerance",
            ),
        ),
        (
            {"h": 12.0},
            {"a": 12.0},
            (
                "not confirmed",
                "at first RED: headline h regressed",
                "measured again YELLOW: 1 of 5 judged metrics regressed",
            ),
        ),
        (
            {"a": 12.0},
            {"h": 12.0},
            (
                "not confirmed",
                "at first YELLOW: 1 of 5 judged metrics regressed",
                "measured again RED: headline h regressed",
            ),
        ),
        # RED twice, but what one blames the other does not
        (
            {"h": 12.0},
            {"a": 12.0, "b": 12.0, "c": 12.0},
            (
                "not confirmed",
                "at first RED: headline h regressed",
                "measured again RED: 3 of 5 judged metrics regressed",
            ),
        ),
        (
            {"a": 12.0, "b": 12.0, "c": 12.0},
            {"a": 12.0, "b": 12.0, "d": 12.0},
            (
                "not confirmed",
                "at first RED: 3 of 5 judged metrics regressed",
                "measured again RED: 3 of 5 judged metrics regressed",
            ),
        ),
    ],
)
def test_where_they_do_not_agree_it_is_yellow(answer, first, second, reasons):
    said = answer(first, second)
    assert (said.verdict, said.reasons) == (Verdict.YELLOW, reasons)


def test_two_ways_of_regressing_are_not_the_same(entry, rules, metric):
    def side(value):
        return entry({"h": metric(value, direction=Direction.TWO_SIDED, headline=True)})

    up, down = (compare(side(10.0), side(value), rules()) for value in (12.0, 8.0))
    assert (up.verdict, down.verdict) == (Verdict.RED, Verdict.RED)
    assert together(up, down, one_level=None).verdict is Verdict.YELLOW
    assert together(down, down, one_level=None).verdict is Verdict.RED


def test_what_regressed_once_only_is_undecided(entry, rules, metric):
    def side(**values):
        return entry({"h": metric(values.pop("h", 10.0), headline=True), "a": 10.0, **values})

    def diff(**values):
        return compare(side(), side(**values), rules())

    first = diff(h=12.0, a=13.0)
    said = together(first, diff(h=12.0), one_level=None)
    assert {row.key: str(row.standing) for row in said.rows} == {"h": "regressed", "a": "undecided"}
    assert said.verdict is Verdict.RED
    assert [row.current for row in said.rows] == [row.current for row in first.rows]
    assert together(first, diff(), one_level=None).regressed == ()


def test_what_cannot_be_held_to_the_baseline_excuses_nothing(answer, metric):
    said = answer({"h": 12.0}, {"h": None})
    assert (said.verdict, said.reasons) == (
        Verdict.NO_VERDICT,
        ("measured again NO-VERDICT: h is missing",),
    )
    said = answer({"h": 12.0}, {"h": metric(10.0, unit="B")})
    assert (said.verdict, said.reasons) == (
        Verdict.INCOMPARABLE,
        ("measured again INCOMPARABLE: h.unit differs",),
    )
    assert ([bar.field for bar in said.matching.bars], said.judged) == (["h.unit"], ())


def test_the_level_of_a_profile_excuses_here_too(entry, rules, metric, levels):
    at = {"concurrency": 4}

    def side(value):
        keys = ("tput", "ttft", "itl")
        return entry({key: metric(value, dimensions=at) for key in keys})

    slow = compare(side(10.0), side(12.0), rules(levels))
    assert slow.verdict is Verdict.YELLOW
    assert together(slow, slow, one_level="concurrency").verdict is Verdict.YELLOW
