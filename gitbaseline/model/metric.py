"""One measured quantity: its value, unit, direction, samples and validity.

A metric never carries a bare number: unit and direction are mandatory (``unknown`` is
allowed for both and is never judged). With several samples the value is their median.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import StrEnum

from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import Scalar

UNKNOWN_UNIT = "unknown"


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher-is-better"
    LOWER = "lower-is-better"
    TWO_SIDED = "two-sided"
    UNKNOWN = "unknown"


class Validity(StrEnum):
    """What the tool's own evidence says of the number."""

    VALID = "valid"
    UNCHECKED = "unchecked"
    INVALID = "invalid"


@dataclass(frozen=True, slots=False, kw_only=True)
class Metric:
    """A number with all that is needed to read it.

    ``stat`` names what the value is of its samples or of the tool's own: ``single``,
    ``median``, ``mean``, ``p99``, ``min``, ``max``, ``sum``, ``count``. ``n`` is how many
    measurements stand behind it (1 where unknown). ``dimensions`` keep the number's own
    shape, such as ``{"size_bytes": 1048576, "placement": "out-of-place"}``.
    ``unit_source`` says where the unit came from: ``format``, ``key``, ``user``, ``assumed``.
    """

    value: float
    unit: str
    direction: Direction
    validity: Validity = Validity.UNCHECKED
    stat: str = "single"
    n: int = 1
    samples: tuple[float, ...] = ()
    mean: float | None = None
    std: float | None = None
    min: float | None = None
    max: float | None = None
    tolerance_percent: float | None = None
    tolerance_absolute: float | None = None
    headline: bool = False
    dimensions: Mapping[str, Scalar] = field(default_factory=dict)
    unit_source: str | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and all(map(math.isfinite, self.samples))):
            odd = next(n for n in (self.value, *self.samples) if not math.isfinite(n))
            name = "samples" if math.isfinite(self.value) else "value"
            raise ValueError(f"{name}: expected a finite number, got {odd}")
        if not self.unit:
            raise ValueError("unit: expected text, got nothing")


def from_samples(
    samples: Sequence[float],
    *,
    unit: str,
    direction: Direction,
    validity: Validity = Validity.UNCHECKED,
    dimensions: Mapping[str, Scalar] | None = None,
    unit_source: str | None = None,
) -> Metric:
    """Return the metric of one or more trials: the median, with spread from two on.

    ``std`` is the sample standard deviation (n-1). Raises ValueError on an empty sequence.

    >>> from_samples([3.0, 1.0, 2.0], unit="ms", direction=Direction.LOWER).value
    2.0
    """
    if not samples:
        raise ValueError("samples: expected at least one number, got none")
    several = len(samples) > 1
    mean = math.fsum(samples) / len(samples)
    return Metric(
        value=median(samples),
        unit=unit,
        direction=direction,
        validity=validity,
        stat="median" if several else "single",
        n=len(samples),
        samples=tuple(samples) if several else (),
        mean=mean if several else None,
        std=_deviation(samples, mean) if several else None,
        min=min(samples) if several else None,
        max=max(samples) if several else None,
        dimensions=dimensions or {},
        unit_source=unit_source,
    )


def median(samples: Sequence[float]) -> float:
    """Return the median of at least one number."""
    # Not the statistics module: its import alone costs a tenth of a whole record.
    ordered = sorted(samples)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return ordered[middle - 1] + (ordered[middle] - ordered[middle - 1]) / 2


def _deviation(samples: Sequence[float], mean: float) -> float:
    return math.sqrt(math.fsum([(x - mean) ** 2 for x in samples]) / (len(samples) - 1))
