"""Rows: in the base unit of their dimension, exactly, or in none."""

from __future__ import annotations

import pytest

from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectMissing
from gitbaseline.registry import rows, tags
from gitbaseline.registry.rows import base


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (12.5, "ms", (0.0125, "s")),
        (2, "GiB", (2147483648, "By")),
        (50, "%", (0.5, "1")),
        (1, "points", (None, None)),
        (1e300, "TiB/s", (None, None)),
        (1e308, "TB", (None, None)),
    ],
)
def test_base_units(value, unit, expected):
    found = base(value, unit)
    assert (found, type(found[0])) == (expected, type(expected[0]))


def test_the_columns_are_those_of_the_rows(begun):
    begun.record(1.5)
    reader = begun.reader()
    whence = rows.Whence(name="r", registry_id="0" * 32)
    ((entry, (metric,)),) = rows.of_series(reader, ("fam", "step"), whence, {})
    assert list(entry) == list(rows.ENTRY)
    assert list(rows.flat(entry, metric)) == list(rows.FLAT)
    assert list(rows.of_metric(entry, metric)) == list(rows.OF_METRIC)
    assert (entry["signer"], entry["commit"]) == (None, None)


def test_a_tag_whose_commit_is_not_here(begun, repo, monkeypatch):
    repo.git("tag", "v1")
    monkeypatch.setattr(type(begun.store), "read", missing)
    assert list(tags.rows(begun.store, "r")) == []


def missing(_store, oid):
    raise ObjectMissing(Oid(oid))
