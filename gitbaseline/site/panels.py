"""What an entry's metrics are beyond a list: a matrix of pairs, curves over a load, kernels.

They are told by the metrics' own dimensions, whatever the format: ``src`` and ``dst``,
``concurrency`` (or another load), ``kernel``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.metric import Metric
from gitbaseline.site.chart_curve import Curve
from gitbaseline.site.chart_matrix import Matrix

LOADS = ("concurrency", "request_rate", "clients", "threads")
_MOST_MATRICES = 8
_MOST_CURVES = 12
_MOST_KERNELS = 100
_LEAST_LEVELS = 2
_FIRST = ("total_time", "share", "instances")  # the columns that say how much a kernel matters


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernel:
    """One kernel with what the profiler told of it, by the metric's key without its name."""

    name: str
    metrics: Mapping[str, Metric]


def matrices(entry: Baseline) -> list[Matrix]:
    """Return the pairwise measurements, one matrix for each test."""
    tests: dict[str, dict[tuple[str, str], Metric]] = {}
    for metric in entry.metrics.values():
        source, target = metric.dimensions.get("src"), metric.dimensions.get("dst")
        if source is not None and target is not None:
            name = str(metric.dimensions.get("test", entry.measurement))
            tests.setdefault(name, {})[str(source), str(target)] = metric
    return [_matrix(name, pairs) for name, pairs in list(tests.items())[:_MOST_MATRICES]]


def _matrix(test: str, pairs: Mapping[tuple[str, str], Metric]) -> Matrix:
    unit = next(iter(pairs.values())).unit
    return Matrix(
        title=f"{test}: from each row to each column, {unit}",
        unit=unit,
        rows=sorted({row for row, _ in pairs}, key=_natural),
        columns=sorted({column for _, column in pairs}, key=_natural),
        values={pair: metric.value for pair, metric in pairs.items() if metric.unit == unit},
    )


def curves(entry: Baseline, before: Baseline | None) -> list[Curve]:
    """Return each metric that was measured at several loads, beside the entry before."""
    now, past = _by_load(entry), _by_load(before) if before else {}
    found = []
    for (axis, name, unit), points in now.items():
        if len(points) >= _LEAST_LEVELS:
            old = past.get((axis, name, unit), {})
            found.append(
                Curve(
                    name=name,
                    unit=unit,
                    axis=axis,
                    now=sorted(points.items()),
                    before=sorted(old.items()),
                )
            )
    return found[:_MOST_CURVES]


def _by_load(entry: Baseline) -> dict[tuple[str, str, str], dict[float, float]]:
    found: dict[tuple[str, str, str], dict[float, float]] = {}
    for key, metric in entry.metrics.items():
        for axis, level in _loads(metric):
            name = _without_level(key, level)
            found.setdefault((axis, name, metric.unit), {}).setdefault(level, metric.value)
    return found


def _loads(metric: Metric) -> Iterator[tuple[str, float]]:
    for axis in LOADS:
        level = metric.dimensions.get(axis)
        if isinstance(level, int | float) and not isinstance(level, bool):
            yield axis, level
            return


def _without_level(key: str, level: float) -> str:
    """Return a key without the part that names the level.

    >>> _without_level("c16.ttft_p50_ms", 16)
    'ttft_p50_ms'
    """
    parts = key.split(".")
    kept = [part for part in parts if part.lstrip("abcdefghijklmnopqrstuvwxyz_=") != f"{level:g}"]
    return ".".join(kept or parts)


def kernels(entry: Baseline) -> tuple[Sequence[str], list[Kernel]]:
    """Return the kernels by their largest number, and the columns that there are."""
    found: dict[str, dict[str, Metric]] = {}
    for key, metric in entry.metrics.items():
        name = metric.dimensions.get("kernel")
        if name is not None:
            column = key.removeprefix(f"{name}.").rpartition(".")[2]
            found.setdefault(str(name), {}).setdefault(column, metric)
    seen = {column for metrics in found.values() for column in metrics}
    columns = [*(c for c in _FIRST if c in seen), *sorted(seen - set(_FIRST))]
    ordered = sorted(found.items(), key=lambda one: (-_weight(one[1], columns), one[0]))
    return columns, [Kernel(name=name, metrics=m) for name, m in ordered[:_MOST_KERNELS]]


def _weight(metrics: Mapping[str, Metric], columns: Sequence[str]) -> float:
    return next((metrics[column].value for column in columns if column in metrics), 0.0)


def _natural(name: str) -> tuple[int, str]:
    return (
        (int(name), "") if name.isascii() and name.isdigit() and len(name) < 9 else (1 << 30, name)
    )
