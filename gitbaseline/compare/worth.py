"""What a lever is worth: the gain that its words promise, over the work that they ask for.

People write ``expected_unlock`` and ``cost`` as they like. Read is the first amount in them that
means something; words without one are worth "unknown", which is never zero and never guessed.

Rules:

- A gain is in percent of the entry's own headline, so that levers of different measurements can
  stand in one list. ``+8 %``; ``1.2x`` (20 % up, or 16.7 % off where lower is better); an amount
  in a unit of the headline's dimension (``40 GB/s``), or one to be reached (``to 520 GB/s``);
  ``12 points`` of a ceiling whose share the entry holds, or of a headline in percent.
- Which way an amount goes is not read: ``-5 ms`` and ``5 ms less`` are the same promise. Without a
  sign, one beyond a headline that is better higher is a goal: ``480 GB/s`` of 400 is 20 %.
- What would be a loss, or more than the whole of what is better lower, is no gain: unknown.
- Of a range a gain is its low end and a cost its high end.
- A number with a separator of thousands, or in a unit of another dimension, is not read.
- A cost is in working days (8 h, 5 a week, 20 a month): ``3 days``, ``2 h``, ``a week``; else a
  word of ``EFFORT`` stands for days.

>>> days("2-3 days"), days("low"), days("200 GPU hours")
(3.0, 1.0, None)
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline, Lever
from gitbaseline.model.metric import Direction, Metric
from gitbaseline.model.units import convert, find

EFFORT = {
    0.25: ("trivial", "tiny"),
    1.0: ("low", "small", "cheap", "easy"),
    5.0: ("medium", "moderate"),
    20.0: ("high", "large", "big", "expensive", "hard"),
    60.0: ("huge",),
}

_NUMBER = r"[0-9]{1,15}(?:\.[0-9]{1,15})?(?![0-9.,]*[0-9])"
_AMOUNT = re.compile(
    rf"(?P<before>(?:\b(?:up\s+to|from|to|reach|reaches)|->|\u2192)\s*)?"
    rf"(?<![\w.,])(?P<sign>[+-]?)(?P<low>{_NUMBER})(?:\s*(?:-|\u2013|\.\.|\bto\b)\s*(?P<high>{_NUMBER}))?"
    r"\s*(?P<unit>[%\u00d7]|[^\W\d_][^\s,;()]*)",
    re.IGNORECASE,
)
_GOAL = ("to", "reach", "reaches", "->", "\u2192", "from")
_PERCENT = ("%", "percent", "pct")
_FACTOR = ("x", "\u00d7")
_POINTS = ("points", "point", "pp")
_TIME = re.compile(
    rf"(?<![\w.,])(?:(?:{_NUMBER}\s*(?:-|\u2013|\bto\b)\s*)?(?P<number>{_NUMBER})"
    r"|(?P<word>half an?|an?))"
    r"\s*-?(?:(?:working|person|engineer)[ -])?"
    r"(?P<unit>(?P<minute>minutes?|min)|(?P<hour>hours?|hrs?|h)|(?P<day>days?|d)"
    r"|(?P<week>weeks?|wk|w)|(?P<month>months?))\b",
    re.IGNORECASE,
)
_DAYS = {"minute": 1 / 480, "hour": 1 / 8, "day": 1.0, "week": 5.0, "month": 20.0}
_EFFORT = {word: amount for amount, words in EFFORT.items() for word in words}
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """``gain`` in percent of the headline, ``cost`` in working days; None where not said."""

    gain: float | None
    cost: float | None

    @property
    def rate(self) -> float | None:
        """Percent for a day's work, by which levers are ranked."""
        if self.gain is None or self.cost is None:
            return None
        return self.gain / self.cost


def worth(lever: Lever, entry: Baseline) -> Worth:
    """Return what the lever promises and costs, held to the entry that names it."""
    return Worth(
        gain=_gain(lever.expected_unlock or "", entry),
        cost=days(lever.cost or ""),
    )


def days(text: str) -> float | None:
    """Return the working days that a cost speaks of, None where it speaks of none."""
    match = _TIME.search(text)
    if match:
        word = (match["word"] or "").lower()
        number = float(match["number"] or (0.5 if word.startswith("half") else 1))
        return number * next(_DAYS[name] for name in _DAYS if match[name]) or None
    found = (_EFFORT[word] for word in _WORD.findall(text.lower()) if word in _EFFORT)
    return next(found, None)


def _gain(text: str, entry: Baseline) -> float | None:
    """Return the first gain that the text promises, in percent of the headline."""
    metric = entry.headline[1] if entry.headline else None
    most = 100.0 if metric is not None and metric.direction is Direction.LOWER else math.inf
    for match in _AMOUNT.finditer(text):
        gain = _read(match, entry, metric)
        if gain is not None and 0 < gain <= most and math.isfinite(gain):
            return gain
    return None


def _read(match: re.Match[str], entry: Baseline, metric: Metric | None) -> float | None:
    before = (match["before"] or "").strip().lower()
    goal = before in _GOAL
    amount = float((match["high"] if goal else None) or match["low"])
    unit = match["unit"].rstrip(".:!?")
    if unit in _PERCENT:
        return amount
    if unit.lower() in _FACTOR:
        return _of_factor(amount, metric)
    if unit in _POINTS:
        return _of_points(amount, entry, metric)
    if metric is None or metric.value == 0:
        return None
    value = _in_unit_of(metric, amount, unit)
    if value is None:
        return None
    beyond = metric.direction is Direction.HIGHER and value >= metric.value and not match["sign"]
    return _of_goal(value, metric) if goal or beyond else 100 * value / abs(metric.value)


def _of_factor(factor: float, metric: Metric | None) -> float | None:
    """Return percent of the headline: a factor is of speed, or of the time that is left."""
    if factor == 0:
        return None
    if metric is None or metric.direction is not Direction.LOWER:
        return 100 * (factor - 1)
    return 100 * (1 - 1 / factor) if factor > 1 else 100 * (1 - factor)


def _of_points(points: float, entry: Baseline, metric: Metric | None) -> float | None:
    share = entry.sol.pct if entry.sol else None
    if metric is not None and metric.unit in _PERCENT:
        share = metric.value
    return 100 * points / share if share else None


def _of_goal(value: float, metric: Metric) -> float | None:
    sides: dict[Direction, Callable[[float], float]] = {
        Direction.HIGHER: lambda gap: gap,
        Direction.LOWER: lambda gap: -gap,
    }
    toward = sides.get(metric.direction)
    return 100 * toward(value - metric.value) / abs(metric.value) if toward else None


def _in_unit_of(metric: Metric, amount: float, unit: str) -> float | None:
    if unit == metric.unit:
        return amount
    here, there = find(unit), find(metric.unit)
    if here is None or there is None or here.dimension != there.dimension:
        return None
    return convert(amount, unit, metric.unit)
