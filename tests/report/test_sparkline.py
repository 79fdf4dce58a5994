"""Sparklines: whole values."""

from __future__ import annotations

import pytest

from gitbaseline.report.sparkline import sparkline


@pytest.mark.parametrize(
    ("values", "ascii_only", "shown"),
    [
        ([], False, ""),
        ([1, 2, 3], True, "_-#"),
        ([5, 5], False, "\u2585\u2585"),
        ([0, 7], False, "\u2581\u2588"),
        ([3, 1, 2], False, "\u2588\u2581\u2585"),
    ],
)
def test_sparkline(values, ascii_only, shown):
    assert sparkline(values, ascii_only=ascii_only) == shown


def test_a_sparkline_has_bars_where_it_is_told():
    assert sparkline([1, 1, 3], ascii_only=True, marks=[0, 2, 9]) == "|__|#"


@pytest.mark.parametrize("values", [[-1.7e308, 0.0, 1.7e308], [0.0, 5e-324, 1e-323]])
def test_a_sparkline_of_numbers_near_the_ends_of_the_range(values):
    assert sparkline(values, ascii_only=True)[::2] == "_#"
