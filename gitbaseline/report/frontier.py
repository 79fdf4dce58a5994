"""The frontier for a terminal, for a Markdown file and for programs.

What is written depends on the registry alone, never on the clock: the same tip gives the same text.
"""

from __future__ import annotations

from collections.abc import Sequence

from gitbaseline.compare.frontier import WALL_PCT, WALL_RIGOR, Fate, Frontier, Item, Wall
from gitbaseline.model import baseline_json
from gitbaseline.model.baseline import Lever
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.text import escaped, visible_line
from gitbaseline.report.folding import folded
from gitbaseline.report.lever import lever_line, words
from gitbaseline.report.numbers import amount
from gitbaseline.report.table import table

_OPEN = ("#", "%/day", "Gain %", "Days", "Named in", "Lever")
_REFUTED = ("Named in", "Refuted by", "Lever", "Why")
_SHOWN = 10  # walls that are told one by one
_WALL = f"{WALL_PCT:g} % of a ceiling by {' or '.join(WALL_RIGOR)}"


def render(found: Frontier, columns: int | None = None) -> str:
    """Return the text for a terminal; the last line is the lever to pull."""
    opened, refuted = found.of(Fate.OPEN), found.of(Fate.REFUTED)
    lines: list[str] = []
    if opened:
        ranked = [
            (str(number), *_figures(item), cite(item.entry), words(item.lever))
            for number, item in enumerate(opened, 1)
        ]
        right = frozenset((0, 1, 2, 3))
        whole = table(_OPEN, ranked, right=right, columns=columns, spare=(2, 3), words=(5,))
        lines += [whole, *_unranked(opened), ""]
    if refuted:
        told = [(cite(i.entry), cite(i.by), i.lever.lever, i.why or "") for i in refuted]
        whole = table(_REFUTED, told, right=frozenset(), columns=columns, spare=(1,), words=(2, 3))
        lines += [whole, ""]
    lines += _closed(found)
    if not opened:
        lines += _walls(found)
    return "\n".join([*lines, folded(_last(found), columns)])


def markdown(found: Frontier) -> list[str]:
    """Return the lines of a Markdown section: the open levers as ranked, then the refuted ones."""
    opened, refuted = found.of(Fate.OPEN), found.of(Fate.REFUTED)
    lines: list[str] = []
    if opened:
        lines += [
            "| # | Lever | Expected unlock | Gate | Cost | % a day | Named in |",
            "|--:|---|---|---|---|--:|---|",
        ]
        for number, item in enumerate(opened, 1):
            lever = item.lever
            said = _cells(lever.lever, lever.expected_unlock, lever.gate, lever.cost)
            lines.append(
                f"| {number} | {said} | {_figures(item)[0]} | {_cells(cite(item.entry))} |"
            )
        lines += [line for note in _unranked(opened) for line in ("", note)]
    else:
        lines += [escaped(_last(found)), "", *(f"- {escaped(w.strip())}" for w in _walls(found))]
    if refuted:
        lines += ["", "Refuted:", ""]
        lines += ["| Lever | Why | Named in | Refuted by |", "|---|---|---|---|"]
        lines += [f"| {_cells(i.lever.lever, i.why, cite(i.entry), cite(i.by))} |" for i in refuted]
    return lines


def content(found: Frontier) -> dict[str, object]:
    """Return the content of ``--json``."""
    opened = found.of(Fate.OPEN)
    ranks = {item.entry: number for number, item in enumerate(opened, 1)}
    return {
        "levers": [_plain(item, ranks.get(item.entry)) for item in found.items],
        "walls": [
            {
                "series": wall.series,
                "entry": str(wall.entry),
                "sol_pct": wall.sol.pct if wall.sol else None,
                "sol_ceiling_key": wall.sol.ceiling_key if wall.sol else None,
                "sol_rigor": wall.sol.rigor if wall.sol else None,
                "reached": wall.reached,
            }
            for wall in found.walls
        ],
        "nothing_left": found.nothing_left,
        "next_lever": baseline_json.lever_plain(_next(found)),
        "warnings": list(found.warnings),
    }


def cite(path: EntryPath | None) -> str:
    """Return an entry as a reference that can be pasted."""
    return f"{path.series}@{path.slug}" if path else ""


def _plain(item: Item, rank: int | None) -> dict[str, object]:
    return {
        "rank": rank if item.fate is Fate.OPEN else None,
        "fate": str(item.fate),
        "series": item.series,
        "entry": str(item.entry),
        "lever": item.lever.lever,
        "expected_unlock": item.lever.expected_unlock,
        "gate": item.lever.gate,
        "cost": item.lever.cost,
        "gain_pct": item.worth.gain,
        "cost_days": item.worth.cost,
        "pct_per_day": item.worth.rate,
        "by": str(item.by) if item.by else None,
        "why": item.why,
    }


def _figures(item: Item) -> tuple[str, str, str]:
    figures = (item.worth.rate, item.worth.gain, item.worth.cost)
    # Three digits: they are made of words, and of a guess.
    rate, gain, cost = ("?" if one is None else amount(float(f"{one:.3g}")) for one in figures)
    return rate, gain, cost


def _unranked(opened: Sequence[Item]) -> list[str]:
    """Say which levers are last because nobody said what they are worth."""
    gainless = sum(item.worth.gain is None for item in opened)
    costless = sum(item.worth.rate is None for item in opened) - gainless
    parts = []
    if costless:
        parts.append(f"{costless} without a cost that could be read (--cost)")
    if gainless:
        parts.append(f"{gainless} without an amount in the unlock (--unlock)")
    return [f"ranked last: {', then '.join(parts)}"] if parts else []


def _closed(found: Frontier) -> list[str]:
    counts = [(len(found.of(fate)), fate) for fate in (Fate.MET, Fate.SUPERSEDED)]
    told = ", ".join(f"{count} {fate}" for count, fate in counts if count)
    return [f"{told}; --json shows them"] if told else []


def _walls(found: Frontier) -> list[str]:
    """Say how far each measurement is from its wall."""
    if not found.walls:
        return ["no measurement that counts yet"]
    shown = [visible_line(f"  {wall.series}: {_share(wall)}") for wall in found.walls[:_SHOWN]]
    more = len(found.walls) - _SHOWN
    shown += [f"  and {more} more"] if more > 0 else []
    return [f"light-speed wall, {_WALL}:", *shown]


def _share(wall: Wall) -> str:
    if wall.sol is None:
        return "no ceiling known; record --sol KEY"
    state = "reached" if wall.reached else "not reached"
    return f"{wall.sol.pct:.1f} % of {wall.sol.ceiling_key} by {wall.sol.rigor}, {state}"


def _last(found: Frontier) -> str:
    if found.nothing_left:
        return "NEXT LEVER: nothing left"
    return visible_line(lever_line(_next(found)))


def _next(found: Frontier) -> Lever | None:
    opened = found.of(Fate.OPEN)
    return opened[0].lever if opened else None


def _cells(*texts: str | None) -> str:
    return " | ".join(escaped(text or "") for text in texts)
