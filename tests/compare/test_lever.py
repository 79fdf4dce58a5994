import pytest

from gitbaseline.compare.diff import compare
from gitbaseline.compare.lever import lever
from gitbaseline.model.baseline import Lever, SpeedOfLight
from gitbaseline.model.metric import Direction

HIGHER = Direction.HIGHER
GATE = "git baseline diff says GREEN"


def sol(value, unit):
    return SpeedOfLight(
        pct=50.0,
        ceiling_key="chip.wire",
        ceiling_value=value,
        ceiling_unit=unit,
        ceiling_source="s",
        rigor="L1",
    )


def named(old, new, rules):
    return lever(compare(old, new, rules), new)


def test_the_metric_that_lost_most(entry, rules):
    old, new = entry({"a": 10, "b": 10}), entry({"a": 11, "b": 13})
    assert named(old, new, rules()) == Lever(
        lever="win back what b lost", expected_unlock="b +30.00 % to undo", gate=GATE
    )


def test_from_zero_in_the_unit(entry, rules):
    found = named(entry({"a": 0}), entry({"a": 2}), rules())
    assert found.expected_unlock == "a +2 ms to undo"


def test_the_axis_on_which_regressions_gather(entry, metric, rules):
    old = entry({k: metric(1, dimensions={"node": k[0]}) for k in ("x1", "x2", "y1")})
    new = entry(
        {k: metric(2 if k[0] == "x" else 1, dimensions={"node": k[0]}) for k in ("x1", "x2", "y1")}
    )
    assert named(old, new, rules()).lever == "win back what node=x lost"


@pytest.mark.parametrize(
    ("value", "unit", "direction", "limit", "limit_unit", "share"),
    [
        (400, "GB/s", HIGHER, 1000, "GB/s", "40.0"),
        (400, "GB/s", HIGHER, 1, "TB/s", "40.0"),
        (10, "ms", Direction.LOWER, 5, "ms", "50.0"),
        (10, "widgets", HIGHER, 40, "widgets", "25.0"),
        (400, "GB/s", Direction.TWO_SIDED, 1000, "GB/s", None),
        (400, "GB/s", HIGHER, 5, "ms", None),
        (0, "GB/s", HIGHER, 1000, "GB/s", None),
        (1200, "GB/s", HIGHER, 1000, "GB/s", None),
    ],
)
def test_the_metric_furthest_from_the_ceiling(
    entry, metric, rules, value, unit, direction, limit, limit_unit, share
):
    whole = entry({"k": metric(value, unit=unit, direction=direction)}, sol=sol(limit, limit_unit))
    expected = share and Lever(
        lever=f"k is at {share} % of chip.wire",
        expected_unlock=f"up to {100 - float(share):.1f} points",
        gate=f"more than {share} % at the next record",
    )
    assert named(whole, whole, rules()) == expected


def test_the_data_name_nothing(entry, rules):
    assert named(entry({"a": 1}), entry({"a": 1}), rules()) is None


def test_what_could_not_be_answered_names_nothing(entry, rules):
    old, new = entry({"a": 1}, testbed="x"), entry({"a": 9}, testbed="y", sol=sol(1, "ms"))
    assert named(old, new, rules()) is None
