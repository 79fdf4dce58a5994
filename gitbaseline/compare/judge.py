"""The metrics of two baselines, one by one: which are judged, what bars judging them, the rows.

- A metric is judged where its better direction is known on either side and the format's profile
  says so, or a person does: a headline, a tolerance given for it.
- Units of one dimension are converted, which is noted; of two dimensions, or with opposite
  directions, a judged metric bars the whole comparison, and another one is only noted.
- A metric's own dimensions must agree where both sides have them.
- In a profile with levels (a concurrency) a metric that one side lacks, although it knows the
  level, is a null: NULL_LEGACY_BASELINE, not judged. A level that is gone is missing metrics.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass as mutable
from dataclasses import field

from gitbaseline.compare.evidence import weigh
from gitbaseline.compare.keys import fits
from gitbaseline.compare.match import Difference
from gitbaseline.compare.row import (
    Row,
    Standing,
    adverse_move,
    allowance,
    samples_needed,
    standing_of,
    standing_of_point,
)
from gitbaseline.compare.rules import Rules
from gitbaseline.compare.tolerance import DEFAULT
from gitbaseline.frozen import dataclass
from gitbaseline.frozen import known as made
from gitbaseline.model.codec import Scalar
from gitbaseline.model.metric import Direction, Metric
from gitbaseline.model.units import convert, find
from gitbaseline.profiles import Rule

# Of an enumeration by name is a search each time.
_UNKNOWN = Direction.UNKNOWN
_OK, _CONTEXT, _UNDECIDED = Standing.OK, Standing.CONTEXT, Standing.UNDECIDED


@mutable(slots=True, kw_only=True)
class Judgement:
    """What the metrics gave: rows, and what was noticed on the way, all in the order of the keys.

    ``unknown`` are dimensions that one side lacks; ``nulls`` are the keys that one side has as
    null; ``missing`` those of judged metrics that the current side lacks altogether.
    """

    rows: list[Row] = field(default_factory=list)
    bars: dict[Difference, None] = field(default_factory=dict)
    allowed: dict[Difference, None] = field(default_factory=dict)
    unknown: dict[str, None] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    nulls: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def judge(baseline: Mapping[str, Metric], current: Mapping[str, Metric], rules: Rules) -> Judgement:
    """Return what there is to say of each metric."""
    level = rules.tolerances.profile.one_level
    judge_ = _Judge(rules, Judgement(), rules.tolerances.profile.ruler())
    levels = _levels(current, level)
    for key in sorted(baseline):  # in which order a file has them changes no word
        old = baseline[key]
        new = current.get(key)
        if new is None:
            judge_.absent(key, old, is_null=_is_null(old, level, levels), here=False)
        elif (direction := judge_.agreed(key, old, new)) is not None:
            judge_.found.rows.append(judge_.row(key, old, new, direction))
    if not current.keys() <= baseline.keys():
        levels = _levels(baseline, level)
        for key in sorted(current):
            if key not in baseline:
                new = current[key]
                judge_.absent(key, new, is_null=_is_null(new, level, levels), here=True)
    return judge_.found


def bars(
    baseline: Mapping[str, Metric], current: Mapping[str, Metric], rules: Rules
) -> tuple[Difference, ...]:
    """Return what of the shared metrics bars comparing, as ``judge`` does, without the rows."""
    judge_ = _Judge(rules, Judgement(), rules.tolerances.profile.ruler())
    for key in sorted(baseline):
        if key in current:
            judge_.agreed(key, baseline[key], current[key])
    return tuple(judge_.found.bars)


def headlines(metrics: Mapping[str, Metric], rules: Rules) -> list[str]:
    """Return the keys of the metrics that stand for the whole: as told, as marked, as profiled."""
    if rules.headlines:
        return [key for key in metrics if fits(key, rules.headlines)]
    profile = rules.tolerances.profile
    marked = [key for key, metric in metrics.items() if metric.headline]
    if marked or not any(line.rule.headline for line in profile.lines):
        return marked
    return [key for key, m in metrics.items() if profile.rule_for(key, m.dimensions).headline]


@dataclass(frozen=True, slots=True)
class _Judge:
    rules: Rules
    found: Judgement
    rule_for: Callable[[str, Mapping[str, Scalar]], Rule]

    def agreed(self, key: str, old: Metric, new: Metric) -> Direction | None:
        """Return the direction that both sides agree on, None where they are no pair."""
        if old.dimensions != new.dimensions:
            self._dimensions(old, new)
        direction = old.direction
        if direction is new.direction and old.unit == new.unit:
            return direction
        found = self.found
        if direction is _UNKNOWN:
            direction = new.direction
        bars = []
        if old.unit != new.unit:
            there, here = find(old.unit), find(new.unit)
            if there and here and there.dimension == here.dimension:
                found.notes[f"converted from {new.unit} to {old.unit}"] = None
            else:
                bars.append(_difference(key, "unit", old.unit, new.unit))
        if new.direction not in (direction, Direction.UNKNOWN):
            bars.append(_difference(key, "direction", str(old.direction), str(new.direction)))
        if not bars:
            if old.direction is not new.direction:
                found.unknown[f"{key}.direction"] = None
            return direction
        if self._judged(key, old, new.direction, self.rule_for(key, old.dimensions)):
            found.bars.update(dict.fromkeys(bars))
        else:
            found.notes.update(dict.fromkeys(f"{b.field}: {b.baseline}, {b.current}" for b in bars))
        return None

    def absent(self, key: str, known: Metric, *, is_null: bool, here: bool) -> None:
        """Take in a metric that one side lacks; ``here`` says that the current side has it."""
        rule = self.rule_for(key, known.dimensions)
        if not self._judged(key, known, known.direction, rule):
            return
        if not is_null:
            if not here:
                self.found.missing.append(key)
            return
        if not here and self._headline(key, known, rule):
            self.found.missing.append(key)
        self.found.nulls.append(key)
        self.found.rows.append(
            Row(
                key=key,
                unit=known.unit,
                direction=known.direction,
                baseline=None if here else known.value,
                current=known.value if here else None,
                standing=Standing.NULL_LEGACY,
                headline=self._headline(key, known, rule),
                dimensions=known.dimensions,
            )
        )

    def row(self, key: str, old: Metric, new: Metric, direction: Direction) -> Row:
        """Return what there is to say of a metric that both sides have."""
        tolerances = self.rules.tolerances
        rule = self.rule_for(key, old.dimensions)
        before, value, samples, converted = old.value, new.value, new.samples, None
        if new.unit != old.unit:
            converted = new.unit
            value = convert(value, converted, old.unit)
            samples = tuple(convert(sample, converted, old.unit) for sample in samples)
        delta = value - before
        moved = adverse_move(before, value, direction)
        tolerance, source = tolerances.of(key, old, rule)
        evidence = None
        if samples and old.samples:
            relative = tolerance.absolute is None and before > 0
            evidence = weigh(old.samples, samples, relative=relative)
        headline = self._headline(key, old, rule)
        standing, needed = _CONTEXT, None
        judged = rule.judged or headline or tolerances.names(key)
        if judged and direction is not _UNKNOWN:
            noise_known = source != DEFAULT
            if evidence is None:
                standing = standing_of_point(moved, allowance(before, value, tolerance))
            else:
                standing = standing_of(
                    before, value, direction, tolerance, evidence, noise_known=noise_known
                )
            if standing is not _OK:
                known = None if noise_known else tolerances.by_noise(key)
                if known:
                    (tolerance, source), noise_known = known, True
                    standing = standing_of(before, value, direction, tolerance, evidence)
                if evidence and standing is _UNDECIDED:
                    needed = samples_needed(
                        before, value, direction, tolerance, evidence, noise_known=noise_known
                    )
        fields = {
            "key": key,
            "unit": old.unit,
            "direction": direction,
            "baseline": before,
            "current": value,
            "delta": delta,
            "delta_pct": 100 * (delta / abs(before)) if before else None,
            "adverse": moved > 0,
            "tolerance": tolerance,
            "tolerance_from": source,
            "standing": standing,
            "headline": headline,
            "evidence": evidence,
            "samples_needed": needed,
            "converted_from": converted,
            "dimensions": old.dimensions,
        }
        return made(Row, fields)

    def _judged(self, key: str, metric: Metric, direction: Direction, rule: Rule) -> bool:
        if metric.direction is direction is Direction.UNKNOWN:
            return False
        if rule.judged or self._headline(key, metric, rule):
            return True
        return self.rules.tolerances.names(key)

    def _headline(self, key: str, metric: Metric, rule: Rule) -> bool:
        if self.rules.headlines:
            return fits(key, self.rules.headlines)
        return metric.headline or rule.headline

    def _dimensions(self, old: Metric, new: Metric) -> None:
        for name in sorted(old.dimensions.keys() | new.dimensions.keys()):
            field_name = f"dimensions.{name}"
            if name not in old.dimensions or name not in new.dimensions:
                self.found.unknown[field_name] = None
                continue
            there, here = old.dimensions[name], new.dimensions[name]
            differs = Difference(field=field_name, baseline=there, current=here)
            allowed = self.rules.matching.allows(field_name)
            known = self.found.allowed if allowed else self.found.bars
            if there != here:
                known[differs] = None


def _levels(metrics: Mapping[str, Metric], name: str | None) -> set[Scalar]:
    return {m.dimensions[name] for m in metrics.values() if name in m.dimensions} if name else set()


def _is_null(known: Metric, name: str | None, levels: set[Scalar]) -> bool:
    """Whether the other side, that lacks the metric, knows its level."""
    if name is None:
        return False
    return name not in known.dimensions or known.dimensions[name] in levels


def _difference(key: str, what: str, there: str, here: str) -> Difference:
    return Difference(field=f"{key}.{what}", baseline=there, current=here)
