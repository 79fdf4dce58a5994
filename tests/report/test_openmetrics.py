"""OpenMetrics of any rows: read back by Prometheus' own parser, sorted, with nothing lost."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from gitbaseline.model import units
from gitbaseline.report import openmetrics
from gitbaseline.report.openmetrics import lines, unit_name


def row(**changes):
    return {
        "registry": "r",
        "family": "f",
        "measurement": "m",
        "slug": "20260101T000000Z",
        "recorded_at": "2026-01-01T00:00:00Z",
        "tier": "DRAFT",
        "status": "ok",
        "testbed": None,
        "metric": "k",
        "value": 1.5,
        "unit": "ms",
        "direction": "lower-is-better",
        "base_value": 0.0015,
        "base_unit": "s",
        "dimensions": {},
        **changes,
    }


def samples(rows):
    text = "".join(f"{line}\n" for line in lines(rows))
    families = list(text_string_to_metric_families(text))
    return [sample for family in families for sample in family.samples]


def test_the_text():
    later = row(slug="20260102T000000Z", recorded_at="2026-01-02T00:00:00Z", base_value=2)
    odd = row(unit="points", base_value=None, base_unit=None, dimensions={"a-b": 1.0, "c": None})
    assert list(lines([odd, later, row()])) == [
        "# TYPE baseline_seconds gauge",
        "# UNIT baseline_seconds seconds",
        "# HELP baseline_seconds Registered baselines in seconds.",
        (
            'baseline_seconds{direction="lower-is-better",family="f",measurement="m",metric="k",'
            'registry="r",status="ok",tier="DRAFT"} 0.0015 1767225600'
        ),
        (
            'baseline_seconds{direction="lower-is-better",family="f",measurement="m",metric="k",'
            'registry="r",status="ok",tier="DRAFT"} 2 1767312000'
        ),
        "# TYPE baseline_value gauge",
        "# HELP baseline_value Registered baselines.",
        (
            'baseline_value{dim_a_b="1",dim_c="",direction="lower-is-better",family="f",'
            'measurement="m",metric="k",registry="r",status="ok",tier="DRAFT",unit="points"} 1.5 '
            "1767225600"
        ),
        "# EOF",
    ]


def test_the_order_of_rows_does_not_matter():
    rows = [
        row(slug=f"2026010{n}T000000Z", recorded_at=f"2026-01-0{n}T00:00:00Z", base_value=n)
        for n in range(1, 9)
    ]
    shuffled = random.Random(1).sample(rows, len(rows))
    assert list(lines(shuffled)) == list(lines(rows))


def test_two_runs_in_one_second_are_two_series():
    found = samples([row(), row(slug="20260101T000000Z-2", base_value=3)])
    assert {(s.value, s.labels.get("suffix")) for s in found} == {(0.0015, None), (3, "2")}


def test_two_dimensions_that_are_spelled_alike_keep_the_first():
    (found,) = samples([row(dimensions={"a-b": True, "a.b": False})])
    assert found.labels["dim_a_b"] == "true"


text = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1)


@given(text, text, text)
def test_any_text_in_a_label_comes_back(metric, unit, dimension):
    (found,) = samples(
        [
            row(
                metric=metric,
                unit=unit,
                base_value=None,
                base_unit=None,
                dimensions={"d": dimension},
            )
        ]
    )
    assert (found.labels["metric"], found.labels["unit"], found.labels["dim_d"]) == (
        metric,
        unit,
        dimension,
    )


def test_text_of_several_lines():
    (found,) = samples([row(testbed='a"\\\nb')])
    assert found.labels["testbed"] == 'a"\\\nb'


@pytest.mark.parametrize("dimension", sorted({u.dimension for u in units._UNITS.values()}))
def test_every_dimension_has_a_name_of_its_own(dimension):
    codes = {units.base_of(u.code) for u in units._UNITS.values() if u.dimension == dimension}
    (code,) = codes
    others = {units.base_of(u.code) for u in units._UNITS.values() if u.dimension != dimension}
    assert unit_name(code) not in {unit_name(other) for other in others}
    (found,) = samples([row(base_unit=code)])
    assert found.name == f"{openmetrics._PREFIX}_{unit_name(code)}"
