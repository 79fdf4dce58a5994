from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.formats.numbers import decimal, grouped


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0.0), ("-1", -1.0), ("+1.5", 1.5), ("2e3", 2000.0), ("2E-3", 0.002), ("007", 7.0)],
)
def test_plain_decimal(text, value):
    assert decimal(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "1_0",
        "1,0",
        "nan",
        "inf",
        "-inf",
        "1e999",
        ".5",
        "5.",
        "1e",
        "0x1",
        "\u0661",
    ],
)
def test_everything_else_is_no_number(text):
    assert decimal(text) is None


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_as_python_writes_it(value):
    assert decimal(repr(value)) == value


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_commas_between_thousands(value):
    assert grouped(f"{value:,}") == value
    assert grouped(f"{value:,}.25") == float(f"{value}.25")


@pytest.mark.parametrize(
    "text", ["1,23", "1,2345", ",123", "1,,234", "1,234,", "1234,567", "1.234,5"]
)
def test_a_comma_elsewhere_is_no_number(text):
    assert grouped(text) is None
