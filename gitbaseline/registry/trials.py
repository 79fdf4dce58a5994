"""Trials of one command as a reading, and doubts about them that a person should hear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from gitbaseline.formats.base import Reading
from gitbaseline.model.metric import Direction, Metric, Validity, from_samples, median
from gitbaseline.stats.sample import MAD_TO_SIGMA, mad
from gitbaseline.transport.trial import Trial

HEADLINE = "wall_time"
_FAR = 5.0  # robust deviations from the median that count as an outlier
_DRIFT = 0.05  # share by which the later half may differ from the earlier half


def reading_of(trials: Sequence[Trial], program: Sequence[str]) -> Reading:
    """Return wall time (s), CPU times (s) and peak memory (bytes) of the trials as metrics.

    Peak memory is left out where one trial does not know it.
    """
    columns = {
        HEADLINE: ("s", [trial.wall for trial in trials]),
        "user_time": ("s", [trial.user for trial in trials]),
        "system_time": ("s", [trial.system for trial in trials]),
    }
    peaks = [float(trial.max_rss) for trial in trials if trial.max_rss is not None]
    if len(peaks) == len(trials):
        columns["max_rss"] = ("B", peaks)
    return Reading(
        format="run",
        metrics={key: _metric(unit, samples) for key, (unit, samples) in columns.items()},
        headline=HEADLINE,
        context={"grounding": {"trials": len(trials), "same_node": True}},
        suggested_measurement=PurePath(program[0]).name,
    )


def beside(printed: Reading, used: Reading) -> Reading:
    """Return what a format read of the outputs, with the resource use under ``run.``."""
    resources = {f"run.{key}": metric for key, metric in used.metrics.items()}
    return replace(
        printed,
        metrics={**printed.metrics, **resources},
        context={**used.context, **printed.context},
        suggested_measurement=printed.suggested_measurement,
    )


def outliers(trials: Sequence[Trial]) -> list[str]:
    """Return warnings about trials far from the others, and about a machine that drifts."""
    walls = [trial.wall for trial in trials]
    found = []
    if len(walls) >= 4:
        middle = median(walls)
        sigma = MAD_TO_SIGMA * mad(walls)
        far = [i for i, wall in enumerate(walls, 1) if sigma and abs(wall - middle) > _FAR * sigma]
        if far:
            numbers = ", ".join(map(str, far))
            found.append(f"trial {numbers} lies far from the others; is the machine quiet?")
    if len(walls) >= 6:
        half = len(walls) // 2
        early, late = median(walls[:half]), median(walls[-half:])
        if early and abs(late - early) / early > _DRIFT:
            change = 100 * (late - early) / early
            found.append(f"the later half took {change:+.1f} %; the machine drifts")
    return found


def _metric(unit: str, samples: Sequence[float]) -> Metric:
    return from_samples(
        samples,
        unit=unit,
        direction=Direction.LOWER,
        validity=Validity.VALID,
        unit_source="format",
    )
