import pytest

from gitbaseline.compare.evidence import Evidence, weigh
from gitbaseline.compare.row import Row, Standing, adverse_move, allowance, boundary, standing_of
from gitbaseline.model.metric import Direction
from gitbaseline.profiles import Tolerance
from gitbaseline.stats.interval import Interval, Method

HIGHER, LOWER, BOTH = Direction.HIGHER, Direction.LOWER, Direction.TWO_SIDED
FIVE = Tolerance(percent=5)
OK, IMPROVED, REGRESSED, UNDECIDED = (
    Standing.OK,
    Standing.IMPROVED,
    Standing.REGRESSED,
    Standing.UNDECIDED,
)


@pytest.mark.parametrize(
    ("direction", "moves"),
    [(HIGHER, (10, -10)), (LOWER, (-10, 10)), (BOTH, (10, 10)), (Direction.UNKNOWN, (0, 0))],
)
def test_what_is_adverse(direction, moves):
    assert (adverse_move(100, 90, direction), adverse_move(100, 110, direction)) == moves


@pytest.mark.parametrize(
    ("baseline", "tolerance", "allowed"),
    [
        (200, Tolerance(percent=5), 10),
        (-200, Tolerance(percent=5), 10),
        (200, Tolerance(absolute=3), 3),
        (200, Tolerance(percent=5, absolute=20), 20),
        (0, Tolerance(percent=5), 0),
    ],
)
def test_how_far_it_may_move(baseline, tolerance, allowed):
    assert allowance(baseline, baseline, tolerance) == pytest.approx(allowed)


@pytest.mark.parametrize(
    ("old", "new", "direction", "tolerance", "standing"),
    [
        (100, 95, HIGHER, FIVE, OK),
        (0.1, 0.095, HIGHER, FIVE, OK),  # binary fractions say a little more than 5 %
        (0.1, 0.105, LOWER, FIVE, OK),
        (100, 94.9, HIGHER, FIVE, REGRESSED),
        (100, 105.1, HIGHER, FIVE, IMPROVED),
        (100, 105.1, LOWER, FIVE, REGRESSED),
        (100, 94.9, LOWER, FIVE, IMPROVED),
        (100, 94.9, BOTH, FIVE, REGRESSED),
        (100, 105.1, BOTH, FIVE, REGRESSED),
        (100, 104, BOTH, FIVE, OK),
        (-100, -106, HIGHER, FIVE, REGRESSED),
        (-100, -94, HIGHER, FIVE, IMPROVED),
        (0, 1e-9, LOWER, FIVE, REGRESSED),
        (0, 0, LOWER, FIVE, OK),
        (0, -1, LOWER, FIVE, IMPROVED),
        (0, 1, LOWER, Tolerance(absolute=2), OK),
        (0, 3, LOWER, Tolerance(absolute=2), REGRESSED),
        (100, 100, LOWER, Tolerance(percent=0), OK),
        (100, 100.001, LOWER, Tolerance(percent=0), REGRESSED),
    ],
)
def test_a_point_decides(old, new, direction, tolerance, standing):
    assert standing_of(old, new, direction, tolerance, None) is standing


def between(low, high, *, relative=True):
    centre = (low + high) / 2
    interval = Interval(low=low, centre=centre, high=high, method=Method.RANKS)
    return Evidence(interval=interval, relative=relative, p=0.01, n_baseline=5, n_current=5)


@pytest.mark.parametrize(
    ("low", "high", "higher", "lower", "both"),
    [
        (0.90, 0.94, REGRESSED, IMPROVED, REGRESSED),
        (0.94, 0.96, UNDECIDED, OK, UNDECIDED),
        (0.95, 1.05, OK, OK, OK),
        (1.04, 1.06, OK, UNDECIDED, UNDECIDED),
        (1.06, 1.10, IMPROVED, REGRESSED, REGRESSED),
        (0.90, 1.10, UNDECIDED, UNDECIDED, UNDECIDED),
    ],
)
def test_an_interval_decides(low, high, higher, lower, both):
    found = [
        standing_of(100, 100, direction, FIVE, between(low, high))
        for direction in (HIGHER, LOWER, BOTH)
    ]
    assert found == [higher, lower, both]


@pytest.mark.parametrize(
    ("low", "high", "standing"), [(-3, -2.1, REGRESSED), (-2.1, 0, UNDECIDED), (-2, 2, OK)]
)
def test_an_interval_of_the_difference_is_in_the_metric_s_unit(low, high, standing):
    evidence = between(low, high, relative=False)
    assert standing_of(-50, -52, HIGHER, Tolerance(absolute=2), evidence) is standing


def test_from_a_baseline_of_0_samples_decide_too():
    old, new = [0.0] * 5, [1.0, 1.1, 1.2, 1.3, 1.4]
    evidence = weigh(old, new, relative=True)
    assert standing_of(0, 1.2, LOWER, FIVE, evidence) is REGRESSED
    assert standing_of(0, 0, LOWER, FIVE, weigh(old, old, relative=True)) is OK


@pytest.mark.parametrize(
    ("direction", "low", "high", "end"),
    [
        (HIGHER, 0.94, 0.96, 0.95),
        (LOWER, 1.04, 1.06, 1.05),
        (BOTH, 0.94, 0.96, 0.95),
        (BOTH, 1.04, 1.06, 1.05),
    ],
)
def test_where_the_tolerance_ends(direction, low, high, end):
    found = boundary(100, 100, direction, FIVE, between(low, high))
    assert found == pytest.approx(end)
    absolute = boundary(
        100, 100, direction, Tolerance(absolute=5), between(low - 1, high - 1, relative=False)
    )
    assert absolute == pytest.approx(5 if end > 1 else -5)


@pytest.mark.parametrize("standing", Standing)
def test_which_rows_count(standing):
    row = Row(key="k", unit="ms", direction=LOWER, baseline=1, current=1, standing=standing)
    assert row.judged is (standing not in (Standing.CONTEXT, Standing.NULL_LEGACY))
