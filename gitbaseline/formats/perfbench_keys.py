"""The metrics of ``inference_perfbench_v1``: names, units, directions, and how they become metrics.

A level is one concurrency: ``c16.ttft_p50_ms``, with ``concurrency`` among its dimensions. What was
measured of the whole bundle stands by itself: ``prefix_cache_hit_rate_post``,
``kernel_class_gpu_pct.gemm``, ``cpu_spinpoll_pct``. Rates and usages are in percent, so that a
tolerance of 2 is two points.

Rules:

- null, or a key that is not there, was not measured. It is no metric; a diff with a side that has
  it says NULL_LEGACY_BASELINE.
- A throughput of 0 is a failed run and refused, and so is any negative number.
- Other names are kept with the unit that their ending tells; the profile does not judge them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from gitbaseline.errors import InputError
from gitbaseline.formats.base import trials
from gitbaseline.formats.refused import failed
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import Scalar
from gitbaseline.model.metric import UNKNOWN_UNIT, Direction, Metric, Validity
from gitbaseline.model.units import default_direction, suffix_unit

NAME = "inference_perfbench_v1"
THROUGHPUT = "throughput_toks_per_s"
HEADLINE = f"c16.{THROUGHPUT}"
CLASSES = "kernel_class_gpu_pct"
SPIN = "cpu_spinpoll_pct"

_HIGHER, _LOWER, _UNKNOWN = Direction.HIGHER, Direction.LOWER, Direction.UNKNOWN
_KNOWN = {
    THROUGHPUT: ("tokens/s", _HIGHER),
    "ttft_p50_ms": ("ms", _LOWER),
    "ttft_p95_ms": ("ms", _LOWER),
    "ttft_p99_ms": ("ms", _LOWER),
    "itl_p50_ms": ("ms", _LOWER),
    "tps_per_user": ("tokens/s/user", _HIGHER),
    "request_latency_p50_ms": ("ms", _LOWER),
    "errors": ("requests", _LOWER),
    "prefix_cache_hit_rate_pre": ("%", _HIGHER),
    "prefix_cache_hit_rate_post": ("%", _HIGHER),
    "gpu_cache_usage_perc_peak": ("%", _LOWER),
    "num_requests_running_peak": ("requests", _UNKNOWN),
    "avg_generation_throughput_toks_per_s": ("tokens/s", _HIGHER),
    SPIN: ("%", _LOWER),
}
RATES = ("prefix_cache_hit_rate_pre", "prefix_cache_hit_rate_post", "gpu_cache_usage_perc_peak")


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What was measured at one concurrency; ``dimensions`` has at least that."""

    where: str
    numbers: Mapping[str, float]
    dimensions: Mapping[str, Scalar]
    validity: Validity = Validity.UNCHECKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What was measured of the whole bundle. ``classes`` are shares of GPU time in percent."""

    where: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    classes: Mapping[str, float] = field(default_factory=dict)
    assumed: frozenset[str] = frozenset()


def metrics(levels: Mapping[int, Level], whole: Whole) -> dict[str, Metric]:
    """Return all metrics, the lowest concurrency first; InputError where a run failed."""
    found: dict[str, Metric] = {}
    for concurrency, level in sorted(levels.items()):
        found.update(_level(concurrency, level))
    numbers = {**whole.numbers, **{f"{CLASSES}.{key}": n for key, n in whole.classes.items()}}
    for key, value in numbers.items():
        if key in found:
            raise InputError(f"two metrics are {key}", code="perfbench/twice", where=whole.where)
        _check(whole.where, key, value)
        known = ("%", _LOWER) if key.startswith(f"{CLASSES}.") else _kind(key)
        found[key] = _metric(
            whole.where,
            value,
            known,
            source="assumed" if key in whole.assumed else "key",
            validity=Validity.UNCHECKED,
            dimensions={},
        )
    return found


def _level(concurrency: int, level: Level) -> Iterator[tuple[str, Metric]]:
    for key, value in level.numbers.items():
        _check(level.where, f"c{concurrency}.{key}", value)
        if key == THROUGHPUT and value == 0:
            raise failed(level.where, f"no token in a second at concurrency {concurrency}")
        yield (
            f"c{concurrency}.{key}",
            _metric(
                level.where,
                value,
                _kind(key),
                source="key",
                validity=level.validity,
                dimensions=level.dimensions,
            ),
        )


def _check(where: str, key: str, value: float) -> None:
    if value < 0:
        raise InputError(
            f"{key} is {value:g}; expected at least 0", code="perfbench/negative", where=where
        )


def _kind(key: str) -> tuple[str, Direction]:
    if key in _KNOWN:
        return _KNOWN[key]
    unit = suffix_unit(key) or UNKNOWN_UNIT
    return unit, default_direction(unit)


def _metric(
    where: str,
    value: float,
    known: tuple[str, Direction],
    *,
    source: str,
    validity: Validity,
    dimensions: Mapping[str, Scalar],
) -> Metric:
    unit, direction = known
    return trials(
        [value],
        where=where,
        unit=unit,
        direction=direction,
        validity=validity,
        dimensions=dimensions,
        unit_source=None if unit == UNKNOWN_UNIT else source,
    )
