"""Runs of one benchmark as metrics: equal settings make trials, other settings other cases.

Rules:

- A setting that not all runs share tells the cases apart: it stands before the key, as
  ``max_concurrency=16.median_ttft_ms``, and in the metric's dimensions.
- Several runs of one case are trials of its metrics; one that a run lacks has a trial less.
- A single run's metric keeps what the tool says it is: a mean, a percentile, of how many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass as mutable
from dataclasses import field, replace

from gitbaseline.errors import InputError
from gitbaseline.formats.base import trials
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import Scalar
from gitbaseline.model.codec import number as spelled
from gitbaseline.model.metric import Direction, Metric, Validity


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number of a run: ``stat`` and ``n`` as in Metric."""

    value: float
    unit: str
    direction: Direction
    stat: str = "single"
    n: int = 1
    unit_source: str = "format"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run: where it stands (``file:line``), how it was run, what it measured.

    ``dimensions`` are the settings that belong to each number even where all runs share them.
    """

    where: str
    settings: Mapping[str, Scalar]
    numbers: Mapping[str, Number]
    dimensions: tuple[str, ...] = ()
    validity: Validity = Validity.UNCHECKED


@mutable(slots=True, kw_only=True)
class _Trials:
    first: Number
    run: Run
    dimensions: dict[str, Scalar]
    values: list[float] = field(default_factory=list)
    validities: set[Validity] = field(default_factory=set)


def varying(runs: Sequence[Run]) -> tuple[str, ...]:
    """Return the settings that tell the runs apart, in the order of the files."""
    names = dict.fromkeys(name for run in runs for name in run.settings)
    return tuple(name for name in names if len({_spelled(run, name) for run in runs}) > 1)


def metrics(runs: Sequence[Run]) -> dict[str, Metric]:
    """Return the metrics of all runs; InputError where two units share a key."""
    apart = varying(runs)
    kept: dict[str, _Trials] = {}
    for run in runs:
        told = [f"{name}={_spelled(run, name)}" for name in apart if name in run.settings]
        case = ",".join(told) + "." if told else ""
        named = [name for name in run.settings if name in apart or name in run.dimensions]
        shape = {name: run.settings[name] for name in named}
        for key, number in run.numbers.items():
            held = kept.setdefault(case + key, _Trials(first=number, run=run, dimensions=shape))
            if held.first.unit != number.unit:
                raise InputError(
                    f"{case + key} is in {number.unit} here, in {held.first.unit} at "
                    f"{held.run.where}",
                    code="runs/differ",
                    where=run.where,
                    hint="the runs are not of one benchmark; give them one by one",
                )
            held.values.append(number.value)
            held.validities.add(run.validity)
    return {key: _metric(held) for key, held in kept.items()}


def agreed(parts: Sequence[Mapping[str, Scalar]]) -> dict[str, Scalar]:
    """Return what all of them say alike."""
    first, *others = parts
    return {
        key: value
        for key, value in first.items()
        if all(key in other and other[key] == value for other in others)
    }


def grouped(
    settings: Mapping[str, Scalar], places: Mapping[str, tuple[str, str]], rest: str
) -> dict[str, dict[str, Scalar]]:
    """Return settings as groups of the full context: by table, unknown ones under ``rest``."""
    context: dict[str, dict[str, Scalar]] = {}
    for name, value in settings.items():
        group, key = places.get(name, (rest, name))
        context.setdefault(group, {})[key] = value
    return context


def _spelled(run: Run, name: str) -> str:
    value = run.settings.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return spelled(value)


def _metric(held: _Trials) -> Metric:
    metric = trials(
        held.values,
        where=held.run.where,
        unit=held.first.unit,
        direction=held.first.direction,
        validity=held.validities.pop() if len(held.validities) == 1 else Validity.UNCHECKED,
        dimensions=held.dimensions,
        unit_source=held.first.unit_source,
    )
    if len(held.values) > 1:
        return metric
    return replace(metric, stat=held.first.stat, n=held.first.n)
