"""The tolerance that a study finds keeps the diff's own rule quiet, on fresh samples too."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.compare.evidence import weigh
from gitbaseline.compare.row import Standing, standing_of
from gitbaseline.compare.study import SPLITS, asks, describe, study
from gitbaseline.model.metric import Direction, median
from gitbaseline.profiles import Tolerance

LOWER, HIGHER, BOTH = Direction.LOWER, Direction.HIGHER, Direction.TWO_SIDED
positive = st.floats(0.5, 2.0, allow_subnormal=False)
signed = st.floats(-1.0, 1.0, allow_subnormal=False)


def normal(sigma, n, seed=1, centre=100.0):
    draw = random.Random(seed)
    return [draw.gauss(centre, sigma) for _ in range(n)]


def of(samples, side=5, direction=LOWER, at_least=0.0):
    return study([samples], direction, side=side, at_least=at_least)


def limit(found):
    return found.tolerance.percent or found.tolerance.absolute


def alarms(tolerance, old, new, direction):
    relative = tolerance.absolute is None
    evidence = weigh(old, new, relative=relative)
    standing = standing_of(median(old), median(new), direction, tolerance, evidence)
    return standing is Standing.REGRESSED


@pytest.mark.parametrize("direction", [LOWER, HIGHER, BOTH])
@given(data=st.data(), n=st.sampled_from([1, 2, 3, 5]), relative=st.booleans())
def test_what_is_asked_for_is_where_the_rule_of_diff_alarms(direction, data, n, relative):
    numbers = positive if relative else signed
    # As a metric of one sample has none that diff could weigh, sides are of one or of three and more
    sides = [data.draw(st.lists(numbers, min_size=n, max_size=n)) for _ in range(2)]
    asked = asks(*sides, direction, relative=relative)
    at = Tolerance(percent=asked) if relative else Tolerance(absolute=asked)
    more = 1e-6 + asked * 1e-6
    above = Tolerance(percent=asked + more) if relative else Tolerance(absolute=asked + more)
    assert not alarms(above, *sides, direction)
    if asked > 1e-3:
        fewer = asked - more
        below = Tolerance(percent=fewer) if relative else Tolerance(absolute=fewer)
        assert alarms(below, *sides, direction)
    assert (at.percent or at.absolute or 0) >= 0


@pytest.mark.parametrize("direction", [LOWER, HIGHER, BOTH])
@pytest.mark.parametrize(("side", "n"), [(1, 40), (3, 30), (5, 50)])
def test_fresh_samples_alarm_in_fewer_than_one_of_a_hundred(direction, side, n):
    false = pairs = 0
    for seed in range(10):
        found = of(normal(3, n, seed), side, direction)
        draw = random.Random(100 + seed)
        for _ in range(100):
            old, new = ([draw.gauss(100, 3) for _ in range(side)] for _ in range(2))
            false += alarms(found.tolerance, old, new, direction)
            pairs += 1
    assert false / pairs < 0.01


def test_sessions_that_differ_among_themselves_cost_more_than_one_run_shows():
    draw = random.Random(3)
    sessions = []
    for _ in range(12):
        level = draw.gauss(100, 4)
        sessions.append([draw.gauss(level, 0.5) for _ in range(5)])
    found = study(sessions, LOWER, side=5, at_least=0)
    assert (found.n, found.trials, found.side) == (60, 12, 5)
    assert limit(found) > 3 * limit(of(normal(0.5, 60)))


def test_the_same_samples_give_the_same_answer():
    samples = normal(2, 30)
    first = of(samples)
    assert first == of(samples)
    assert (first.alarms < 10, first.splits) == (True, SPLITS)
    # a change of Python or of the algorithm must not pass unseen
    assert (first.tolerance, first.alarms) == (Tolerance(percent=2.7), 2)


def test_few_samples_say_how_many_it_takes():
    found = of(normal(1, 14))
    assert (found.tolerance, found.needed, found.splits, found.warnings) == (None, 15, 0, ())
    assert (found.trials, found.side) == (2, 5)
    two = study([[1.0, 2.0, 3.0]] * 2, LOWER, side=3, at_least=0)
    assert (two.tolerance, two.needed) == (None, 3)
    assert of(normal(1, 2)).trials == 0


def test_few_trials_say_that_more_would_narrow_it():
    assert of(normal(2, 30)).warnings == (
        "few trials (6) widen the tolerance; 50 samples would narrow it",
    )
    sessions = [normal(2, 5, seed) for seed in range(4)]
    assert study(sessions, LOWER, side=5, at_least=0).warnings == (
        "few trials (4) widen the tolerance; 10 sessions would narrow it",
    )
    assert of(normal(2, 50)).warnings == ()
    assert of(normal(2, 30), at_least=50).warnings == ()  # nothing would narrow that


def test_many_trials_are_weighed_in_part():
    found = of(normal(2, 1000), side=1)
    assert (found.n, found.trials) == (1000, 59)
    assert study([[1.0, 2.0]] * 60, LOWER, side=2, at_least=0).trials == 30


def test_the_least_tolerance():
    assert of([5.0] * 15, at_least=1.0).tolerance == Tolerance(percent=1.0)
    assert of([5.0] * 15).tolerance == Tolerance(percent=0.0)


@pytest.mark.parametrize("direction", [LOWER, HIGHER, BOTH])
def test_numbers_around_zero_get_a_tolerance_in_their_unit(direction):
    found = of(normal(1, 50, centre=0), direction=direction, at_least=5)
    assert found.tolerance.percent is None
    assert 0 < found.tolerance.absolute < 5
    assert found.tolerance.absolute == float(f"{found.tolerance.absolute:.1e}")
    assert of([0.0] * 15).tolerance == Tolerance(absolute=0.0)
    assert of([0.0] * 14 + [1e-15]).tolerance == Tolerance(absolute=1e-9)


def test_noise_that_no_tolerance_can_hold():
    draw = random.Random(2)
    wild = [draw.lognormvariate(0, 3) for _ in range(60)]
    found = of(wild)
    assert (found.tolerance, found.needed) == (None, None)
    assert "so noisy that no tolerance would mean anything; steady it first" in found.warnings
    found = of(wild[:30])  # of which a third may be chance
    assert (found.tolerance, found.needed, found.warnings) == (None, 50, ())
    sessions = [wild[at : at + 3] for at in range(0, 12, 3)]
    assert study(sessions, LOWER, side=3, at_least=0).needed == 10


def test_a_level_that_moves_is_told():
    steady, later = normal(0.5, 15), normal(0.5, 15, 2, centre=110)
    (said,) = describe([[*steady, *later]], side=5).warnings
    assert said.startswith("steps at 16 of 30: 100")
    drifting = [100 + n + value / 100 for n, value in enumerate(normal(1, 60, centre=0))]
    (said,) = describe([drifting], side=5).warnings
    assert said.startswith("drifts: 1")


def test_two_levels_are_told_unless_one_followed_the_other():
    draw = random.Random(1)
    mixed = [draw.choice((100, 110)) * draw.gauss(1, 0.005) for _ in range(40)]
    (said,) = describe([mixed], side=5).warnings
    assert said.startswith("two levels: ")
    assert said.endswith("; a median jumps between them")


def test_what_is_smaller_than_one_percent_is_not_told():
    assert describe([[100.0, 100.5] * 15], side=5).warnings == ()
    assert describe([[100.0] * 15 + [100.5] * 15], side=5).warnings == ()


def test_single_runs_in_files_are_one_run():
    samples = normal(1, 30)
    assert study([[s] for s in samples], LOWER, side=5, at_least=0) == of(samples)


def test_the_spread_in_percent():
    found = describe([[9.0, 10.0, 11.0]], side=1)
    assert (found.median, found.spread) == (10.0, pytest.approx(1.4826))
    assert found.spread_percent == pytest.approx(14.826)
    assert replace(found, median=0.0).spread_percent is None
