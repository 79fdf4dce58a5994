"""The page of one part of a measurement: verdict, charts, panels and its entries."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from gitbaseline.compare.row import Row
from gitbaseline.compare.step import SHORT, Step, between
from gitbaseline.model.metric import Direction
from gitbaseline.registry.reader import Entry
from gitbaseline.report.comparison import allowed, interval, moved, significance
from gitbaseline.report.entry import code_cell, status_cell
from gitbaseline.report.history import move
from gitbaseline.report.numbers import BETTER, amount
from gitbaseline.site import chart_history, links, pages, words
from gitbaseline.site.chart_history import MOST_SAMPLES, Ceiling, Chart, Mark
from gitbaseline.site.panels_view import view as panels_of
from gitbaseline.site.series import Line, Series, ceiling_in
from gitbaseline.site.signatures import Signatures
from gitbaseline.site.stretch import Stretch, days

_ROWS = 20
_WORDS = {True: "worse", False: "better", None: "unknown"}


def render(
    series: Series, stretch: Stretch, others: Sequence[Stretch], signed: Signatures, registry: str
) -> bytes:
    """Return the page of a part; ``others`` are all parts, the newest last."""
    headline = series.latest.baseline.headline
    first = stretch.is_newest
    up = links.root_of(stretch.page)
    return pages.page(
        "series.html",
        stretch.page,
        registry,
        series.name,
        family=series.family,
        measurement=series.measurement,
        family_page=links.family_page(series.family),
        parts=[(said, up + href) for said, href in _parts(stretch, others)],
        shown=days(stretch) if stretch.full else "",
        older=not first,
        headline=_facts(series, signed) if first else [],
        verdict=_verdict(series) if first else None,
        charts=[]
        if series.count == 1  # a history of one says nothing that the facts do not
        else [_chart(series, line, f"chart-{at}") for at, line in enumerate(series.lines)],
        history=up + links.history_parts(*stretch.pair) if first and stretch.full else "",
        column=headline[0] if headline else None,
        rows=[_row(series, entry, signed) for entry in reversed(series.entries)],
        badge=links.badge(series.family, series.measurement) if first else None,
        badge_alt=f"badge of {series.name}",
        **panels_of(
            series.latest.baseline if first else None,
            series.held.baseline if series.held else None,
            links.cite(series.held.path) if series.held else "",
        ),
    )


def _parts(stretch: Stretch, others: Sequence[Stretch]) -> list[tuple[str, str]]:
    """Return where one can go on from here: the newest lists all, an older one its neighbours."""
    if stretch.is_newest:
        return [(days(one), one.page) for one in reversed(others[:-1])]
    found = [("the newest", others[-1].page)]
    if stretch.number < stretch.full:
        found.append(("newer", others[stretch.number].page))
    if stretch.number > 1:
        found.append(("older", others[stretch.number - 2].page))
    return found


def _facts(series: Series, signed: Signatures) -> list[tuple[str, str]]:
    latest = series.latest
    b = latest.baseline
    value, unit = words.value(b)
    better = f", {BETTER[b.headline[1].direction]} is better" if b.headline else ""
    told = [
        ("latest", f"{value} {unit}{better}"),
        ("entry", f"{latest.path.slug}, {latest.status}, {b.tier}"),
        ("light", f"{b.sol.pct:.1f} % of {b.sol.ceiling_key}" if b.sol else ""),
        ("signer", words.signer(signed.of(latest.path))),
        ("entries", f"{series.count:,}"),
    ]
    return [(name, said) for name, said in told if said]


def _verdict(series: Series) -> dict[str, object] | None:
    if series.diff is None or series.held is None:
        return None
    diff, held = series.diff, series.held.path
    shown = [row for row in diff.rows if row.judged][:_ROWS]
    return {
        "word": str(diff.verdict),
        "reasons": "; ".join(diff.reasons),
        "page": links.entry_page(held),
        "against": links.cite(held),
        "rows": [_moved(row) for row in shown],
        "more": len(diff.rows) - len(shown),
        "command": f"git baseline diff {links.cite(held)} {links.cite(series.latest.path)}",
    }


def _moved(row: Row) -> dict[str, str]:
    return {
        "key": row.key,
        "old": words.number(row.baseline),
        "new": words.number(row.current),
        "unit": row.unit,
        "move": moved(row),
        "interval": interval(row),
        "evidence": significance(row),
        "tolerance": allowed(row.tolerance),
        "standing": str(row.standing),
    }


def _chart(series: Series, line: Line, name: str) -> dict[str, object]:
    shown = [entry for entry in series.entries if entry.path in line.told]
    place = {entry.path: at for at, entry in enumerate(shown)}
    marks = [mark(series, line, entry) for entry in shown]
    steps = [step for step in line.steps if step.after.path in place]
    ceiling = ceiling_in(series, line)
    sol = series.latest.baseline.sol
    chart = Chart(
        title=f"{line.key} in {line.like.unit}, {len(marks)} entries",
        unit=line.like.unit,
        marks=marks,
        steps=[place[step.after.path] for step in steps],
        band=line.band if series.latest.path in place else None,
        ceiling=Ceiling(value=ceiling, name=sol.ceiling_key) if ceiling and sol else None,
        most_samples=MOST_SAMPLES // len(series.lines),
    )
    return {
        "key": line.key,
        "drawn": chart_history.draw(chart, name) if marks else Markup(""),
        "caption": _caption(chart, line),
        "data": pages.data([_point(line, entry, m) for entry, m in zip(shown, marks, strict=True)]),
        "steps": [_step(step) for step in reversed(steps)],
    }


def mark(series: Series, line: Line, entry: Entry) -> Mark:
    """Return an entry as a mark of a metric's chart."""
    told = line.told[entry.path]
    withdrawn = entry.retracted or entry.distrusted
    other = not withdrawn and entry.path not in series.comparable
    return Mark(
        value=told.value,
        at=entry.baseline.original_utc,
        kind="other" if other else entry.status,
        samples=told.samples,
        interval=told.interval,
    )


def _point(line: Line, entry: Entry, m: Mark) -> list[object]:
    """Return what the script tells of one mark: its ends, where it leads, and in words."""
    ends = [*m.samples, *(m.interval or ()), m.value]
    metric = entry.baseline.metrics[line.key]
    said = f"{amount(m.value)} {line.like.unit}"
    if m.interval:
        said += f", 95 % of the mean {amount(m.interval[0])} to {amount(m.interval[1])}"
    parts = [m.at.replace("T", " ").removesuffix("Z"), said, f"n = {metric.n}"]
    parts += [str(entry.baseline.tier), "not comparable" if m.kind == "other" else m.kind]
    parts += ["imported"] if entry.baseline.imported else []
    return [min(ends), max(ends), links.entry_page(entry.path), parts]


def _caption(chart: Chart, line: Line) -> str:
    direction = line.like.direction
    better = "" if direction is Direction.UNKNOWN else f", {BETTER[direction]} is better"
    kinds = {m.kind for m in chart.marks}
    said = [f"One step an entry, the oldest left{better}."]
    if any(m.interval for m in chart.marks):
        said.append("Upright lines: 95 % interval of the mean, which assumes normality.")
    if chart.shows_samples:
        said.append("Dots: samples.")
    if chart.band and line.tolerance:
        allowance, source = line.tolerance
        said.append(
            f"Band: the next value may lie there (tolerance {allowed(allowance)}, {source})."
        )
    if chart.steps:
        said.append("Dashed uprights: change points.")
    for kind, text in _LEGEND.items():
        if kinds & set(kind.split()):
            said.append(text)
    return " ".join(said)


def _step(step: Step) -> dict[str, str]:
    return {
        "page": links.entry_page(step.after.path),
        "slug": str(step.after.path.slug),
        "old": amount(step.old),
        "new": amount(step.new),
        "unit": step.unit,
        "move": move(step),
        "word": _WORDS[step.adverse] + (", a drift" if step.gradual else ""),
        "between": between(step),
        "p": f"{step.p:.2g}",
    }


def _row(series: Series, entry: Entry, signed: Signatures) -> dict[str, object]:
    b = entry.baseline
    value, unit = words.value(b)
    withdrawn = entry.retracted or entry.distrusted
    return {
        "page": links.entry_page(entry.path),
        "cite": links.cite(entry.path),
        "slug": str(entry.path.slug),
        "status": entry.status,
        "said": status_cell(b, entry.status),
        "struck": withdrawn,
        "other": "" if withdrawn or entry.path in series.comparable else "not comparable",
        "value": value,
        "unit": unit,
        "n": str(b.headline[1].n) if b.headline else "",
        "judged": b.judged.verdict if b.judged else "",
        "tier": str(b.tier),
        "light": words.light(b),
        "code": code_cell(b, SHORT),
        "operator": b.registered_by.operator_user,
        "signer": words.signer(signed.of(entry.path)),
        "notes": (b.notes or "").split("\n")[0][:80],
    }


_LEGEND = {
    "candidate": "Triangles: candidates, which no reference resolves to.",
    "retracted distrusted": "Crosses: withdrawn.",
    "other": "Diamonds: measured under other conditions, not comparable.",
}
