"""Matrices, curves and kernels, found by the dimensions of metrics."""

from __future__ import annotations

from types import SimpleNamespace

from gitbaseline.model.metric import Direction, Metric
from gitbaseline.site import panels
from gitbaseline.site.panels_view import view


def entry(**metrics):
    found = {key.replace("__", "."): metric for key, metric in metrics.items()}
    return SimpleNamespace(measurement="m", metrics=found)


def metric(value, unit="ms", **dimensions):
    return Metric(value=value, unit=unit, direction=Direction.LOWER, dimensions=dimensions)


def test_pairs_make_a_matrix_a_test_with_numbers_in_their_order():
    metrics = {
        f"t.{row}.{column}": metric(row + column, "GB/s", src=row, dst=column, test="t")
        for row in (0, 2, 10)
        for column in (0, 2, 10)
        if row != column
    }
    metrics["other.a.b"] = metric(1.0, "ns", src="a", dst="b")
    first, second = panels.matrices(SimpleNamespace(measurement="m", metrics=metrics))
    assert (first.rows, first.columns) == (["0", "2", "10"], ["0", "2", "10"])
    assert first.values["2", "10"] == 12.0
    assert ("2", "2") not in first.values
    assert second.title == "m: from each row to each column, ns"


def test_levels_make_a_curve_beside_the_entry_before():
    now = entry(c1__ttft=metric(5.0, concurrency=1), c16__ttft=metric(9.0, concurrency=16))
    before = entry(c1__ttft=metric(4.0, concurrency=1))
    (curve,) = panels.curves(now, before)
    assert (curve.name, curve.axis, curve.unit) == ("ttft", "concurrency", "ms")
    assert (curve.now, curve.before) == ([(1, 5.0), (16, 9.0)], [(1, 4.0)])
    assert panels.curves(before, None) == []  # one level is no curve


def test_a_level_that_is_no_number_is_none():
    odd = entry(a=metric(1.0, concurrency=True), b=metric(1.0, concurrency="all"))
    assert panels.curves(odd, None) == []


def test_a_key_that_is_only_its_level_keeps_its_name():
    now = entry(c1=metric(1.0, concurrency=1), c2=metric(2.0, concurrency=2))
    assert panels.curves(now, None) == []
    assert {
        curve.name
        for curve in panels.curves(
            SimpleNamespace(
                measurement="m",
                metrics={"x.c1": metric(1.0, clients=1), "x.c2": metric(2.0, clients=2)},
            ),
            None,
        )
    } == {"x"}


def test_kernels_come_by_the_time_that_they_took():
    rows = {
        f"{name}.{column}": metric(value, "ns", kernel=name)
        for name, time in (("small", 1.0), ("large", 9.0))
        for column, value in (("avg_time", 100 - time), ("total_time", time))
    }
    rows["odd.share"] = metric(1.0, "%", kernel="odd")
    columns, found = panels.kernels(SimpleNamespace(measurement="m", metrics=rows))
    assert columns == ["total_time", "share", "avg_time"]
    assert [kernel.name for kernel in found] == ["large", "odd", "small"]
    shown = view(SimpleNamespace(measurement="m", metrics=rows), None, "")
    assert shown["kernels"][0] == ("large", ["9 ns", "", "91 ns"])


def test_metrics_without_dimensions_have_no_panels():
    assert view(entry(a=metric(1.0)), None, "")["curves"] == []
    assert view(None, None, "")["matrices"] == []
