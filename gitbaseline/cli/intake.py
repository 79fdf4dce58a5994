"""From the words of a command line to one entry ready to be recorded.

The order is that of a person's mistakes: the source, its format, its schema, its secrets, then the
names, then the repository. Nothing is written here.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gitbaseline.cli import defaults, parse
from gitbaseline.cli.workspace import Workspace, clock, recorder
from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source, SourceFile
from gitbaseline.formats.pool import pool
from gitbaseline.formats.scalar import from_values, inline_bytes
from gitbaseline.formats.settle import settle
from gitbaseline.model.baseline import (
    Baseline,
    Code,
    Lever,
    Registrant,
    Tier,
    Workstation,
)
from gitbaseline.model.names import utc_from_epoch
from gitbaseline.model.root import Limits
from gitbaseline.model.text import normal
from gitbaseline.model.tier import ISOLATED_METRIC, PRODUCTION_REPRESENTATIVE
from gitbaseline.registry import compose, privacy, schema_check
from gitbaseline.registry import source as sources
from gitbaseline.transport import machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An entry ready to be recorded, its stored files, and what a person should know of it."""

    entry: Baseline
    payload: dict[str, bytes]
    warnings: tuple[str, ...]
    passed_over: int


def take(
    workspace: Workspace,
    options: dict[str, Any],
    *,
    reading: Reading,
    source: Source,
    command: str | None,
) -> Taken:
    """Return the entry that a reading and the options make."""
    schema_path: Path | None = options["schema"]
    schema = _small_file(schema_path, "--schema") if schema_path else None
    if schema is not None:
        _check_schema(source, schema, schema_path)
    stored = privacy.stored(
        source,
        texts={"--command": command, "--prompt": options["prompt"], "--notes": options["notes"]},
        redact=options["redact"],
        allowed=options["allowed"],
    )
    stored = compose.with_schema(
        stored, sources.shown(schema_path) if schema_path else None, schema
    )
    code, warnings = defaults.code(
        workspace, repository=options["code_repo"], sha=options["git_sha"]
    )
    entry = compose.compose(
        reading,
        stored,
        _provenance(workspace, options, code, command),
        _wishes(workspace, options, reading),
    )
    if options["sol"] or options["ceilings"] or options["sol_over"]:
        from gitbaseline.cli.sol import held_to_ceiling  # noqa: PLC0415 - only --sol pays for it

        entry = held_to_ceiling(workspace, entry, options)
    unknown = [key for key, metric in entry.metrics.items() if metric.unit == "unknown"]
    if unknown:
        some = ", ".join(unknown[:3]) + (", ..." if len(unknown) > 3 else "")
        warnings += (f"no unit is known for {some}; give --unit KEY=UNIT",)
    return Taken(
        entry=entry,
        payload=compose.payload(stored),
        warnings=(*reading.warnings, *warnings),
        passed_over=len(reading.passed_over),
    )


def read_sources(
    paths: Sequence[str], values: Sequence[str], options: dict[str, Any], limits: Limits
) -> tuple[Reading, Source]:
    """Return the reading and the source of ``record``'s arguments: files, stdin or values."""
    wanted = Options(
        units=parse.by_key(options["units"]),
        directions=parse.directions(options["directions"]),
        metric=tuple(options["metric"]),
        headline=options["headline"],
    )
    found = [_source(path, limits) for path in paths]
    if values:
        reading = from_values(
            values, unit=wanted.units.get(""), direction=wanted.directions.get("")
        )
        if "" not in wanted.units:
            raise InputError(
                "a number needs its unit",
                code="value/unit",
                where="--value",
                hint=f"--value {values[0]} --unit ms",
            )
        reading = settle(reading, Options(headline=wanted.headline))
        return reading, _evidence(found, values)
    if not found:
        raise InputError(
            "nothing to record: expected a file, a directory, - or --value",
            code="record/nothing",
            hint="git baseline record FILE",
        )
    from gitbaseline.formats import registry as formats  # noqa: PLC0415 - 8 ms; --value has no use

    readings = [formats.read(source, wanted, options["format_name"]) for source in found]
    return pool(readings, [source.name for source in found]), joined(found)


def joined(found: Sequence[Source]) -> Source:
    """Return several sources as one directory of numbered trials, a single one as it is."""
    if len(found) == 1:
        return found[0]
    files = tuple(
        SourceFile(path=f"{number:03d}/{file.path}", data=file.data)
        for number, source in enumerate(found, 1)
        for file in source.files
    )
    names = ", ".join(source.name for source in found)
    return Source(name=names, kind="directory", files=files)


def _evidence(found: Sequence[Source], values: Sequence[str]) -> Source:
    if found:
        return joined(found)
    return Source(
        name="values",
        kind="inline",
        files=(SourceFile(path="values.txt", data=inline_bytes(values)),),
    )


def _source(path: str, limits: Limits) -> Source:
    if path == "-":
        return sources.from_stream(sys.stdin.buffer.read(limits.file_bytes + 1), limits)
    return sources.read(Path(path), limits)


def _small_file(path: Path, option: str) -> bytes:
    return sources.read(_existing(path, option), Limits(file_bytes=8 * 1024 * 1024)).files[0].data


def _existing(path: Path, option: str) -> Path:
    if not path.is_file():
        raise InputError("expected a file", code="option/file", where=f"{option} {path}")
    return path


def _check_schema(source: Source, schema: bytes, path: Path | None) -> None:
    for file in source.files:
        schema_check.check(
            file.data,
            schema,
            source_name=source.name if len(source.files) == 1 else file.path,
            schema_name=str(path),
        )


def _provenance(
    workspace: Workspace, options: dict[str, Any], code: Code, command: str | None
) -> compose.Provenance:
    return compose.Provenance(
        registered_at_utc=utc_from_epoch(clock()),
        registrant=Registrant(
            operator_user=normal(workspace.operator),
            team=options["team"] or workspace.settings.team,
            agent=options["agent"],
        ),
        recorder=recorder(),
        workstation=Workstation(hostname=machine.hostname(), uname=machine.uname()),
        code=code,
        capture_command=normal(command) if command else None,
        prompt=normal(options["prompt"]) if options["prompt"] else None,
    )


def _wishes(workspace: Workspace, options: dict[str, Any], reading: Reading) -> compose.Wishes:
    words = [
        word
        for word, given in (
            (ISOLATED_METRIC, options["isolated_metric"]),
            (PRODUCTION_REPRESENTATIVE, options["production_representative"]),
        )
        if given
    ]
    lever = options["next_lever"]
    return compose.Wishes(
        family=defaults.checked_name(options["family"] or defaults.family(workspace), "--family"),
        measurement=defaults.checked_name(
            options["measurement"] or defaults.measurement(reading), "--measurement"
        ),
        context=parse.context(options["context"]),
        environment=defaults.environment(options["environment"]),
        cluster=options["cluster"],
        cohort=options["cohort"],
        testbed=options["testbed"],
        tier=Tier(options["tier"].upper()),
        words=tuple(words),
        next_lever=Lever(
            lever=lever,
            expected_unlock=options["unlock"],
            gate=options["gate"],
            cost=options["cost"],
        )
        if lever
        else None,
        supersedes=options["supersedes"],
        accepts=options["accept_regression"],
        continues=options["continues"],
        harness_sha256=_digest(options["harness"]),
        artifact_sha256=_digest(options["artifact"]),
        idempotency_key=options["idempotency_key"],
        notes=normal(options["notes"]) if options["notes"] else None,
    )


def _digest(path: Path | None) -> str | None:
    if path is None:
        return None
    return compose.digest_of(sources.read(path, Limits(file_bytes=2**40, entry_bytes=2**40)))
