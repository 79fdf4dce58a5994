from __future__ import annotations

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading
from gitbaseline.formats.settle import settle
from gitbaseline.model.metric import Direction, Metric


def metric(unit="unknown", direction=Direction.UNKNOWN, **more):
    return Metric(value=1.0, unit=unit, direction=direction, **more)


@pytest.fixture
def reading():
    return Reading(
        format="f",
        metrics={
            "a.x": metric(),
            "a.y": metric("ms", Direction.LOWER, unit_source="key"),
            "b.x": metric("B"),
        },
        headline="a.y",
        suggested_measurement="m",
    )


def settled(reading, **wants):
    result = settle(reading, Options(**wants))
    return {k: (m.unit, m.direction, m.unit_source) for k, m in result.metrics.items()}


def test_nothing_asked_for_marks_the_formats_headline(reading):
    result = settle(reading, Options())
    assert result.headline == "a.y"
    assert {k: m.headline for k, m in result.metrics.items()} == {
        "a.x": False,
        "a.y": True,
        "b.x": False,
    }


@pytest.mark.parametrize(
    ("patterns", "keys", "headline"),
    [
        (("a.*",), ["a.x", "a.y"], "a.y"),
        (("b.x", "a.x"), ["a.x", "b.x"], None),
        (("b.x",), ["b.x"], "b.x"),
    ],
)
def test_selection(reading, patterns, keys, headline):
    result = settle(reading, Options(metric=patterns))
    assert (list(result.metrics), result.headline) == (keys, headline)


def test_the_persons_headline(reading):
    result = settle(reading, Options(headline="b.x"))
    assert (result.headline, result.metrics["b.x"].headline, result.metrics["a.y"].headline) == (
        "b.x",
        True,
        False,
    )


def test_a_unit_for_all_fills_in_only(reading):
    assert settled(reading, units={"": "GB/s"}) == {
        "a.x": ("GB/s", Direction.HIGHER, "user"),
        "a.y": ("ms", Direction.LOWER, "key"),
        "b.x": ("B", Direction.UNKNOWN, None),
    }


def test_a_unit_for_a_key_or_pattern_replaces(reading):
    assert settled(reading, units={"a.y": "us", "*.x": "s"}) == {
        "a.x": ("s", Direction.LOWER, "user"),
        "a.y": ("us", Direction.LOWER, "user"),
        "b.x": ("s", Direction.LOWER, "user"),
    }


def test_a_direction_for_all_fills_in_and_for_a_key_replaces(reading):
    wants = {"": Direction.HIGHER, "a.y": Direction.TWO_SIDED}  # a.y is the headline
    assert [m[1] for m in settled(reading, directions=wants).values()] == [
        Direction.HIGHER,
        Direction.TWO_SIDED,
        Direction.HIGHER,
    ]


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("key", ["", "a.x"])
def test_a_unit_never_outweighs_the_direction_that_the_person_gives(direction, key):
    one = Reading(format="f", metrics={"a.x": metric()}, suggested_measurement="m")
    found = settled(one, units={key: "ms"}, directions={"": direction})
    assert found == {"a.x": ("ms", direction, "user")}


def test_a_direction_for_all_against_the_headlines_own_is_refused(reading):
    with pytest.raises(InputError) as caught:
        settle(reading, Options(directions={"": Direction.HIGHER}))
    error = caught.value
    assert (error.code, error.where, error.message, error.hint) == (
        "direction/format",
        "--direction",
        "a.y is read as lower-is-better, got --direction higher",
        "if you know better: --direction a.y=higher",
    )
    same = settled(reading, directions={"": Direction.LOWER})
    assert [one[1] for one in same.values()] == [Direction.LOWER] * 3


@pytest.mark.parametrize(
    "wants",
    [
        {"metric": ("a.z",)},
        {"headline": "a.z"},
        {"units": {"a.z": "ms"}},
        {"directions": {"a.z": Direction.LOWER}},
    ],
)
def test_a_key_that_is_not_there_is_an_error_with_the_nearest(reading, wants):
    with pytest.raises(InputError) as caught:
        settle(reading, Options(**wants))
    assert (caught.value.code, str(caught.value), caught.value.hint) == (
        "metric/unknown",
        "no metric 'a.z' among the 3 that were read",
        "there is a.y, a.x",
    )


def test_a_key_far_from_all(reading):
    with pytest.raises(InputError) as caught:
        settle(reading, Options(headline="@@@@@@@@"))
    assert caught.value.hint == "there is a.x, a.y, b.x"


def test_a_headline_that_was_not_selected(reading):
    with pytest.raises(InputError):
        settle(reading, Options(metric=("a.*",), headline="b.x"))


@pytest.fixture
def stated():
    """A reading whose format states one unit and leaves another one open."""
    return Reading(
        format="f",
        metrics={
            "bw": metric("GB/s", Direction.HIGHER, unit_source="format"),
            "t": metric("us", Direction.LOWER, unit_source="format"),
        },
        suggested_measurement="m",
    )


@pytest.mark.parametrize(
    ("units", "message"),
    [
        ({"": "ms"}, "the format states GB/s for bw, got --unit ms"),
        ({"t": "ms"}, "the format states us for t, got --unit ms"),
        ({"*": "us"}, "the format states GB/s for bw, got --unit us"),
    ],
)
def test_a_unit_against_the_formats_own_is_refused(stated, units, message):
    with pytest.raises(InputError) as caught:
        settle(stated, Options(units=units))
    assert (caught.value.code, caught.value.where, caught.value.message) == (
        "unit/format",
        "--unit",
        message,
    )


@pytest.mark.parametrize("units", [{"": "us"}, {"": "GBps"}, {"bw": "GBps"}, {"t": "us"}])
def test_the_formats_own_unit_may_be_said_again(stated, units):
    result = settle(stated, Options(units=units))
    assert [m.direction for m in result.metrics.values()] == [Direction.HIGHER, Direction.LOWER]


def test_what_is_right_already_is_not_made_anew(reading):
    result = settle(reading, Options())
    kept = [key for key, metric in result.metrics.items() if metric is reading.metrics[key]]
    assert kept == ["a.x", "b.x"]
