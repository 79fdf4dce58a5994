"""The panels of an entry's metrics as a template takes them: drawn, and as tables."""

from __future__ import annotations

from collections.abc import Mapping

from gitbaseline.model.baseline import Baseline
from gitbaseline.report.numbers import amount
from gitbaseline.site import chart_curve, chart_matrix, panels
from gitbaseline.site.chart_curve import Curve
from gitbaseline.site.chart_matrix import Matrix


def view(entry: Baseline | None, before: Baseline | None, before_name: str) -> Mapping[str, object]:
    """Return what ``panels.html`` shows; nothing where the metrics have no such dimensions."""
    if entry is None or not any(metric.dimensions for metric in entry.metrics.values()):
        return _NOTHING
    curves = panels.curves(entry, before)
    columns, kernels = panels.kernels(entry)
    return {
        "matrices": [_matrix(m, f"heat-{at}") for at, m in enumerate(panels.matrices(entry))],
        "curves": [_curve(curve, f"curve-{at}") for at, curve in enumerate(curves)],
        "curves_before": before_name if any(curve.before for curve in curves) else "",
        "kernel_columns": columns,
        "kernels": [(k.name, [_cell(k, column) for column in columns]) for k in kernels],
    }


def _cell(kernel: panels.Kernel, column: str) -> str:
    metric = kernel.metrics.get(column)
    return f"{amount(metric.value)} {metric.unit}" if metric else ""


def _matrix(matrix: Matrix, name: str) -> dict[str, object]:
    rows = [
        (row, [_number(matrix.values.get((row, column))) for column in matrix.columns])
        for row in matrix.rows
    ]
    return {
        "title": matrix.title,
        "unit": matrix.unit,
        "drawn": chart_matrix.draw(matrix, name),
        "low": amount(min(matrix.values.values())),
        "high": amount(max(matrix.values.values())),
        "columns": matrix.columns,
        "rows": rows,
    }


def _curve(curve: Curve, name: str) -> dict[str, object]:
    now, before = dict(curve.now), dict(curve.before)
    rows = [
        (amount(level), _number(now.get(level)), _number(before.get(level)))
        for level in sorted({*now, *before})
    ]
    return {
        "name": curve.name,
        "unit": curve.unit,
        "axis": curve.axis,
        "drawn": chart_curve.draw(curve, name),
        "rows": rows,
    }


def _number(value: float | None) -> str:
    return "" if value is None else amount(value)


_NOTHING: Mapping[str, object] = {
    "matrices": [],
    "curves": [],
    "curves_before": "",
    "kernel_columns": [],
    "kernels": [],
}
