import pytest

from gitbaseline.compare.match import Difference, Matching
from gitbaseline.compare.row import Row, Standing
from gitbaseline.compare.verdict import Answer, Verdict, answer
from gitbaseline.model.metric import Direction

R, U, OK, CONTEXT = Standing.REGRESSED, Standing.UNDECIDED, Standing.OK, Standing.CONTEXT


def rows(*standings, headline=None, levels=None):
    return [
        Row(
            key=f"k{i}",
            unit="ms",
            direction=Direction.LOWER,
            baseline=1,
            current=1,
            standing=standing,
            headline=i == headline,
            dimensions={"c": levels[i]} if levels else {},
        )
        for i, standing in enumerate(standings)
    ]


@pytest.mark.parametrize(
    ("given", "one_level", "verdict", "reasons"),
    [
        (rows(OK), None, "GREEN", ["1 judged metric within tolerance"]),
        (
            rows(OK, CONTEXT, Standing.IMPROVED),
            None,
            "GREEN",
            ["2 judged metrics within tolerance"],
        ),
        (rows(OK, U), None, "YELLOW", ["1 of 2 judged metrics undecided"]),
        (rows(OK, U, headline=1), None, "YELLOW", ["1 of 2 judged metrics undecided"]),
        (rows(OK, R), None, "YELLOW", ["1 of 2 judged metrics regressed"]),
        (rows(R, R, U), None, "YELLOW", ["2 of 3 judged metrics regressed"]),
        (rows(R, R, R), None, "RED", ["3 of 3 judged metrics regressed"]),
        (rows(R, OK, headline=0), None, "RED", ["headline k0 regressed"]),
        (
            rows(R, R, headline=1),
            None,
            "RED",
            ["headline k1 regressed", "2 of 2 judged metrics regressed"],
        ),
        (rows(R, R, R, OK, levels=[8, 8, 8, 16]), None, "RED", ["3 of 4 judged metrics regressed"]),
        (
            rows(R, R, R, OK, levels=[8, 8, 8, 16]),
            "c",
            "YELLOW",
            ["3 of 4 judged metrics regressed", "all of them at c=8"],
        ),
        (rows(R, R, R, levels=[8, 8, 16]), "c", "RED", ["3 of 3 judged metrics regressed"]),
        (rows(R, R, R), "c", "RED", ["3 of 3 judged metrics regressed"]),
        (
            rows(R, R, R, levels=[8, 8, 8], headline=0),
            "c",
            "RED",
            ["headline k0 regressed", "3 of 3 judged metrics regressed"],
        ),
        (rows(CONTEXT), None, "NO-VERDICT", ["no judged metric is on both sides"]),
        (rows(Standing.NULL_LEGACY), None, "NO-VERDICT", ["no judged metric is on both sides"]),
        ([], None, "NO-VERDICT", ["no judged metric is on both sides"]),
    ],
)
def test_the_answer(given, one_level, verdict, reasons):
    found = answer(given, Matching(), obstacles=[], one_level=one_level, same_artifact=False)
    assert found == Answer(verdict=Verdict(verdict), reasons=tuple(reasons))


def test_an_obstacle_is_no_verdict_whatever_moved():
    found = answer(
        rows(R, headline=0),
        Matching(),
        obstacles=["x is missing"],
        one_level=None,
        same_artifact=False,
    )
    assert found == Answer(verdict=Verdict.NO_VERDICT, reasons=("x is missing",))
    both = answer([], Matching(), obstacles=["x is missing"], one_level=None, same_artifact=False)
    assert both.reasons == ("x is missing", "no judged metric is on both sides")


def test_what_does_not_match_goes_before_everything():
    bars = tuple(Difference(field=f"f{i}", baseline=1, current=2) for i in range(7))
    one = answer(
        rows(R), Matching(bars=bars[:1]), obstacles=["x"], one_level=None, same_artifact=False
    )
    assert one == Answer(verdict=Verdict.INCOMPARABLE, reasons=("f0 differs",))
    many = answer([], Matching(bars=bars), obstacles=[], one_level=None, same_artifact=False)
    assert many.reasons == (*(f"f{i} differs" for i in range(5)), "and 2 more differ")


def test_the_same_program_is_said_beside_a_regression_only():
    same = "the program is the same on both sides, so its code cannot be the cause"
    found = answer(
        rows(R, headline=0), Matching(), obstacles=[], one_level=None, same_artifact=True
    )
    assert found == Answer(verdict=Verdict.RED, reasons=("headline k0 regressed", same))
    fine = answer(rows(OK), Matching(), obstacles=[], one_level=None, same_artifact=True)
    assert fine.reasons == ("1 judged metric within tolerance",)
