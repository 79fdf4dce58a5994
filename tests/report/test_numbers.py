"""Numbers for reading: whole values."""

from __future__ import annotations

import pytest

from gitbaseline.report.numbers import amount, counted, size


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (480.0, "480"),
        (-3.0, "-3"),
        (0.123456789, "0.123457"),
        (1234567.8, "1234568"),
        (1e15, "1e+15"),
        (1.5e15, "1.5e+15"),
        (-123456.7, "-123457"),
        (1e-9, "1e-09"),
        (99999.94, "99999.9"),
    ],
)
def test_amount(value, shown):
    assert amount(value) == shown


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (12_345, "12.3 kB"), (5_000_000, "5 MB")],
)
def test_size(count, shown):
    assert size(count) == shown


def test_large_sizes():
    assert size(7_000_000_000) == "7 GB"
    assert size(7_000_000_000_000) == "7e+03 GB"


@pytest.mark.parametrize(
    ("count", "noun", "shown"),
    [
        (1, "entry", "1 entry"),
        (0, "entry", "0 entries"),
        (2, "key", "2 keys"),
        (2, "row", "2 rows"),
    ],
)
def test_counted(count, noun, shown):
    assert counted(count, noun) == shown
