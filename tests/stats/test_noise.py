import random

import pytest

from gitbaseline.stats.interval import difference_interval, ratio_interval
from gitbaseline.stats.noise import absolute_from, in_order, tolerance_from


def trial(draw, n, between, within):
    centre = draw.gauss(100, 100 * between)
    return [draw.gauss(centre, centre * within) for _ in range(n)]


@pytest.mark.parametrize("n", [3, 5])
@pytest.mark.parametrize(("between", "within"), [(0, 0.05), (0.02, 0.01), (0.03, 0.03)])
def test_false_alarms_stay_under_one_percent(n, between, within):
    draw = random.Random(9)
    alarms = pairs = 0
    for _ in range(20):
        limit = 1 + tolerance_from([trial(draw, n, between, within) for _ in range(10)]) / 100
        for _ in range(100):
            found = ratio_interval(*(trial(draw, n, between, within) for _ in range(2)))
            alarms += found.low > limit
            pairs += 1
    assert alarms / pairs < 0.01


def test_known_tolerances():
    assert tolerance_from([[100.0]] * 3) == 0.0
    # t(99.5 %, 2) = 9.92484, deviation of the three logs 0.0198026 / 2, times sqrt(2)
    assert tolerance_from([[99.0], [100.0], [101.0]]) == pytest.approx(15.07, abs=0.01)
    assert tolerance_from([[98.0, 100.0, 102.0]] * 4) == 0.0


def test_the_trials_themselves_do_not_alarm():
    draw = random.Random(10)
    trials = [trial(draw, 4, 0.05, 0.001) for _ in range(6)]
    limit = 1 + tolerance_from(trials) / 100
    assert not any(ratio_interval(a, b).low > limit for a in trials for b in trials)


def test_a_trial_as_wide_as_its_centre_has_no_lower_end():
    wide = [[0.001, 1.0, 100.0], [0.001, 1.0, 90.0], [50.0, 51.0, 52.0]]
    assert tolerance_from(wide) > 1000
    assert tolerance_from([[50.0, 51.0, 52.0], [0.1, 1.0, 4.0], [50.0, 51.0, 52.0]]) > 0


@pytest.mark.parametrize(
    ("trials", "message"),
    [
        ([[1.0]] * 2, "trials: expected at least 3, got 2"),
        ([[1.0], [0.0], [1.0]], "trials: expected samples above 0"),
        ([[1.0], [], [1.0]], "samples: expected at least 1, got 0"),
    ],
)
def test_refused(trials, message):
    with pytest.raises(ValueError) as caught:
        tolerance_from(trials)
    assert str(caught.value) == message


@pytest.mark.parametrize("n", [1, 3, 5])
def test_false_alarms_in_the_own_unit_stay_under_one_percent(n):
    draw = random.Random(11)

    def session():
        centre = draw.gauss(0, 1)
        return [draw.gauss(centre, 1) for _ in range(n)]

    alarms = pairs = 0
    for _ in range(20):
        limit = absolute_from([session() for _ in range(10)])
        for _ in range(100):
            old, new = session(), session()
            found = difference_interval(old, new)
            alarms += (found.low if found else new[0] - old[0]) > limit
            pairs += 1
    assert alarms / pairs < 0.01


def test_known_absolute_tolerances():
    assert absolute_from([[0.0]] * 3) == 0.0
    # t(99.5 %, 2) = 9.92484 times the root mean square of 1, 1 and 2
    assert absolute_from([[-1.0], [0.0], [1.0]]) == pytest.approx(9.92484 * 2**0.5, rel=1e-5)
    with pytest.raises(ValueError):
        absolute_from([[1.0]] * 2)


def test_a_tolerance_beyond_all_numbers_is_a_large_one():
    assert 1e300 < tolerance_from([[1e-300], [1.0], [1e300]]) < float("inf")


def test_in_order_a_step_and_a_trend_are_less_than_noise():
    flat = [[100.0], [101.0], [99.0], [100.5], [99.5]]
    stepped = [*flat, *([115 / 100 * value] for (value,) in flat)]
    trend = [[100 * 1.1**place] for place in range(8)]
    assert in_order(stepped) < 0.6 * tolerance_from(stepped)
    assert in_order(trend) == pytest.approx(0.0, abs=1e-9)
    assert tolerance_from(trend) > 100


@pytest.mark.parametrize("n", [1, 5])
@pytest.mark.parametrize("trials", [5, 10])
def test_in_order_false_alarms_stay_under_one_percent(n, trials):
    draw = random.Random(12)
    alarms = 0
    for _ in range(1000):
        history = [trial(draw, n, 0.03, 0.02) for _ in range(trials)]
        limit = 1 + in_order(history) / 100
        for _ in range(3):
            new = trial(draw, n, 0.03, 0.02)
            found = ratio_interval(history[-1], new)
            alarms += (found.low if found else new[0] / history[-1][0]) > limit
    assert alarms / 3000 < 0.01


def test_in_order_is_never_wider():
    draw = random.Random(13)
    for _ in range(50):
        history = [trial(draw, 3, 0.02, 0.02) for _ in range(6)]
        assert 0 <= in_order(history) <= tolerance_from(history)
