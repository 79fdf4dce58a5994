"""Several readings of one kind as one: equal keys become samples of one metric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Reading
from gitbaseline.model.metric import Metric, Validity, from_samples


def pool(readings: Sequence[Reading], names: Sequence[str]) -> Reading:
    """Return the trials as one reading; InputError where they are not trials of one thing."""
    first = readings[0]
    for reading, name in zip(readings, names, strict=True):
        if reading.format != first.format or set(reading.metrics) != set(first.metrics):
            odd = sorted(set(reading.metrics) ^ set(first.metrics))[:3]
            what = f"other metrics ({', '.join(odd)})" if odd else f"format {reading.format}"
            raise InputError(
                f"not a trial of the same measurement as {names[0]}: {what}",
                code="trials/differ",
                where=name,
                hint="record them one by one",
            )
    if len(readings) == 1:
        return first
    return replace(
        first,
        metrics={
            key: _pooled(key, [reading.metrics[key] for reading in readings], names)
            for key in first.metrics
        },
        warnings=tuple(dict.fromkeys(w for reading in readings for w in reading.warnings)),
        passed_over=tuple(p for reading in readings for p in reading.passed_over),
    )


def _pooled(key: str, metrics: Sequence[Metric], names: Sequence[str]) -> Metric:
    first = metrics[0]
    for metric, name in zip(metrics, names, strict=True):
        if (metric.unit, metric.direction) != (first.unit, first.direction):
            raise InputError(
                f"{key} is in {metric.unit} here and in {first.unit} in {names[0]}",
                code="trials/unit",
                where=name,
            )
        if metric.dimensions != first.dimensions:
            raise InputError(
                f"{key} was measured under other settings than in {names[0]}: "
                f"{_shape(metric)} here, {_shape(first)} there",
                code="trials/dimensions",
                where=name,
                hint="record them one by one",
            )
    samples = [sample for m in metrics for sample in (m.samples or (m.value,))]
    validities = {metric.validity for metric in metrics}
    merged = from_samples(
        samples,
        unit=first.unit,
        direction=first.direction,
        validity=first.validity if len(validities) == 1 else Validity.UNCHECKED,
        dimensions=first.dimensions,
        unit_source=first.unit_source,
    )
    return replace(merged, headline=first.headline)


def _shape(metric: Metric) -> str:
    return ", ".join(f"{key}={value}" for key, value in metric.dimensions.items()) or "none"
