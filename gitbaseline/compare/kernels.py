"""Which GPU kernels take more time than before, which are new, which are gone.

A kernel is the dimension ``kernel`` of a metric. A profiler tells several times of one kernel
(total, mean, longest): the largest of them is its total.
"""

from __future__ import annotations

from collections.abc import Mapping

from gitbaseline.frozen import dataclass
from gitbaseline.model.metric import Metric
from gitbaseline.model.units import convert, find

_DIMENSION = "kernel"
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernels:
    """Seconds by kernel: (before, after) of those that grew, and those on one side only."""

    grew: Mapping[str, tuple[float, float]]
    appeared: Mapping[str, float]
    gone: Mapping[str, float]


def kernels(baseline: Mapping[str, Metric], current: Mapping[str, Metric]) -> Kernels:
    """Return what became of each kernel, the most time first."""
    old, new = _totals(baseline), _totals(current)
    grew = {name: (old[name], time) for name, time in new.items() if time > old.get(name, time)}
    return Kernels(
        grew=dict(sorted(grew.items(), key=lambda one: one[1][0] - one[1][1])),
        appeared=_by_time({name: time for name, time in new.items() if name not in old}),
        gone=_by_time({name: time for name, time in old.items() if name not in new}),
    )


def told(found: Kernels) -> list[str]:
    """Return it in words, a line each for what there is."""
    grew = [
        f"{name} +{_ms(after - before)} ({_ms(before)} to {_ms(after)})"
        for name, (before, after) in found.grew.items()
    ]
    said = [("grew", grew)]
    for word, some in (("appeared", found.appeared), ("are gone", found.gone)):
        said.append((word, [f"{name} ({_ms(time)})" for name, time in some.items()]))
    return [f"kernels that {word}: {_some(items)}" for word, items in said if items]


def _totals(metrics: Mapping[str, Metric]) -> dict[str, float]:
    totals: dict[str, float] = {}
    for metric in metrics.values():
        if _DIMENSION not in metric.dimensions:
            continue
        unit = find(metric.unit)
        if unit is not None and unit.dimension == "time":
            name = str(metric.dimensions[_DIMENSION])
            totals[name] = max(totals.get(name, 0.0), convert(metric.value, metric.unit, "s"))
    return totals


def _by_time(times: Mapping[str, float]) -> dict[str, float]:
    return dict(sorted(times.items(), key=lambda one: (-one[1], one[0])))


def _some(items: list[str]) -> str:
    more = len(items) - _SHOWN
    return ", ".join(items[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.4g} ms"
