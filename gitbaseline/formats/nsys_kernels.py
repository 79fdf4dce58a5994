"""Kernels of one profile as metrics: each by its normal name, their sum, and shares by class.

Keys are ``<kernel>.total_time``, ``.instances``, ``.avg_time``, ``.med_time``, ``.min_time``,
``.max_time``, ``.share`` with the kernel among the dimensions; ``gpu_kernel_time`` is the sum of
all, ``kernel_class_gpu_pct.<class>`` each class's share of it in percent, 0 where none ran.

Rules:

- Times are in ns. Kernels of one normal name are added up; a median of several is none.
- The 500 kernels that took longest are metrics, the others are in the sum, in their class, and
  passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from gitbaseline.errors import InputError
from gitbaseline.formats.base import PassedOver, passed, trials
from gitbaseline.formats.nsys_names import CLASSES, kernel_class, normal_name
from gitbaseline.frozen import dataclass as frozen
from gitbaseline.model.metric import Direction, Metric

TOTAL = "gpu_kernel_time"
SHARES = "kernel_class_gpu_pct"
_MOST = 500
_LOWER, _UNKNOWN = Direction.LOWER, Direction.UNKNOWN


@frozen(frozen=True, slots=True, kw_only=True)
class Kernel:
    """One row of a profile: times in ns, None where the profile does not tell."""

    name: str
    total: float
    instances: int
    median: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(slots=True, kw_only=True)
class _Sum:
    """The kernels of one normal name."""

    total: float = 0.0
    instances: int = 0
    medians: list[float | None]
    lows: list[float | None]
    highs: list[float | None]


@frozen(frozen=True, slots=True)
class _Number:
    """One number on its way to a metric; ``of`` are its dimensions."""

    key: str
    value: float
    unit: str
    direction: Direction
    stat: str
    of: Mapping[str, str] = field(default_factory=dict)


def shares(kernels: Iterable[Kernel]) -> dict[str, float]:
    """Return each class's share of the kernels' time, in percent; empty where that is 0."""
    times = dict.fromkeys(CLASSES, 0.0)
    for kernel in kernels:
        times[kernel_class(kernel.name)] += kernel.total
    whole = sum(times.values())
    return {name: 100 * time / whole for name, time in times.items()} if whole > 0 else {}


def metrics(file: str, kernels: list[Kernel], over: list[PassedOver]) -> dict[str, Metric]:
    """Return all metrics; InputError where no kernel took any time."""
    by_class = shares(kernels)
    if not by_class:
        raise InputError(
            "no kernel that took any time",
            code="nsys/empty",
            where=file,
            hint="profile with --trace=cuda and let the program run its kernels",
        )
    sums = _sums(kernels)
    ranked = sorted(sums.items(), key=lambda item: (-item[1].total, item[0]))
    for name, _ in ranked[_MOST:]:
        over.append(passed(file, 1, f"{name}: beyond the {_MOST} kernels that took longest"))
    whole = sum(kernel.total for kernel in kernels)
    numbers = [_Number(TOTAL, whole, "ns", _LOWER, "sum")]
    numbers += [
        _Number(f"{SHARES}.{name}", share, "%", _LOWER, "share", {"class": name})
        for name, share in by_class.items()
    ]
    for name, one in ranked[:_MOST]:
        numbers += _kernel(name, one, whole)
    return {number.key: _metric(file, number) for number in numbers}


def _sums(kernels: Iterable[Kernel]) -> dict[str, _Sum]:
    sums: dict[str, _Sum] = {}
    for kernel in kernels:
        held = sums.setdefault(normal_name(kernel.name), _Sum(medians=[], lows=[], highs=[]))
        held.total += kernel.total
        held.instances += kernel.instances
        held.medians.append(kernel.median)
        held.lows.append(kernel.low)
        held.highs.append(kernel.high)
    return sums


def _kernel(name: str, one: _Sum, whole: float) -> Iterator[_Number]:
    of = {"kernel": name}
    yield _Number(f"{name}.total_time", one.total, "ns", _LOWER, "sum", of)
    yield _Number(f"{name}.instances", one.instances, "count", _UNKNOWN, "count", of)
    yield _Number(f"{name}.share", 100 * one.total / whole, "%", _UNKNOWN, "share", of)
    if one.instances:
        yield _Number(f"{name}.avg_time", one.total / one.instances, "ns", _LOWER, "mean", of)
    if len(one.medians) == 1 and one.medians[0] is not None:
        yield _Number(f"{name}.med_time", one.medians[0], "ns", _LOWER, "median", of)
    lows, highs = [x for x in one.lows if x is not None], [x for x in one.highs if x is not None]
    if len(lows) == len(one.lows):
        yield _Number(f"{name}.min_time", min(lows), "ns", _LOWER, "min", of)
    if len(highs) == len(one.highs):
        yield _Number(f"{name}.max_time", max(highs), "ns", _LOWER, "max", of)


def _metric(file: str, number: _Number) -> Metric:
    metric = trials(
        [number.value],
        where=file,
        unit=number.unit,
        direction=number.direction,
        unit_source="format",
        dimensions=dict(number.of),
    )
    return replace(metric, stat=number.stat)
