"""An entry for people: its facts, and its cells in tables."""

from __future__ import annotations

from collections.abc import Sequence

from gitbaseline.model.baseline import NO_COMMIT, Baseline, SourceKind
from gitbaseline.model.event import Event
from gitbaseline.model.layout import EntryPath
from gitbaseline.model.message import value_line
from gitbaseline.model.metric import Metric
from gitbaseline.model.shape import ShapeError
from gitbaseline.report.context import described
from gitbaseline.report.facts import COMMAND
from gitbaseline.report.numbers import BETTER, amount, size

_SHOWN = 8


def entry_facts(path: EntryPath, entry: Baseline) -> list[tuple[str, str]]:
    """Return what a person wants to know of an entry before or after it is recorded."""
    by = entry.registered_by
    return [
        ("value", value_line(entry, amount)),
        ("spread", _spread(entry.headline[1]) if entry.headline else ""),
        ("recorded", f"{entry.original_utc} by {_who(by.operator_user, by.team, by.agent)}"),
        ("imported", _imported(entry)),
        ("source", _source(entry)),
        ("code", _code(entry)),
        (COMMAND, entry.capture_command or ""),
        ("context", described(entry.context)),
        ("machine", _machine(entry)),
        ("tier", _tier(entry)),
        ("light", f"{entry.sol.pct:.1f} % of {entry.sol.ceiling_key}" if entry.sol else ""),
        ("lever", entry.next_lever.lever if entry.next_lever else ""),
        ("closes", _closes(entry)),
        ("notes", entry.notes or ""),
        ("cite", f"{path.series}@{path.slug}"),
    ]


def event_facts(events: Sequence[Event]) -> list[tuple[str, str]]:
    """Return what happened to an entry since: when, by whom, why."""
    return [(str(event.kind), f"{event.at} by {event.by}: {event.reason}") for event in events]


def value_cells(entry: Baseline, key: str | None = None) -> tuple[str, str, str]:
    """Return value, unit and better direction of an entry's headline, or of a key, for a table."""
    found = entry.metric(key)
    if found is None:
        return f"({len(entry.metrics)} metrics)" if key is None else "", "", ""
    metric = found[1]
    return amount(metric.value), metric.unit, BETTER[metric.direction]


def status_cell(entry: Baseline, status: str) -> str:
    """Return an entry's status for a table, which also says that it was imported."""
    return f"{status}, imported" if entry.imported else status


def _who(user: str, team: str | None, agent: str | None) -> str:
    return user + (f" ({team})" if team else "") + (f" through {agent}" if agent else "")


def _imported(entry: Baseline) -> str:
    found = entry.imported
    return f"{entry.registered_at_utc} from {found.origin}" if found else ""


def _spread(metric: Metric) -> str:
    if metric.std is None or metric.min is None or metric.max is None:
        return ""
    return (
        f"median of {metric.n}, std {metric.std:.3g} {metric.unit}, "
        f"{amount(metric.min)} to {amount(metric.max)} {metric.unit}"
    )


def _source(entry: Baseline) -> str:
    what = "given by hand" if entry.source_kind is SourceKind.INLINE else entry.source_path or ""
    redacted = f", redacted: {', '.join(entry.redacted)}" if entry.redacted else ""
    return (
        f"{what} ({entry.source_format}, {size(entry.source_bytes)}, "
        f"sha256 {entry.source_sha256[:12]}){redacted}"
    )


def _code(entry: Baseline) -> str:
    code = entry.git
    if code.sha == NO_COMMIT:
        return "no commit yet"
    state = {None: "", True: ", uncommitted changes", False: ", clean"}[code.dirty]
    branch = f" on {code.branch}" if code.branch else ""
    remote = f", {code.remote}" if code.remote else ""
    return f"{code.sha[:12]}{branch}{state}{remote}"


def code_cell(entry: Baseline, digits: int) -> str:
    """Return the begin of the commit measured."""
    return "none yet" if entry.git.sha == NO_COMMIT else entry.git.sha[:digits]


def _machine(entry: Baseline) -> str:
    known = entry.environment
    parts = [
        str(known[key]) for key in ("gpu_model", "cpu_model", "os", "kernel") if known.get(key)
    ]
    return ", ".join(parts)


def _tier(entry: Baseline) -> str:
    missing = entry.tier_evidence.missing
    shown = ", ".join(missing[:_SHOWN])
    return f"{entry.tier}" + (f"; for VERDICT it lacks {shown}" if missing else "")


def _closes(entry: Baseline) -> str:
    if not entry.extra:
        return ""
    from gitbaseline.model.closing import from_extra  # noqa: PLC0415 - most entries close none

    try:
        closing = from_extra(entry.extra)
    except ShapeError as error:
        return f"no lever that can be read: {error}"
    if closing is None:
        return ""
    why = f": {closing.why}" if closing.why else ""
    return f"the lever of {closing.entry.series}@{closing.entry.slug}, {closing.outcome}{why}"
