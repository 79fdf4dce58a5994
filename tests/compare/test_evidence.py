import pytest

from gitbaseline.compare.evidence import weigh
from gitbaseline.stats.interval import Method

FIVE = [10.0, 10.1, 9.9, 10.05, 9.95]
OTHER = [11.0, 11.1, 10.9, 11.05, 10.95]


def facts(found):
    return found and (
        found.relative,
        found.interval.method,
        found.significant,
        found.normal,
        found.n_baseline,
        found.n_current,
        found.still,
    )


@pytest.mark.parametrize(
    ("old", "new", "relative", "expected"),
    [
        (FIVE, OTHER, True, (True, Method.RANKS, True, False, 5, 5, 1.0)),
        (FIVE, OTHER, False, (False, Method.RANKS, True, False, 5, 5, 0.0)),
        (FIVE, FIVE, True, (True, Method.RANKS, False, False, 5, 5, 1.0)),
        (FIVE[:3], OTHER[:3], True, (True, Method.WELCH, True, True, 3, 3, 1.0)),
        (FIVE[:3], FIVE[:3], True, (True, Method.WELCH, False, True, 3, 3, 1.0)),
        ([-1.0, 0.0, 1.0, 2.0], FIVE, True, (False, Method.RANKS, True, False, 4, 5, 0.0)),
        (FIVE, OTHER[:2], True, None),
        ((), OTHER, True, None),
    ],
)
def test_which_interval(old, new, relative, expected):
    assert facts(weigh(old, new, relative=relative)) == expected


def test_p_stands_only_beside_ranks():
    assert weigh(FIVE, OTHER, relative=True).p == pytest.approx(2 / 252)
    assert weigh(FIVE[:3], OTHER[:3], relative=True).p is None


def test_how_many_samples_would_decide():
    found = weigh(FIVE, OTHER, relative=True)
    assert found.samples_needed(found.interval.centre) is None
    assert found.samples_needed(found.interval.high + 1) == 5
    assert found.samples_needed(found.interval.high) > 5


@pytest.mark.parametrize(
    ("old", "new", "certain"),
    [
        (FIVE, OTHER, True),
        (FIVE[:4], OTHER[:4], False),  # 2 in 70 is the least p there is
        (FIVE, [10.0, 10.2, 10.3, 10.4, 10.06], False),
        (FIVE[:3], OTHER[:3], True),
        (FIVE[:3], [10.1, 10.3, 10.2], False),
        ([0.0, 0.0, 0.0], [1.0, 1.1, 0.9], True),
        ([0.0, 1.0, 2.0], [1.0, 1.1, 0.9], False),
    ],
)
def test_what_is_certain(old, new, certain):
    assert weigh(old, new, relative=True).certain is certain


def test_without_an_end_of_the_wider_interval_nothing_is_certain():
    old, new = [1.0, 1.6, 1.3], [40.0, 40.0, 40.0]
    found = weigh(old, new, relative=True)
    assert (found.wider, found.certain) == (None, False)
    assert found.significant


def test_what_nobody_asks_is_not_worked_out():
    found = weigh(FIVE, OTHER, relative=True)
    few = weigh(FIVE[:3], OTHER[:3], relative=True)
    assert (found.wider, few.p) == (None, None)
    assert "p" not in vars(found)
    assert "wider" not in vars(few)
    assert (found.p, few.wider) == (vars(found)["p"], vars(few)["wider"])
