"""What a reader finds, key by key: equal keys are trials, a single summary stays a summary.

Rules:

- Numbers that share a key must share unit (of one dimension) and dimensions; else two things would
  be taken for trials of one, and they are refused.
- A key is one line, NFC, without control characters. A very long one is cut and gets a digest.
- Every sample is kept up to ``MOST_SAMPLES`` in one reading. Beyond it the longest series keep
  median, mean, deviation, extremes and count, and a warning says so: ``baseline.json`` has a limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass as mutable
from dataclasses import field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from gitbaseline.errors import InputError
from gitbaseline.formats.base import PassedOver, Reading, capped, passed, trials
from gitbaseline.formats.json_values import logged
from gitbaseline.formats.part import Part, whole
from gitbaseline.formats.runs import agreed
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON, MAX_INTEGER, Scalar
from gitbaseline.model.metric import UNKNOWN_UNIT, Direction, Metric, Validity
from gitbaseline.model.names import suggest, utc_fault
from gitbaseline.model.text import normal, visible_line
from gitbaseline.model.units import convert, default_direction, find

MOST_SAMPLES = 200_000
_LONGEST = 200  # characters of a key


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a tool says of samples that it does not give: the fields of ``Metric``."""

    stat: str
    n: int = 1
    mean: float | None = None
    std: float | None = None
    min: float | None = None
    max: float | None = None


@mutable(slots=True, kw_only=True)
class _Held:
    where: str
    unit: str
    direction: Direction
    unit_source: str | None
    dimensions: Mapping[str, Scalar]
    validity: Validity
    values: list[float] = field(default_factory=list)
    summary: Summary | None = None


class Gather:
    """The metrics of one source in the order in which their keys first appear."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.over: list[PassedOver] = []
        self._held: dict[str, _Held] = {}
        self._warnings: dict[str, None] = {}

    def add(
        self,
        key: str,
        values: float | Sequence[float],
        *,
        line: int,
        unit: str,
        file: str | None = None,
        direction: Direction | None = None,
        dimensions: Mapping[str, Scalar] | None = None,
        validity: Validity = Validity.UNCHECKED,
        unit_source: str | None = "format",
        summary: Summary | None = None,
    ) -> None:
        """Add one number or several; InputError where the key already means something else.

        Without a direction the unit's own holds.
        """
        name = clean(key)
        unit = clean(unit) or UNKNOWN_UNIT
        new = _Held(
            where=f"{file or self.file}:{line}",
            unit=unit,
            direction=default_direction(unit) if direction is None else direction,
            unit_source=None if unit == UNKNOWN_UNIT else unit_source,
            dimensions=dict(dimensions or {}),
            validity=validity,
            values=list(values) if isinstance(values, Sequence) else [values],
            summary=summary,
        )
        held = self._held.setdefault(name, new)
        if held is not new:
            _merge(name, held, new)

    def documents(self, data: bytes, test: Callable[[JSON], bool]) -> Iterator[Part]:
        """Yield the JSON documents that pass the test; others, as of a logger, are passed over."""
        for document in logged(self.file, data, self.over):
            if test(document.value):
                yield whole(self.file, document)
            else:
                self.skip(document.line, "a JSON document of another kind")

    def skip(self, line: int, text: str) -> None:
        """Keep note of what is not a metric."""
        self.over.append(passed(self.file, line, normal(visible_line(text))))

    def warn(self, text: str) -> None:
        """Add a warning, once."""
        self._warnings[normal(visible_line(text))] = None

    def has(self, key: str) -> bool:
        """Whether there is a metric of this key."""
        return clean(key) in self._held

    def reading(self, name: str, **more: Any) -> Reading:  # noqa: ANN401 - the fields of Reading
        """Return the reading; InputError where nothing was found."""
        if not self._held:
            raise InputError(
                "no result in it",
                code=f"{name}/empty",
                where=self.file,
                hint="give the whole output of a run that ended by itself",
            )
        metrics = {key: _metric(held) for key, held in self._held.items()}
        metrics = self._bounded(metrics)
        bases = {key.rpartition(".")[0] for key in metrics}
        only = suggest(bases.pop()) if len(bases) == 1 else None
        more.setdefault("suggested_measurement", only or name)
        groups = more.pop("context", {})
        version = more.pop("tool_version", None)
        return Reading(
            format=name,
            metrics=metrics,
            warnings=tuple(self._warnings),
            passed_over=capped(sorted(self.over, key=lambda entry: entry.line)),
            context={group: fields for group, fields in groups.items() if fields},
            tool_version=clean(version) if version else None,
            **more,
        )

    def _bounded(self, metrics: dict[str, Metric]) -> dict[str, Metric]:
        total = sum(len(metric.samples) for metric in metrics.values())
        if total <= MOST_SAMPLES:
            return metrics
        most = MOST_SAMPLES // len(metrics)
        self.warn(
            f"{total} samples are more than an entry holds; series of more than {most} keep "
            "their median, mean, deviation, extremes and count"
        )
        return {
            key: replace(metric, samples=()) if len(metric.samples) > most else metric
            for key, metric in metrics.items()
        }


def clean(text: str, longest: int = _LONGEST) -> str:
    """Return text as it may stand in a key: one line, NFC, visible, of bounded length.

    >>> clean(" a\\tb "), len(clean("x" * 1000))
    ('a\\\\x09b', 200)
    """
    plain = text.strip()
    if not (plain.isascii() and plain.isprintable()):
        plain = normal(visible_line(plain))
    if len(plain) <= longest:
        return plain
    digest = sha256(plain.encode("utf-8", "backslashreplace")).hexdigest()[:12]
    return normal(f"{plain[: longest - 13]}~{digest}")


def scalars(fields: Mapping[str, Part]) -> dict[str, Scalar]:
    """Return the texts, numbers and booleans among named parts, as a context holds them."""
    found: dict[str, Scalar] = {}
    for name, part in fields.items():
        number = part.maybe_number()
        if isinstance(part.value, bool):
            found[name] = part.value
        elif number is not None:
            found[name] = int(number) if isinstance(part.value, int) else number + 0.0
        elif text := part.maybe_text():
            found[name] = clean(text)
    return {name: value for name, value in found.items() if not _beyond(value)}


def alike(parts: Iterable[Mapping[str, Scalar]]) -> dict[str, Scalar]:
    """Return what all of them say alike; of none nothing."""
    every = list(parts)
    return agreed(every) if every else {}


def utc(text: str | None, *, naive: bool = False) -> str | None:
    """Return an ISO time as the registry spells it, or None; ``naive`` takes one without a zone.

    >>> utc("2026-01-02T03:04:05.678+01:00"), utc("2026-01-02 03:04:05")
    ('2026-01-02T02:04:05Z', None)
    """
    try:
        moment = datetime.fromisoformat(text or "")
        if moment.tzinfo is None and not naive:
            return None
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        spelled = zoned.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return None
    return spelled if utc_fault(spelled) is None else None


def utc_of_epoch(seconds: float | None) -> str | None:
    """Return a Unix time as the registry spells it, or None where there is none to speak of."""
    if seconds is None or not 0 < seconds < 253402300800:  # the year 10000
        return None
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _beyond(value: Scalar) -> bool:
    """Whether it is an integer that JSON readers do not hold exactly: no context, an id."""
    return type(value) is int and abs(value) > MAX_INTEGER


def _merge(key: str, held: _Held, new: _Held) -> None:
    here, there = find(held.unit), find(new.unit)
    one_kind = held.unit == new.unit or (here and there and here.dimension == there.dimension)
    if not one_kind or held.dimensions != new.dimensions:
        raise InputError(
            f"two results share the key {key!r} but not unit and dimensions "
            f"(the other at {held.where})",
            code="format/same-key",
            where=new.where,
            hint="they are not trials of one benchmark; put each into a file of its own",
        )
    held.values += [convert(value, new.unit, held.unit) for value in new.values]
    held.summary = None
    if held.validity is not new.validity:
        held.validity = Validity.UNCHECKED


def _metric(held: _Held) -> Metric:
    metric = trials(
        held.values,
        where=held.where,
        unit=held.unit,
        direction=held.direction,
        validity=held.validity,
        dimensions=held.dimensions,
        unit_source=held.unit_source,
    )
    told = held.summary
    if told is None:
        return metric
    return replace(
        metric,
        stat=told.stat,
        n=min(max(told.n, 1), MAX_INTEGER),
        mean=told.mean,
        std=told.std,
        min=told.min,
        max=told.max,
    )
