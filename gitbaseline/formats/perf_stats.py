"""The numbers of aiperf and genai-perf: one statistic of one quantity a metric.

Keys are ``<tag>.<statistic>`` (``time_to_first_token.p99``), or the tag alone where the tool gives
one number only (``output_token_throughput``). Tags are those of today's aiperf; a table's heading
becomes one (``Time to First Token`` is ``time_to_first_token``).

Rules:

- The unit beside a number is the truth about it. ``KB`` to ``TB`` are powers of 1024 here
  (aiperf, ``common/enums/metric_enums.py``) and are recorded as ``KiB`` to ``TiB``.
- Latencies and errors are better lower, throughputs and goodput higher; lengths, counts and
  durations have no direction. A deviation, a count or a sum has none either.
- A percentile is of the requests of one run, not of several trials: n stays 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace

from gitbaseline.formats.base import PassedOver, trials
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import Scalar
from gitbaseline.model.metric import Direction, Metric, Validity

ONLY = "avg"  # where the tool has one number, it stands under this statistic
_STATISTIC = re.compile(r"avg|min|max|std|sum|count|(?:adj_)?p[0-9]{1,2}(?:\.[0-9]{1,3})?")
_PLAIN = frozenset({"std", "sum", "count"})
_BINARY = re.compile(r"([KMGT])B((?:/.*)?)")
_RENAMED = {
    "ttft": "time_to_first_token",
    "ttst": "time_to_second_token",
    "prefill_throughput": "prefill_throughput_per_user",
}
_LOWER = re.compile(r"latency|^time_to_|^inter_|^error_request_count$|^energy_(?:per|delay)_")
_HIGHER = re.compile(r"throughput|goodput|samples_per_second|_per_(?:watt|joule)$")
_OTHER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One quantity: its tag, unit, statistics by name and the line it stands on."""

    tag: str
    unit: str
    numbers: Mapping[str, float]
    line: int = 1
    assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What one export says of one run.

    ``dimensions`` are the settings of the load (concurrency, request_rate, isl, osl) where the
    export tells them; ``captured_at_utc`` only where it tells the time with its zone.
    """

    quantities: Sequence[Quantity]
    dimensions: Mapping[str, Scalar] = field(default_factory=dict)
    context: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)
    environment: Mapping[str, Scalar] = field(default_factory=dict)
    validity: Validity = Validity.UNCHECKED
    captured_at_utc: str | None = None
    tool_version: str | None = None
    passed_over: Sequence[PassedOver] = ()

    def find(self, tag: str, statistic: str) -> tuple[float, str] | None:
        """Return number and unit of one statistic, or None."""
        for quantity in self.quantities:
            if quantity.tag == tag and statistic in quantity.numbers:
                return quantity.numbers[statistic], quantity.unit
        return None


def is_statistic(word: str) -> bool:
    """Whether the tools name a statistic so."""
    return _STATISTIC.fullmatch(word) is not None


def tag_of(heading: str) -> str:
    """Return the tag of a quantity by its heading or by an older tag.

    >>> tag_of("Time to First Token"), tag_of("ttft"), tag_of("Prompt Cache Read %")
    ('time_to_first_token', 'time_to_first_token', 'prompt_cache_read_pct')
    """
    plain = _OTHER.sub("_", heading.lower().replace("%", " pct ")).strip("_")
    return _RENAMED.get(plain, plain)


def unit_of(spelling: str) -> str:
    """Return the unit as the registry spells it.

    >>> unit_of("KB"), unit_of("GB/sec"), unit_of("ms")
    ('KiB', 'GiB/s', 'ms')
    """
    match = _BINARY.fullmatch(spelling)
    return f"{match[1]}iB{match[2].replace('/sec', '/s')}" if match else spelling


def direction_of(tag: str, statistic: str) -> Direction:
    """Return which way is better for one statistic of a quantity."""
    if statistic in _PLAIN:
        return Direction.UNKNOWN
    if _HIGHER.search(tag):
        return Direction.HIGHER
    return Direction.LOWER if _LOWER.search(tag) else Direction.UNKNOWN


def distinct(quantities: Iterable[Quantity]) -> Quantity | None:
    """Return the first quantity whose tag an earlier one has, or None."""
    seen: set[str] = set()
    for quantity in quantities:
        if quantity.tag in seen:
            return quantity
        seen.add(quantity.tag)
    return None


def metrics(name: str, export: Export) -> Iterator[tuple[str, Metric]]:
    """Yield every statistic of every quantity as a metric, in the order of the file."""
    for quantity in export.quantities:
        alone = list(quantity.numbers) == [ONLY]
        for statistic, value in quantity.numbers.items():
            metric = trials(
                [value],
                where=f"{name}:{quantity.line}",
                unit=quantity.unit,
                direction=direction_of(quantity.tag, statistic),
                unit_source="assumed" if quantity.assumed else "format",
                validity=export.validity,
                dimensions=export.dimensions,
            )
            stat = {"avg": "mean"}.get(statistic, statistic)
            key = quantity.tag if alone else f"{quantity.tag}.{statistic}"
            yield key, metric if alone else replace(metric, stat=stat)
