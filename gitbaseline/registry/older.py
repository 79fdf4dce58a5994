"""``baseline.json`` as older tools wrote it, read into the parts of an entry.

Field names changed over time (``profile_and_optimize_sha`` is today's ``git.sha``), so each is
looked for under every name it had. A value of another kind than its name promises is not guessed
at: it stays in ``rest``, as unknown fields do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from gitbaseline.formats.gather import utc
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import (
    NO_COMMIT,
    Code,
    Lever,
    Registrant,
    SpeedOfLight,
    Workstation,
)
from gitbaseline.model.codec import JSON
from gitbaseline.model.metric import Metric
from gitbaseline.model.names import parse_slug, utc_fault, utc_of_slug
from gitbaseline.registry import older_metrics
from gitbaseline.registry.compose import Wishes
from gitbaseline.registry.imported import LEFT_OVER, Told
from gitbaseline.registry.loose import Loose, count, flag, line, normalized, number, text

TIMES = ("registered_at_utc", "registered_at", "timestamp_utc", "timestamp", "created_at")
_SHAS = ("git_sha", "profile_and_optimize_sha", "code_sha", "commit_sha", "commit", "repo_sha")
_OTHER = "other"  # the group of context fields that stand in none
_HEX = re.compile(r"(?:sha256:)?([0-9a-f]{64})")
_SHA = re.compile(r"[0-9a-f]{7,64}")
_FOLDER_TIME = re.compile(
    r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})[T_-]?([0-9]{2})[:_-]?([0-9]{2})[:_-]?([0-9]{2})Z?(?:-[0-9]+)?"
)
_SOL: Mapping[str, Callable[[JSON], object | None]] = {
    "pct": number,
    "ceiling_key": line,
    "ceiling_value": number,
    "ceiling_unit": line,
    "ceiling_source": line,
    "rigor": line,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Older:
    """An older entry: its metrics (none where the source holds them) and what else it tells.

    ``source_sha256`` and ``source_bytes`` are what the store says of the snapshot.
    """

    metrics: Mapping[str, Metric]
    source_format: str | None
    source_path: str | None
    source_sha256: str | None
    source_bytes: int | None
    sol: SpeedOfLight | None
    told: Told


def time_of(folder: str, document: Mapping[str, JSON]) -> str | None:
    """Return when an entry was registered: by its folder's name, else by its own word.

    >>> time_of("20260520T101112Z-2", {}), time_of("2026-05-20_10-11-12", {}), time_of("x", {})
    ('2026-05-20T10:11:12Z', '2026-05-20T10:11:12Z', None)
    """
    slug = parse_slug(folder)
    if slug:
        return utc_of_slug(slug)
    match = _FOLDER_TIME.fullmatch(folder)
    named = "{}-{}-{}T{}:{}:{}Z".format(*match.groups()) if match else ""
    if utc_fault(named) is None:
        return named
    return next(filter(None, (_utc(document.get(name)) for name in TIMES)), None)


def read(
    document: Mapping[str, JSON],
    names: Mapping[str, tuple[str, str]],
    at: str,
    *,
    commit: Callable[[str], str | None],
) -> Older:
    """Return the parts of an older ``baseline.json``; InputError where a metric is none.

    ``names`` has for ``family`` and ``measurement`` the name of the folder and the one it gets.
    """
    top = Loose(dict(document))
    warnings: list[str] = []
    renamed: dict[str, JSON] = {}
    for what, (was, now) in names.items():
        top.take(_one_of(was, now), what)
        if was != now:
            warnings.append(f"the {what} {was!r} becomes {now!r}")
            renamed[f"{what}_folder"] = was
    top.take(_one_of(at), TIMES[0])
    code = _code(top, commit, warnings)
    if top.take(_draft, "tier") is None and document.get("tier") is not None:
        warnings.append(
            "it was no DRAFT there; what that rested on is not known here, so it is one"
        )
    metrics = older_metrics.take(top)
    told = Told(
        code=code,
        wishes=_wishes(top, names["family"][1], names["measurement"][1]),
        registrant=_registrant(top),
        workstation=_workstation(top),
        capture_command=top.take(text, "capture_command", "command"),
        prompt=top.take(text, "prompt"),
        captured_at_utc=top.take(_utc, "captured_at_utc", "captured_at"),
        warnings=tuple(warnings),
    )
    older = Older(
        metrics=metrics,
        source_format=top.take(line, "source_format", "format"),
        source_path=top.take(line, "source_path", "source"),
        source_sha256=top.take(_hex, "source_sha256"),
        source_bytes=top.take(count, "source_bytes"),
        sol=_sol(top),
        told=told,
    )
    top.take(_one_of("file", "directory"), "source_kind")
    return replace(older, told=replace(told, rest={**renamed, **top.rest()}))


def _one_of(*words: str) -> Callable[[JSON], str | None]:
    return lambda value: value if isinstance(value, str) and value in words else None


def _utc(value: JSON) -> str | None:
    return utc(value, naive=True) if isinstance(value, str) else None


def _members(value: JSON) -> dict[str, JSON] | None:
    free = normalized(value)
    return free if isinstance(free, dict) and LEFT_OVER not in free else None


def _hex(value: JSON) -> str | None:
    match = _HEX.fullmatch(value.lower()) if isinstance(value, str) else None
    return match[1] if match else None


def _draft(value: JSON) -> str | None:
    return value if isinstance(value, str) and value.upper() == "DRAFT" else None


def _code(top: Loose, commit: Callable[[str], str | None], warnings: list[str]) -> Code:
    part = top.part("git")
    dirty = part.take(flag, "dirty")
    branch, remote = part.take(line, "branch"), part.take(line, "remote")
    found = _commit(part, ("sha", "commit"), commit) or _commit(top, _SHAS, commit)
    if found is None:
        warnings.append("it names no commit that is known here; the code is recorded as none")
    return Code(sha=found or NO_COMMIT, dirty=dirty, branch=branch, remote=remote)


def _commit(part: Loose, names: tuple[str, ...], commit: Callable[[str], str | None]) -> str | None:
    def full(value: JSON) -> str | None:
        if not isinstance(value, str) or _SHA.fullmatch(value) is None:
            return None
        return value if len(value) in (40, 64) else commit(value)

    return part.take(full, *names)


def _registrant(top: Loose) -> Registrant | None:
    part = top.part("registered_by")
    user = part.take(line, "operator_user", "user", "name")
    user = user or top.take(line, "operator_user", "operator", "registered_by")
    if user is None:
        return None
    return Registrant(
        operator_user=user,
        team=part.take(line, "team") or top.take(line, "team"),
        agent=part.take(line, "agent") or top.take(line, "agent"),
    )


def _workstation(top: Loose) -> Workstation | None:
    part = top.part("workstation")
    hostname = part.take(line, "hostname", "host") or top.take(line, "hostname")
    uname = part.take(line, "uname") or top.take(line, "uname")
    if hostname is None and uname is None:
        return None
    return Workstation(hostname=hostname or "unknown", uname=uname or "unknown")


def _wishes(top: Loose, family: str, measurement: str) -> Wishes:
    notes = top.take(text, "notes")
    return Wishes(
        family=family,
        measurement=measurement,
        context=_context(top),
        environment=top.part("environment").scalars(),
        cluster=top.take(line, "cluster"),
        cohort=top.take(line, "cohort"),
        testbed=top.take(line, "testbed"),
        next_lever=_lever(top),
        supersedes=top.take(line, "supersedes"),
        harness_sha256=top.take(_hex, "harness_sha256"),
        artifact_sha256=top.take(_hex, "artifact_sha256"),
        extra=top.take(_members, "extra") or {},
        notes=notes,
    )


def _context(top: Loose) -> dict[str, dict[str, JSON]]:
    """Return the groups of the context; a field of a kind that none may hold stays behind."""
    part = top.part("context")
    groups: dict[str, dict[str, JSON]] = {_OTHER: {**part.scalars(), **part.lists()}}
    for name in part.names():
        inner = part.part(name)
        groups[name] = {**groups.get(name, {}), **inner.scalars(), **inner.lists()}
    return {name: fields for name, fields in groups.items() if fields}


def _lever(top: Loose) -> Lever | None:
    part = top.part("next_lever")
    lever = part.take(line, "lever", "name") or top.take(line, "next_lever")
    if lever is None:
        return None
    return Lever(
        lever=lever,
        expected_unlock=part.take(line, "expected_unlock", "unlock"),
        gate=part.take(line, "gate"),
        cost=part.take(line, "cost"),
    )


def _sol(top: Loose) -> SpeedOfLight | None:
    """Return the share of a ceiling where all six fields tell it; else they stay behind."""
    found = top.whole({f"sol_{name}": read for name, read in _SOL.items()})
    fields = {name.removeprefix("sol_"): value for name, value in found.items()}
    return SpeedOfLight(**fields) if fields else None  # type: ignore[arg-type] # as _SOL reads them
