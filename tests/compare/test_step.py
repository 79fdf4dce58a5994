from dataclasses import replace

import pytest

from gitbaseline.compare.step import History, Point, between, steps
from gitbaseline.model.baseline import NO_COMMIT, Code
from gitbaseline.model.layout import entry_path
from gitbaseline.model.metric import Direction

CALM = (0.0, 0.1, -0.1, 0.2, -0.2, 0.3, -0.3)


def point(number, value, sha=None, remote=None):
    path = entry_path("fam", "m", f"20260101T0000{number:02d}Z")
    code = Code(sha=sha or f"{number:02d}" * 20, remote=remote)
    return Point(path=path, at=f"2026-01-01T00:00:{number:02d}Z", code=code, value=value)


def history(*levels, direction=Direction.LOWER):
    values = [level + noise for level in levels for noise in CALM]
    points = tuple(point(number, value) for number, value in enumerate(values))
    return History(key="lat", unit="ms", direction=direction, points=points)


def test_a_step_whole():
    line = history(10, 12)
    (found,) = steps(line)
    assert (found.key, found.unit, found.index) == ("lat", "ms", 7)
    assert (found.before, found.after) == (line.points[6], line.points[7])
    assert (found.old, found.new, found.gradual) == (10, 12, False)
    assert found.delta_pct == pytest.approx(20)
    assert 0 < found.p < 0.01
    assert between(found) == "between 060606060606 and 070707070707"
    assert found.commits == ("06" * 20, "07" * 20)


def test_no_history_and_no_step():
    assert steps(history()) == ()
    assert steps(history(10, 10, 10)) == ()


@pytest.mark.parametrize(
    ("direction", "up", "down"),
    [
        (Direction.LOWER, True, False),
        (Direction.HIGHER, False, True),
        (Direction.TWO_SIDED, True, True),
        (Direction.UNKNOWN, None, None),
    ],
)
def test_which_steps_are_for_the_worse(direction, up, down):
    found = steps(history(10, 10, 12, 12, 10, 10, direction=direction))
    assert [step.adverse for step in found] == [up, down]


def test_from_a_level_of_zero_there_is_no_percentage():
    flat = History(
        key="e",
        unit="1",
        direction=Direction.LOWER,
        points=tuple(point(n, float(n >= 7)) for n in range(14)),
    )
    (found,) = steps(flat)
    assert (found.old, found.new, found.delta_pct, found.adverse) == (0, 1, None, True)


@pytest.mark.parametrize(
    ("before", "after", "commits", "text"),
    [
        (("1" * 40, None), ("2" * 40, None), True, "between 111111111111 and 222222222222"),
        (("1" * 40, "r"), ("1" * 40, "r"), True, "while the commit stayed 111111111111"),
        ((NO_COMMIT, None), ("2" * 40, None), False, "no commits known"),
        (("1" * 40, None), (NO_COMMIT, None), False, "no commits known"),
        (("1" * 40, "r"), ("2" * 40, "s"), False, "no commits known"),
    ],
)
def test_between_which_commits(before, after, commits, text):
    (found,) = steps(history(10, 12))
    found = replace(found, before=point(6, 10, *before), after=point(7, 12, *after))
    assert found.commits == ((before[0], after[0]) if commits else None)
    assert between(found) == text
