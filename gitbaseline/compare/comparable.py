"""Whether a measurement can be held to an entry at all, before any number is weighed.

What differs here is just what ``compare`` calls INCOMPARABLE: the shape, the surroundings, the
unit's dimension, the better direction and the dimensions of a judged metric.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gitbaseline.compare.judge import bars, headlines
from gitbaseline.compare.keys import fits
from gitbaseline.compare.match import Difference, match
from gitbaseline.compare.rules import Rules
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.metric import Metric


def differences(baseline: Baseline, current: Baseline, rules: Rules) -> tuple[Difference, ...]:
    """Return what keeps the two from being compared, nothing where they can be."""
    return (
        *shape(baseline, current),
        *match(baseline, current, rules.matching).bars,
        *bars(narrowed(baseline, rules), narrowed(current, rules), rules),
    )


def lacking(baseline: Baseline, current: Baseline, rules: Rules) -> str | None:
    """Return what the current side is about and the baseline lacks: a headline, or any metric.

    The other way round is no matter of comparing: what the baseline has and the current side
    lacks is missing, and gives no verdict.
    """
    old, new = narrowed(baseline, rules), narrowed(current, rules)
    about = headlines(new, rules)
    if about and not any(key in old for key in about):
        return f"the headline {min(about)}"
    return None if old.keys() & new.keys() else "every metric of it"


def narrowed(entry: Baseline, rules: Rules) -> Mapping[str, Metric]:
    """Return the metrics that are to be compared."""
    if not rules.only:
        return entry.metrics
    return {key: metric for key, metric in entry.metrics.items() if fits(key, rules.only)}


def shape(baseline: Baseline, current: Baseline) -> Sequence[Difference]:
    """Return the difference between a number and a set of metrics, if that is what they are."""
    there, here = (
        "structured" if entry.value is None else "scalar" for entry in (baseline, current)
    )
    return [Difference(field="shape", baseline=there, current=here)] if there != here else []
