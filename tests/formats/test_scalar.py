from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Reading
from gitbaseline.formats.scalar import from_values, inline_bytes
from gitbaseline.model.metric import Direction, Metric


def test_one_value():
    assert from_values(["480"], unit="GB/s") == Reading(
        format="scalar",
        metrics={
            "value": Metric(
                value=480.0, unit="GB/s", direction=Direction.HIGHER, unit_source="user"
            )
        },
        headline="value",
        suggested_measurement="value",
    )


def test_several_values_are_trials():
    metric = from_values(["3", "1", "2"], unit="ms", key="latency").metrics["latency"]
    assert metric == Metric(
        value=2.0,
        unit="ms",
        direction=Direction.LOWER,
        stat="median",
        n=3,
        samples=(3.0, 1.0, 2.0),
        mean=2.0,
        std=1.0,
        min=1.0,
        max=3.0,
        unit_source="user",
    )


def test_no_unit_and_a_direction():
    metric = from_values(["-0.0"], direction=Direction.TWO_SIDED).metrics["value"]
    assert (metric.unit, metric.unit_source, metric.direction, str(metric.value)) == (
        "unknown",
        None,
        Direction.TWO_SIDED,
        "0.0",
    )


def test_a_unit_of_the_users_own_has_no_direction():
    metric = from_values(["1"], unit="furlongs").metrics["value"]
    assert (metric.unit, metric.direction) == ("furlongs", Direction.UNKNOWN)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "1,234",
            "expected a plain decimal number, got '1,234': a separator may mean thousands or decimals",
            "write 1234.5",
        ),
        (
            "1.234.5",
            "expected a plain decimal number, got '1.234.5': a separator may mean thousands or decimals",
            "write 1234.5",
        ),
        (
            "1_000",
            "expected a plain decimal number, got '1_000': underscores separate nothing here",
            "write 1234.5",
        ),
        (
            "12.5 ms",
            "expected a plain decimal number, got '12.5 ms'",
            "give the unit by itself: --value 12.5 --unit ms",
        ),
        (
            "12 bananas",
            "expected a plain decimal number, got '12 bananas'",
            "write it like 1234.5 or 1.2345e3",
        ),
        *(
            (
                text,
                f"expected a plain decimal number, got '{text}': that is beyond a 64-bit float",
                "give it in another unit",
            )
            for text in ("1e999", "-1e999", "1e-999", "0.0001e-400")
        ),
        (".5", "expected a plain decimal number, got '.5'", "write 0.5"),
        ("-.500", "expected a plain decimal number, got '-.500'", "write -0.500"),
        (
            "nan",
            "expected a plain decimal number, got 'nan'",
            "write it like 1234.5 or 1.2345e3",
        ),
    ],
)
def test_what_is_no_number_is_refused(text, message, hint):
    with pytest.raises(InputError) as caught:
        from_values(["1", text])
    error = caught.value
    assert (error.code, error.where, error.message, error.hint) == (
        "value/number",
        "--value",
        message,
        hint,
    )


def test_nothing_is_no_measurement():
    with pytest.raises(InputError, match="at least one value"):
        from_values([])


def test_values_whose_spread_is_out_of_range():
    with pytest.raises(InputError) as caught:
        from_values(["1e308", "-1e308"])
    assert caught.value.code == "format/range"


def test_the_source_is_the_values_as_typed():
    assert inline_bytes(["1.50", "2e3"]) == b"1.50\n2e3\n"


@given(st.lists(st.text(max_size=20), max_size=4))
def test_any_text_reads_or_is_refused(texts):
    try:
        reading = from_values(texts)
    except InputError:
        return
    assert reading.metrics["value"].n == len(texts)
