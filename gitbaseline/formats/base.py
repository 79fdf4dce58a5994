"""What a format is: bytes of another tool in, a Reading out. Plain values, no file access.

A reader is a module (or an object) with ``NAME``, ``SUMMARY``, ``sniff`` and ``read``. It says
what the tool wrote: metrics in file order with the tool's own units, directions and validity.
What the person wants of it (selection, units, headline) is ``settle``'s, not the reader's.

Rules:

- A failed, partial or unreadable run is an InputError whose ``where`` is ``file:line``; bytes
  of any kind never raise anything else.
- Nothing is dropped in silence: what is not a metric stands in ``passed_over``.
- Text in a Reading is one line, NFC, without control characters.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Literal, Protocol

from gitbaseline.errors import InputError
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import Scalar
from gitbaseline.model.metric import Direction, Metric, Validity, from_samples

if TYPE_CHECKING:
    from gitbaseline.formats.mapping import FieldMap

_LONGEST = 120  # characters of a passed-over line that are worth showing
_MOST = 1000  # passed-over lines that a reading lists


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file: its path inside the source, ``/``-separated, and its bytes."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a measurement is read from; a file is one SourceFile whose path is its name."""

    name: str
    kind: Literal["file", "directory", "inline"]
    files: tuple[SourceFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A line, or a JSON value, that is not a metric. ``line`` counts from 1."""

    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a format made of a source.

    ``context`` has the groups of the full-context descriptor; ``environment`` only what the
    file itself says of the machine; ``captured_at_utc`` is ``YYYY-MM-DDTHH:MM:SSZ``.
    """

    format: str
    metrics: Mapping[str, Metric]
    headline: str | None = None
    context: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)
    environment: Mapping[str, Scalar] = field(default_factory=dict)
    captured_at_utc: str | None = None
    suggested_measurement: str
    warnings: tuple[str, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    tool_version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the person wants: by key or shell pattern, and under ``""`` for every key.

    ``metric`` keeps only the keys it matches; empty keeps all. ``mapping`` is for ``mapped`` alone.
    """

    units: Mapping[str, str] = field(default_factory=dict)
    directions: Mapping[str, Direction] = field(default_factory=dict)
    metric: tuple[str, ...] = ()
    headline: str | None = None
    mapping: FieldMap | None = None


class Format(Protocol):
    """One kind of output. Modules satisfy this as they are."""

    NAME: str
    SUMMARY: str

    def sniff(self, source: Source) -> str | None:
        """Return why the source is of this format, or None. Never raises."""

    def read(self, source: Source, options: Options) -> Reading:
        """Return the whole reading or raise InputError."""


def passed(file: str, line: int, text: str) -> PassedOver:
    """Return a passed-over line, cut to what is worth showing."""
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
    return PassedOver(file=file, line=line, text=short)


def capped(entries: Sequence[PassedOver]) -> tuple[PassedOver, ...]:
    """Return at most ``_MOST`` entries, the last one telling how many more there were."""
    if len(entries) <= _MOST:
        return tuple(entries)
    rest = entries[_MOST - 1 :]
    more = PassedOver(file=rest[0].file, line=rest[0].line, text=f"and {len(rest)} more")
    return (*entries[: _MOST - 1], more)


def trials(
    samples: Sequence[float],
    *,
    where: str,
    unit: str,
    direction: Direction,
    unit_source: str | None,
    validity: Validity = Validity.UNCHECKED,
    dimensions: Mapping[str, Scalar] | None = None,
) -> Metric:
    """Return the metric of a reader's numbers; InputError where they are out of range.

    Negative zero, which some tools print for a rounded nothing, becomes zero.
    """
    numbers = [number + 0.0 for number in samples]
    try:
        metric = from_samples(
            numbers,
            unit=unit,
            direction=direction,
            validity=validity,
            dimensions=dimensions,
            unit_source=unit_source,
        )
    except (OverflowError, ValueError):
        metric = None
    if metric is None or not all(math.isfinite(n or 0) for n in (metric.mean, metric.std)):
        raise InputError(
            "numbers too large for their median, mean or deviation to be a 64-bit float",
            code="format/range",
            where=where,
        )
    return metric
