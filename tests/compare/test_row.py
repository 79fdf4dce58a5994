from dataclasses import replace

import pytest

from gitbaseline.compare.evidence import Evidence, weigh
from gitbaseline.compare.row import (
    Row,
    Standing,
    adverse_move,
    allowance,
    may_drift,
    samples_needed,
    standing_of,
)
from gitbaseline.frozen import known
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


def evidence_of(interval, *, n, relative=True, **said):
    """Return evidence whose ``p`` and ``wider`` are as said, not asked of the samples."""
    samples = (1.0,) * n
    fields = {"interval": interval, "relative": relative, "baseline": samples, "current": samples}
    return known(Evidence, fields | said)


def between(low, high, *, relative=True):
    centre = (low + high) / 2
    interval = Interval(low=low, centre=centre, high=high, method=Method.RANKS)
    return evidence_of(interval, relative=relative, n=5, p=0.01)


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


@pytest.mark.parametrize("standing", Standing)
def test_which_rows_count(standing):
    row = Row(key="k", unit="ms", direction=LOWER, baseline=1, current=1, standing=standing)
    assert row.judged is (standing not in (Standing.CONTEXT, Standing.NULL_LEGACY))


def moved(centre, half, *, p=None, wider=None, few=False):
    """Return the evidence of a ratio; ``p`` below 0.01 makes it certain, of few ``wider`` does."""
    method = Method.WELCH if few else Method.RANKS
    interval = Interval(low=centre - half, centre=centre, high=centre + half, method=method)
    n = 3 if few else 5
    return evidence_of(interval, n=n, p=None if few else p, wider=wider)


@pytest.mark.parametrize(
    ("evidence", "known", "unknown"),
    [
        # the whole interval is beyond 5 %
        (moved(1.060, 0.005, p=0.001), REGRESSED, UNDECIDED),
        (moved(1.074, 0.005, p=0.001), REGRESSED, UNDECIDED),
        (moved(1.076, 0.005, p=0.001), REGRESSED, REGRESSED),
        (moved(1.076, 0.005, p=0.03), REGRESSED, REGRESSED),
        # it lies across
        (moved(1.061, 0.05, p=0.001), UNDECIDED, UNDECIDED),
        (moved(1.063, 0.05, p=0.001), REGRESSED, UNDECIDED),
        (moved(1.063, 0.05, p=0.01), UNDECIDED, UNDECIDED),
        (moved(1.080, 0.05, p=0.001), REGRESSED, REGRESSED),
        (moved(1.080, 0.05, p=0.02), UNDECIDED, UNDECIDED),
        # three samples a side
        (moved(1.099, 0.01, few=True), REGRESSED, UNDECIDED),
        (moved(1.101, 0.01, few=True), REGRESSED, REGRESSED),
        (moved(1.101, 0.09, few=True, wider=(1.001, 1.2)), REGRESSED, REGRESSED),
        (moved(1.101, 0.09, few=True, wider=(0.999, 1.2)), UNDECIDED, UNDECIDED),
        # none of it is beyond
        (moved(1.02, 0.01, p=0.001), OK, OK),
    ],
)
def test_a_regression_is_certain_and_large(evidence, known, unknown):
    found = [
        standing_of(100, 100, LOWER, FIVE, evidence, noise_known=is_known)
        for is_known in (True, False)
    ]
    assert found == [known, unknown]


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("centre", "low"), [(0.9, 0.85), (1.1, 1.05)])
def test_what_regresses_one_way_improves_the_other(centre, low, known):
    evidence = moved(centre, centre - low, p=0.001)
    up, down, both = (
        standing_of(100, 100, direction, FIVE, evidence, noise_known=known)
        for direction in (LOWER, HIGHER, BOTH)
    )
    assert {up, down} == {REGRESSED, IMPROVED}
    assert both is REGRESSED
    assert (up is REGRESSED) is (centre > 1)


@pytest.mark.parametrize(
    ("evidence", "known", "unknown"),
    [
        (moved(1.03, 0.05), 64, 64),  # to lie wholly inside
        (moved(1.06, 0.05), 256, None),  # to lie wholly beyond; unknown, it may be a drift
        (moved(1.07, 0.06), 12, None),  # to be certain, which is sooner
        (moved(1.09, 0.20), 76, 76),
        (moved(1.05, 0.05), None, None),
    ],
)
def test_how_many_samples_would_decide(evidence, known, unknown):
    exactly = Tolerance(absolute=5 - 1e-10)  # less what is allowed for rounding
    found = [
        samples_needed(100, 100, LOWER, exactly, evidence, noise_known=is_known)
        for is_known in (True, False)
    ]
    assert found == [known, unknown]


@pytest.mark.parametrize(
    ("low", "centre", "high", "direction", "known", "count"),
    [
        (0.90, 1.01, 1.04, BOTH, True, 35),  # what lies within has to be clear of both ends
        (0.96, 0.99, 1.10, BOTH, True, 35),
        (0.96, 1.06, 1.10, BOTH, True, 1022),  # what lies beyond only of the one on its side
        (0.88, 0.94, 1.06, LOWER, True, 13),
        (0.88, 0.94, 1.06, LOWER, False, 13),  # for the better: no drift makes it a regression
        (0.88, 0.94, 1.06, HIGHER, False, None),
        (1.06, 1.08, 1.10, LOWER, True, 6),  # not significant, so that what there is was too few
    ],
)
def test_which_end_the_samples_have_to_be_clear_of(low, centre, high, direction, known, count):
    interval = Interval(low=low, centre=centre, high=high, method=Method.RANKS)
    evidence = evidence_of(interval, n=5, p=0.06)
    found = samples_needed(100, 100, direction, FIVE, evidence, noise_known=known)
    assert found == count


@pytest.mark.parametrize("direction", [LOWER, HIGHER, BOTH])
@pytest.mark.parametrize("known", [True, False])
def test_medians_that_move_against_the_ranks_are_no_regression(direction, known):
    old, new = [100.0] * 26 + [200.0] * 24, [110.0] * 26 + [50.0] * 24
    evidence = weigh(old, new, relative=True)
    assert evidence.p < 0.001
    assert evidence.interval.low < 1 < evidence.interval.centre == 1.1
    assert standing_of(100, 110, direction, FIVE, evidence, noise_known=known) is UNDECIDED


@pytest.mark.parametrize("known", [True, False])
def test_what_the_test_does_not_call_significant_is_no_regression(known):
    interval = Interval(low=1.06, centre=1.10, high=1.14, method=Method.RANKS)
    found = [
        standing_of(100, 110, LOWER, FIVE, evidence_of(interval, n=30, p=p), noise_known=known)
        for p in (0.0499, 0.0501)
    ]
    assert found == [REGRESSED, UNDECIDED]


@pytest.mark.parametrize(
    ("centre", "standing", "drifts"),
    [
        (1.04, UNDECIDED, False),
        (1.06, UNDECIDED, True),
        (1.06, REGRESSED, False),
        (1.08, UNDECIDED, False),
    ],
)
def test_what_may_be_a_drift(centre, standing, drifts):
    row = Row(
        key="k",
        unit="ms",
        direction=LOWER,
        baseline=100,
        current=100 * centre,
        standing=standing,
        tolerance=FIVE,
        evidence=moved(centre, 0.02, p=0.001),
    )
    assert may_drift(row) is drifts
    assert not may_drift(replace(row, samples_needed=9))
    assert not may_drift(replace(row, evidence=None))
    assert not may_drift(replace(row, tolerance=None))


@pytest.mark.parametrize(
    ("unit", "old", "tolerance", "move"),
    [
        ("%", 99.9, Tolerance(absolute=2), "-4.4 points"),
        ("pct", 99.9, FIVE, "-4.40 %"),
        ("%", 0, FIVE, "-4.4 points"),
        ("ms", 99.9, Tolerance(absolute=2), "-4.40 %"),
        ("ms", 0, FIVE, "-4.4 ms"),
    ],
)
def test_a_percentage_held_to_points_moves_by_points(unit, old, tolerance, move):
    row = Row(
        key="k",
        unit=unit,
        direction=HIGHER,
        baseline=old,
        current=old - 4.4,
        delta=-4.4,
        delta_pct=-4.4044 if old else None,
        tolerance=tolerance,
    )
    assert row.move == move
