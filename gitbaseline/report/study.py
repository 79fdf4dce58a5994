"""A study of noise for a terminal and as the one JSON document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gitbaseline.compare.study import SEED, SPLITS, Study
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Lever
from gitbaseline.model.baseline_json import lever_plain
from gitbaseline.model.metric import Direction
from gitbaseline.model.text import visible_line
from gitbaseline.profiles import Tolerance
from gitbaseline.report.comparison import allowed
from gitbaseline.report.facts import block, facts
from gitbaseline.report.folding import folded
from gitbaseline.report.lever import lever_line
from gitbaseline.report.numbers import amount
from gitbaseline.report.table import table
from gitbaseline.stats.noise import FALSE_ALARMS

_HEAD = ("Metric", "n", "Median", "Unit", "Spread", "Tolerance", "False alarms", "Says")
_RIGHT = frozenset((1, 2, 4, 5, 6))
_SHOWN = 20
_RULE = (
    f"fewer than {100 * FALSE_ALARMS:g} % false alarms by the rule of diff, in {SPLITS} random A/A "
    f"splits (seed {SEED})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One metric. A metric that is not judged has no tolerance to look for."""

    key: str
    unit: str
    direction: Direction
    judged: bool
    study: Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Of which measurement, from what (``command``, ``files``, ``entries``), what was found.

    ``side`` is how many samples a side the tolerances are for. ``config`` is the text that
    ``.baseline.yaml`` needs, None where no tolerance was found; ``written`` where it was put.
    """

    measurement: str
    format: str
    kind: str
    source: str
    side: int
    at_least: float
    rows: Sequence[Row]
    warnings: Sequence[str]
    config: str | None
    written: str | None

    @property
    def tolerances(self) -> dict[str, Tolerance]:
        """The tolerances found, by key."""
        return {row.key: row.study.tolerance for row in self.rows if row.study.tolerance}

    @property
    def lever(self) -> Lever | None:
        """What the data name: the judged metric whose noise hides the most."""
        noisy = [(found.percent or 0.0, key) for key, found in self.tolerances.items()]
        percent, key = max(noisy, default=(0.0, ""))
        if percent <= self.at_least:
            return None
        return Lever(
            lever=f"steady {key}, the noisiest: it hides what is smaller than {percent:g} %",
            expected_unlock="smaller regressions are seen",
            gate="git baseline study asks for less",
        )


def text(report: Report, columns: int | None = None) -> str:
    """Return the whole text, for a terminal so wide."""
    lines = [
        visible_line(f"Noise of {report.measurement}"),
        facts(
            [
                (report.kind, report.source),
                ("for", f"diffs of {report.side} sample{'s'[: report.side != 1]} a side"),
                ("rule", _RULE),
            ],
            columns,
        ),
        "",
        table(
            _HEAD,
            [_cells(row) for row in report.rows[:_SHOWN]],
            right=_RIGHT,
            columns=columns,
            spare=(2, 6, 1),
            words=(7,),
        ),
    ]
    if len(report.rows) > _SHOWN:
        lines.append(f"and {len(report.rows) - _SHOWN} more; --json shows all")
    lines += block("note", _notes(report), columns=columns)
    if report.written:
        lines += ["", visible_line(f"wrote {report.written}, which diff reads")]
    elif report.config:
        lines += ["", "for .baseline.yaml (--write puts it there):"]
        lines += [f"  {visible_line(line)}" for line in report.config.splitlines()]
    lines.append(folded(visible_line(lever_line(report.lever)), columns))
    return "\n".join(lines)


def content(report: Report) -> dict[str, object]:
    """Return the content of ``git-baseline/study/1``."""
    return {
        "measurement": report.measurement,
        "format": report.format,
        "kind": report.kind,
        "source": report.source,
        "side": report.side,
        "at_least_pct": report.at_least,
        "false_alarms_pct": 100 * FALSE_ALARMS,
        "splits": SPLITS,
        "seed": SEED,
        "metrics": [_metric(row) for row in report.rows],
        "config": report.config,
        "written": report.written,
        "warnings": list(report.warnings),
        "next_lever": lever_plain(report.lever),
    }


def _cells(row: Row) -> tuple[str, ...]:
    found = row.study
    spread = f"{found.spread_percent:.2f} %" if found.spread_percent is not None else ""
    return (
        row.key,
        str(found.n),
        amount(found.median),
        row.unit,
        spread or f"{amount(found.spread)} {row.unit}",
        allowed(found.tolerance),
        f"{found.alarms} of {found.splits}" if found.splits else "",
        _says(row),
    )


def _says(row: Row) -> str:
    if not row.judged:
        return "context, not judged"
    return f"too few: it takes {row.study.needed}" if row.study.needed else ""


def _notes(report: Report) -> list[str]:
    said = [f"{row.key}: {warning}" for row in report.rows for warning in row.study.warnings]
    return [*report.warnings, *said]


def _metric(row: Row) -> Mapping[str, object]:
    found, tolerance = row.study, row.study.tolerance
    return {
        "key": row.key,
        "unit": row.unit,
        "direction": str(row.direction),
        "judged": row.judged,
        "n": found.n,
        "trials": found.trials,
        "side": found.side,
        "median": found.median,
        "spread": found.spread,
        "spread_pct": found.spread_percent,
        "tolerance": {"percent": tolerance.percent, "absolute": tolerance.absolute}
        if tolerance
        else None,
        "false_alarms": found.alarms if found.splits else None,
        "needed": found.needed,
        "warnings": list(found.warnings),
    }
