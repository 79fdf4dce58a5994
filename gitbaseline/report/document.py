"""The JSON documents of ``--json``: one envelope, one builder for an entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gitbaseline.model import baseline_json
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.event import Event
from gitbaseline.model.layout import EntryPath


def envelope(verb: str, content: Mapping[str, object]) -> dict[str, object]:
    """Return the document of one verb; its JSON Schema lies in ``model/schema``."""
    return {
        "tool": f"perf_baseline_{verb}",
        "verb": verb,
        "schema": f"git-baseline/{verb}/1",
        **content,
    }


def summary(
    path: EntryPath, entry: Baseline, status: str, *, key: str | None = None
) -> dict[str, object]:
    """Return the row of one entry in a list, with the headline or the metric of a key."""
    found = entry.metric(key)
    metric = found[1] if found else None
    return {
        "entry": str(path),
        "series": path.series,
        "slug": str(path.slug),
        "status": status,
        "registered_at_utc": entry.registered_at_utc,
        "recorded_at_utc": entry.original_utc,
        "imported_from": entry.imported.origin if entry.imported else None,
        "metric": found[0] if found else None,
        "value": metric.value if metric else None,
        "unit": metric.unit if metric else None,
        "direction": str(metric.direction) if metric else None,
        "metrics": len(entry.metrics),
        "tier": str(entry.tier),
        "operator": entry.registered_by.operator_user,
        "git_sha": entry.git.sha,
        "notes": entry.notes,
    }


def happened(events: Sequence[Event]) -> list[dict[str, str]]:
    """Return what happened to an entry since it was recorded: what, when, by whom, why."""
    return [{"kind": str(e.kind), "at": e.at, "by": e.by, "reason": e.reason} for e in events]


def recorded(
    path: EntryPath,
    entry: Baseline,
    *,
    commit: str | None,
    warnings: Sequence[str],
    token: str | None,
    repeated: bool,
    pushed: bool | None = None,
    lfs: bool,
) -> dict[str, object]:
    """Return the content of ``record``; ``commit`` is None in a dry run, which has a token.

    ``pushed`` is None where that was not asked for; ``lfs`` says that Git LFS keeps the source.
    """
    return {
        "entry": str(path),
        "entry_dir": f"{path}/",
        "commit": commit,
        "slug": str(path.slug),
        "source_sha256": entry.source_sha256,
        "registered_at_utc": entry.registered_at_utc,
        "tier": str(entry.tier),
        "missing": list(entry.tier_evidence.missing),
        "next_lever": baseline_json.lever_plain(entry.next_lever),
        "warnings": list(warnings),
        "confirm": token,
        "repeated": repeated,
        "pushed": pushed,
        "lfs": lfs,
        "baseline": baseline_json.to_plain(entry),
    }
