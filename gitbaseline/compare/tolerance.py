"""How far a metric may move for the worse, and who said so.

The first that applies:

1. ``--tolerance KEY=5%`` or ``KEY=2abs`` (a shell pattern), then one given for all metrics;
2. the metric's own in ``baseline.json``;
3. the team's ``.baseline.yaml`` for this measurement;
4. the profile of the format;
5. the larger of 5 % and the noise known for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import field

from gitbaseline.compare.keys import fits
from gitbaseline.errors import InputError
from gitbaseline.frozen import dataclass
from gitbaseline.model.metric import Metric
from gitbaseline.pattern import pattern
from gitbaseline.profiles import Profile, Rule, Tolerance

DEFAULT = "default"
NOISE = "noise"
TEAM = ".baseline.yaml"

_PERCENT = 5.0
_DEFAULT = Tolerance(percent=_PERCENT)
_SPELLED = pattern(r"([0-9]+(?:\.[0-9]+)?)(%|abs)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerances:
    """What is known of tolerances.

    ``noise`` tells the noise known for a metric, in percent, None where none is; it may read
    history, so it is asked only where the default alone would not let a move pass.
    """

    given: Mapping[str, Tolerance] = field(default_factory=dict)
    for_all: Tolerance | None = None
    team: Mapping[str, Tolerance] = field(default_factory=dict)
    profile: Profile
    noise: Callable[[str], float | None] = field(default=lambda _key: None)

    def of(self, key: str, metric: Metric, rule: Rule) -> tuple[Tolerance, str]:
        """Return the tolerance of one metric and where it comes from."""
        if self.given and (given := _first(self.given, key)):
            return given, "--tolerance"
        if self.for_all:
            return self.for_all, "--tolerance"
        percent, absolute = metric.tolerance_percent, metric.tolerance_absolute
        if percent is not None or absolute is not None:
            return Tolerance(percent=percent, absolute=absolute), "baseline.json"
        if self.team and (team := _first(self.team, key)):
            return team, TEAM
        if rule.tolerance:
            return rule.tolerance, "profile"
        return _DEFAULT, DEFAULT

    def names(self, key: str) -> bool:
        """Whether a person named this metric: who gives it a tolerance wants it judged."""
        return fits(key, self.given) or fits(key, self.team)

    def by_noise(self, key: str) -> tuple[Tolerance, str] | None:
        """Return the tolerance where noise is known, and which of the two it is; None if not."""
        noise = self.noise(key)
        if noise is None:
            return None
        return (Tolerance(percent=noise), NOISE) if noise > _PERCENT else (_DEFAULT, DEFAULT)


def parse(text: str) -> Tolerance:
    """Return ``5%`` or ``2abs`` as a tolerance.

    >>> parse("5%")
    Tolerance(percent=5.0, absolute=None)
    """
    match = _SPELLED.fullmatch(text)
    if not match or not math.isfinite(float(match[1])):
        raise InputError(
            f"expected a tolerance like 5% or 2abs, got {text[:40]!r}",
            code="tolerance/form",
            where="--tolerance",
            hint="--tolerance KEY=5%, or --tolerance KEY=2abs in the metric's own unit",
        )
    number = float(match[1])
    return Tolerance(percent=number) if match[2] == "%" else Tolerance(absolute=number)


def for_all(percent: float | None, absolute: float | None) -> Tolerance | None:
    """Return the tolerance given for all metrics, if one is; nan and inf would let all pass."""
    for name, number in (("percent", percent), ("absolute", absolute)):
        if number is not None and not (math.isfinite(number) and number >= 0):
            raise InputError(
                f"expected a finite number of at least 0, got {number}",
                code="tolerance/form",
                where=f"--tolerance-{name}",
            )
    if percent is None and absolute is None:
        return None
    return Tolerance(percent=percent, absolute=absolute)


def _first(by_pattern: Mapping[str, Tolerance], key: str) -> Tolerance | None:
    if key in by_pattern:
        return by_pattern[key]
    return next((t for pattern, t in by_pattern.items() if fits(key, (pattern,))), None)
