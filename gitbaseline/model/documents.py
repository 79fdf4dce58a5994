"""``SOURCE.md`` and the indexes: derived from entries, regenerated and compared by every check.

An index is the parent's bytes plus one row, in the order of the chain; after ``ROWS`` rows the
next file begins. Nothing that a user writes can break out of a cell or a line.
"""

from __future__ import annotations

from collections.abc import Mapping

from gitbaseline.model.baseline import NO_COMMIT, Baseline, SourceKind, Standing
from gitbaseline.model.codec import JSON, number
from gitbaseline.model.layout import SOURCE_MD, EntryPath
from gitbaseline.model.metric import Direction, Metric
from gitbaseline.model.text import cell, escaped

ROWS = 1000
SHORTEST_ROW = 77  # bytes: the time, the slug twice, and six empty cells

_HEADER = """# {series}

History in the order of registration. Rows are only ever appended.

| UTC | Entry | Value | Unit | Better | Tier | Operator | Notes |
|---|---|---|---|---|---|---|---|
"""
_HEADER_LINES = _HEADER.count("\n")
_BETTER = {Direction.HIGHER: "higher", Direction.LOWER: "lower", Direction.TWO_SIDED: "two-sided"}
_SHOWN_METRICS = 40


def rows_in(index: bytes) -> int:
    """Return how many rows an index file holds."""
    return max(0, index.count(b"\n") - _HEADER_LINES)


def index_after(index: bytes, series: str, row: str) -> bytes:
    """Return the index with one more row; an empty ``index`` begins a file with its header."""
    head = index or _HEADER.format(series=series.replace("/", " / ")).encode()
    return head + row.encode()


def entry_row(path: EntryPath, entry: Baseline) -> str:
    """Return the row that a record or collect appends."""
    headline = entry.headline
    metric = headline[1] if headline else None
    tier = str(entry.tier)
    if entry.standing is Standing.CANDIDATE:
        tier += " candidate"
    return _row(
        entry.registered_at_utc,
        path,
        number(metric.value) if metric else f"({len(entry.metrics)} metrics)",
        cell(metric.unit) if metric else "",
        _BETTER.get(metric.direction, "") if metric else "",
        tier,
        cell(entry.registered_by.operator_user),
        cell(entry.notes or ""),
    )


def event_row(at: str, path: EntryPath, event: str, by: str, reason: str) -> str:
    """Return the row that an acceptance or a retraction appends."""
    return _row(at, path, event, "", "", "", cell(by), cell(reason))


def _row(at: str, path: EntryPath, *cells: str) -> str:
    texts = (at, f"[{path.slug}]({path.slug}/)", *cells)
    return "|" + "".join(f" {text} |" if text else " |" for text in texts) + "\n"


def source_md(path: EntryPath, entry: Baseline) -> bytes:
    """Return ``SOURCE.md``: what a person reads of one entry."""
    lines = [f"# {path}", "", *_facts(entry), "", "## Metrics", "", *_metrics(entry.metrics)]
    for title, table in (("Context", _flat(entry.context)), ("Environment", entry.environment)):
        if table:
            lines += ["", f"## {title}", ""]
            lines += [f"- {escaped(key)}: {_value(table[key])}" for key in sorted(table)]
    for title, text in (("Prompt", entry.prompt), ("Notes", entry.notes)):
        if text is not None:
            lines += ["", f"## {title}", "", *(f"    {line}" for line in text.split("\n"))]
    lines += [
        "",
        "Operator and team are an audit trail, not a claim of ownership. `baseline.json` beside",
        f"this `{SOURCE_MD}` is what programs read.",
        "",
    ]
    return "\n".join(line.rstrip() for line in lines).encode()


def _facts(entry: Baseline) -> list[str]:
    by, code, sol = entry.registered_by, entry.git, entry.sol
    agent = f" through {escaped(by.agent)}" if by.agent else ""
    team = f" ({escaped(by.team)})" if by.team else ""
    state = {None: "", True: " with uncommitted changes", False: ", clean"}[code.dirty]
    sha = "none yet" if code.sha == NO_COMMIT else code.sha
    source = "given on the command line" if entry.source_kind is SourceKind.INLINE else ""
    rows = [
        ("Registered", f"{entry.registered_at_utc} by {escaped(by.operator_user)}{team}{agent}"),
        ("Tier", str(entry.tier)),
        ("Standing", str(entry.standing)),
        ("Missing for VERDICT", ", ".join(map(escaped, entry.tier_evidence.missing))),
        ("Code", f"{sha}{state}" + (f", branch {escaped(code.branch)}" if code.branch else "")),
        ("Repository", escaped(code.remote or "")),
        ("Source", source or f"{escaped(entry.source_path or '')} ({entry.source_kind})"),
        ("Format", escaped(entry.source_format)),
        ("Source SHA-256", f"{entry.source_sha256}, {entry.source_bytes} bytes"),
        ("Snapshot SHA-256", entry.snapshot_sha256),
        ("Redacted", ", ".join(map(escaped, entry.redacted))),
        ("Schema", f"{escaped(entry.schema_path)}, SHA-256 {entry.schema_sha256}")
        if entry.schema_path
        else ("Schema", ""),
        ("Captured", entry.captured_at_utc or ""),
        ("Cluster", escaped(entry.cluster or "")),
        ("Cohort", escaped(entry.cohort or "")),
        ("Testbed", escaped(entry.testbed or "")),
        ("Continues", escaped(entry.continues or "")),
        ("Supersedes", escaped(entry.supersedes or "")),
        ("Accepted regression", escaped(entry.accepts or "")),
        ("Imported from", escaped(entry.imported.origin) if entry.imported else ""),
        ("Recorder", f"{escaped(entry.recorder.name)} {escaped(entry.recorder.version)}"),
        (
            "Workstation",
            f"{escaped(entry.workstation.hostname)}, {escaped(entry.workstation.uname)}",
        ),
    ]
    if sol:
        ceiling = f"{number(sol.ceiling_value)} {escaped(sol.ceiling_unit)}"
        share = f"{number(sol.pct)} % of {escaped(sol.ceiling_key)}"
        source = f"({ceiling}, {escaped(sol.ceiling_source)}), rigor {escaped(sol.rigor)}"
        rows.append(("Speed of light", f"{share} {source}"))
    if entry.next_lever:
        rows.append(("Next lever", escaped(entry.next_lever.lever)))
    facts = [f"- {name}: {text}" for name, text in rows if text]
    if entry.capture_command is not None:
        facts += ["- Command:", "", *(f"      {c}" for c in entry.capture_command.split("\n"))]
    return facts


def _metrics(metrics: Mapping[str, Metric]) -> list[str]:
    lines = [
        "| Metric | Value | Unit | Better | n | Stat | Validity |",
        "|---|---|---|---|---|---|---|",
    ]
    ordered = sorted(metrics, key=lambda key: (not metrics[key].headline, key))
    for key in ordered[:_SHOWN_METRICS]:
        m = metrics[key]
        better = _BETTER.get(m.direction, "unknown")
        lines.append(
            f"| {escaped(key)} | {number(m.value)} | {escaped(m.unit)} | {better} | {m.n} "
            f"| {escaped(m.stat)} | {m.validity} |"
        )
    if len(ordered) > _SHOWN_METRICS:
        lines += ["", f"and {len(ordered) - _SHOWN_METRICS} more in `baseline.json`."]
    return lines


def _flat(context: Mapping[str, Mapping[str, JSON]]) -> dict[str, JSON]:
    return {
        f"{group}.{key}": value
        for group, fields in context.items()
        for key, value in fields.items()
    }


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value)
    return "null" if value is None else escaped(str(value))
