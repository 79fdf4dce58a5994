"""The diff as Markdown: a pull-request comment, a job summary. The verdict comes first.

The hidden first line lets a program find its own comment. At most ``LIMIT`` bytes: a section that
does not fit is left out, and the end says so. Every name and unit is escaped: none is markup.
"""

from __future__ import annotations

from collections.abc import Sequence

from gitbaseline.compare.row import Row, Standing
from gitbaseline.model.text import escaped
from gitbaseline.report.comparison import (
    SHOWN,
    Comparison,
    Confirmation,
    again,
    allowed,
    context,
    differs,
    interval,
    light,
    moved,
    notes,
    significance,
)
from gitbaseline.report.lever import lever_line
from gitbaseline.report.numbers import amount

MARKER = "<!-- git-baseline -->"
LIMIT = 60_000  # bytes; a forge takes 64 KiB in a comment
_ALL = 400
_CUT = "\nCut here: the rest is in the job's log, and in --json.\n"


def render(comparison: Comparison) -> str:
    """Return the whole comment."""
    diff = comparison.diff
    head = [
        MARKER,
        f"### {diff.verdict}: {escaped('; '.join(diff.reasons))}",
        "",
        _between(comparison),
    ]
    for title, said in (("Context", context(comparison)), ("Speed of light", light(comparison))):
        head += ["", f"{title}: {escaped(said)}"] if said else []
    shown = diff.judged[:SHOWN]
    every = diff.rows[:_ALL]
    title = f"All {len(every)} metrics" if every == diff.rows else f"{_ALL} of {len(diff.rows)}"
    sections = [
        head,
        _table(shown),
        _confirmation(comparison.confirmation),
        _list("Differs, and must not", [differs(one) for one in diff.matching.bars[:SHOWN]]),
        _list("Next", comparison.advice),
        _list("May be the cause", [differs(one) for one in diff.matching.causes[:SHOWN]]),
        _list("Notes", notes(comparison)),
        _folded(title, _table(every)) if len(diff.rows) > len(shown) else [],
        ["", escaped(lever_line(comparison.lever))],
    ]
    return _fitted(["".join(f"{line}\n" for line in section) for section in sections])


def _fitted(sections: Sequence[str]) -> str:
    """Return what fits of the sections, the first and the last in any case."""
    room = LIMIT - len((sections[0] + sections[-1] + _CUT).encode())
    kept, cut = [sections[0]], ""
    for section in sections[1:-1]:
        size = len(section.encode())
        if size > room:
            cut = _CUT
            continue
        room -= size
        kept.append(section)
    return "".join([*kept, cut, sections[-1]])


def _between(comparison: Comparison) -> str:
    names = f"{escaped(comparison.current_name)} against {escaped(comparison.baseline_name)}"
    how = f"{escaped(comparison.resolved)}). {comparison.diff.tier}. {escaped(comparison.age)}"
    return f"{names} ({how}"


def _table(rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    lines = [
        "",
        "| Metric | Baseline | Current | Unit | Move | 95 % interval | Allowed | | Says |",
        "|---|--:|--:|---|--:|--:|--:|---|---|",
    ]
    for row in rows:
        cells = (
            escaped(row.key),
            amount(row.baseline) if row.baseline is not None else "null",
            amount(row.current) if row.current is not None else "null",
            escaped(row.unit),
            escaped(moved(row)),
            escaped(interval(row)),
            allowed(row.tolerance) if row.judged else "",
            significance(row),
            _says(row),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _confirmation(found: Confirmation | None) -> list[str]:
    return ["", escaped(again(found)), *_table(found.again.judged[:SHOWN])] if found else []


def _says(row: Row) -> str:
    word = "" if row.standing is Standing.CONTEXT else escaped(str(row.standing))
    if row.standing is Standing.REGRESSED:
        word = f"**{word}**"
    if row.headline:
        word = f"{word} (headline)".strip()
    return word + (f"; about {row.samples_needed} samples decide" if row.samples_needed else "")


def _list(title: str, items: Sequence[str]) -> list[str]:
    return ["", f"{title}:", "", *(f"- {escaped(item)}" for item in items)] if items else []


def _folded(title: str, lines: Sequence[str]) -> list[str]:
    return ["", f"<details><summary>{title}</summary>", *lines, "", "</details>"] if lines else []
