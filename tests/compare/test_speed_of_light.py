"""The share of a ceiling: the arithmetic by hand, and what has no share."""

from __future__ import annotations

import pytest

from gitbaseline.ceilings import Ceiling, Source, Verified
from gitbaseline.compare.speed_of_light import Rigor, is_under, share
from gitbaseline.errors import InputError
from gitbaseline.model.baseline import SpeedOfLight
from gitbaseline.model.metric import Direction


def ceiling(value, unit):
    return Ceiling(
        key="chip.wire.both",
        value=value,
        unit=unit,
        face="both",
        span=None,
        device="A chip",
        source=Source(name="page", url="https://example.org/x", read=None),
        verified=Verified.SECONDARY,
        note=None,
        aliases=(),
    )


@pytest.mark.parametrize(
    ("value", "unit", "direction", "limit", "pct", "frozen"),
    [
        (480, "GB/s", Direction.HIGHER, (0.96, "TB/s"), 50, 960),
        (0.9, "TB/s", Direction.HIGHER, (900, "GB/s"), 100, 0.9),
        (50, "GB/s", Direction.HIGHER, (800, "Gbit/s"), 50, 100),
        (0, "GB/s", Direction.HIGHER, (1, "TB/s"), 0, 1000),
        (4, "ms", Direction.LOWER, (0.001, "s"), 25, 1),
        (7, "laps", Direction.HIGHER, (28, "laps"), 25, 28),
    ],
)
def test_the_share(value, unit, direction, limit, pct, frozen):
    assert share(value, unit, direction, ceiling(*limit)) == SpeedOfLight(
        pct=pct,
        ceiling_key="chip.wire.both",
        ceiling_value=frozen,
        ceiling_unit=unit,
        ceiling_source="https://example.org/x (secondary)",
        rigor="L1",
    )


@pytest.mark.parametrize("rigor", list(Rigor))
def test_rigor_is_frozen_as_text(rigor):
    found = share(1, "s", Direction.LOWER, ceiling(1, "s"), rigor=rigor)
    assert (found.rigor, type(found.rigor)) == (rigor.name, str)


def test_more_than_the_hardware_can_do():
    with pytest.raises(InputError) as caught:
        share(1800, "GB/s", Direction.HIGHER, ceiling(0.9, "TB/s"))
    error = caught.value
    assert (str(error), error.code) == (
        "chip.wire.both: 1800 GB/s is 200 % of 900.0 GB/s: either this is the wrong ceiling or the number is wrong",
        "sol/over",
    )
    assert error.hint == (
        "check dense or sparse, one direction or both, one GPU or several; "
        "--sol-over records it all the same"
    )
    assert share(1800, "GB/s", Direction.HIGHER, ceiling(0.9, "TB/s"), over=True).pct == 200


@pytest.mark.parametrize(
    ("value", "unit", "direction", "limit", "code", "message"),
    [
        (1, "ms", Direction.HIGHER, (1, "GB/s"), "sol/unit", "a value in 'ms' has no share of a ceiling in 'GB/s': 'GB/s' (data/time) does not convert into 'ms' (time)"),
        (1, "Gb", Direction.HIGHER, (1, "GB/s"), "sol/unit", "a value in 'Gb' has no share of a ceiling in 'GB/s': unit 'Gb' is not known"),
        (1, "GB/s", Direction.UNKNOWN, (1, "GB/s"), "sol/direction", "the metric is unknown; a share of a ceiling needs one better direction"),
        (1, "GB/s", Direction.TWO_SIDED, (1, "GB/s"), "sol/direction", "the metric is two-sided; a share of a ceiling needs one better direction"),
        (-1, "GB/s", Direction.HIGHER, (1, "GB/s"), "sol/value", "-1 has no share of 1, higher-is-better"),
        (0, "s", Direction.LOWER, (1, "s"), "sol/value", "0 has no share of 1, lower-is-better"),
        (1e308, "s", Direction.HIGHER, (1e-9, "s"), "sol/value", "1e+308 has no share of 1e-09, higher-is-better"),
    ],
)  # fmt: skip
def test_what_has_no_share(value, unit, direction, limit, code, message):
    with pytest.raises(InputError) as caught:
        share(value, unit, direction, ceiling(*limit), over=True)
    error = caught.value
    assert (error.message, error.code, error.where) == (message, code, "chip.wire.both")


@pytest.mark.parametrize(
    ("key", "value", "unit", "one"),
    [
        ("chip.wire.both", 960.0, "GB/s", True),
        ("chip.wire.both", 0.96, "TB/s", True),
        ("chip.wire.both", 900.0, "GB/s", False),
        ("chip.wire.both", 960.0, "ms", False),
        ("chip.wire", 960.0, "GB/s", False),
    ],
)
def test_a_frozen_share_is_of_a_ceiling_and_of_its_figure(key, value, unit, one):
    frozen = share(480, "GB/s", Direction.HIGHER, ceiling(0.96, "TB/s"))
    assert is_under(frozen, key, value, unit) is one
