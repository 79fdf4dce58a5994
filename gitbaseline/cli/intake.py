"""From the words of a command line to one entry ready to be recorded.

The order is that of a person's mistakes: the source, its format, its schema, its secrets, then the
names, then the repository. Nothing is written here.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitbaseline.cli import defaults, parse, sourcing
from gitbaseline.cli.workspace import Workspace, clock, recorder
from gitbaseline.errors import InputError
from gitbaseline.formats.base import Reading, Source
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import (
    Baseline,
    Code,
    Lever,
    Registrant,
    Tier,
    Workstation,
)
from gitbaseline.model.codec import JSON
from gitbaseline.model.names import utc_from_epoch
from gitbaseline.model.root import Limits
from gitbaseline.model.text import normal
from gitbaseline.model.tier import ISOLATED_METRIC, PRODUCTION_REPRESENTATIVE
from gitbaseline.registry import compose, privacy, schema_check
from gitbaseline.registry import source as sources
from gitbaseline.transport import machine

if TYPE_CHECKING:
    from gitbaseline.registry.large import Large

_FREE_WORDS = (
    "prompt",
    "notes",
    "why",
    "accept_regression",
    "next_lever",
    "unlock",
    "gate",
    "cost",
    "cluster",
    "cohort",
    "testbed",
    "team",
    "agent",
    "idempotency_key",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An entry ready to be recorded, its stored files, and what a person should know of it."""

    entry: Baseline
    stored: compose.Stored
    warnings: tuple[str, ...]
    passed_over: int

    @property
    def payload(self) -> dict[str, bytes]:
        """The source's files as they are, and the schema's, by path in the entry."""
        return compose.payload(self.stored)


def take(
    workspace: Workspace,
    options: dict[str, Any],
    *,
    reading: Reading,
    source: Source | Large,
    command: str | None,
) -> Taken:
    """Return the entry that a reading and the options make."""
    schema_path: Path | None = options["schema"]
    schema = sourcing.small_file(schema_path, "--schema") if schema_path else None
    if schema is not None:
        _check_schema(source, schema, schema_path)
    stored = privacy.stored(
        source,
        texts={"--command": command, **_words(options)},
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
        stored=stored,
        warnings=(*reading.warnings, *warnings),
        passed_over=len(reading.passed_over),
    )


def _words(options: dict[str, Any]) -> dict[str, str]:
    """Return what a person said that the entry will hold, by option."""
    said = {f"--{name.replace('_', '-')}": options[name] for name in _FREE_WORDS}
    said["--env"] = "\n".join(options["environment"])
    said["--context"] = "\n".join(map(_held, options["context"]))
    return {option: text for option, text in said.items() if text}


def _held(word: str) -> str:
    """Return a pair of ``--context`` as it is, of a file what it holds."""
    path = Path(word)
    if "=" in word or not os.path.isfile(path):
        return word
    return sourcing.small_file(path, "--context").decode(errors="replace")


def _check_schema(source: Source | Large, schema: bytes, path: Path | None) -> None:
    if not isinstance(source, Source):
        raise InputError(
            "is too large to be held to a schema",
            code="source/large",
            where=source.name,
            hint="leave --schema out",
        )
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


def _replaced(workspace: Workspace, reference: str | None) -> str | None:
    """Return the entry that this one replaces by its path, whatever the reference means later."""
    if reference is None:
        return None
    from gitbaseline.registry.resolve import resolve  # noqa: PLC0415 - few entries replace another

    return str(resolve(workspace.reader, reference, workspace.code).entry.path)


def _wishes(workspace: Workspace, options: dict[str, Any], reading: Reading) -> compose.Wishes:
    words = [
        word
        for word, given in (
            (ISOLATED_METRIC, options["isolated_metric"]),
            (PRODUCTION_REPRESENTATIVE, options["production_representative"]),
        )
        if given
    ]
    if options["agent"] and options["tier"] == "verdict":
        raise InputError(
            "what an agent records is DRAFT; a person records a VERDICT",
            code="tier/agent",
            where="--tier",
            hint="leave out --agent (and GIT_BASELINE_AGENT), or --tier verdict",
        )
    lever = options["next_lever"]
    family = options["family"]
    measurement = options["measurement"]
    return compose.Wishes(
        family=defaults.checked_name(
            defaults.family(workspace) if family is None else family, "--family"
        ),
        measurement=defaults.checked_name(
            defaults.measurement(reading) if measurement is None else measurement, "--measurement"
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
        supersedes=_replaced(workspace, options["supersedes"]),
        accepts=options["accept_regression"],
        continues=options["continues"],
        harness_sha256=_digest(options["harness"]),
        artifact_sha256=_digest(options["artifact"]),
        idempotency_key=options["idempotency_key"],
        extra=_closes(workspace, options, family),
        notes=normal(options["notes"]) if options["notes"] else None,
    )


def _closes(workspace: Workspace, options: dict[str, Any], family: str) -> dict[str, JSON]:
    """Return what the entry's ``extra`` says of a lever that it decides; nothing without one."""
    if not (options["lever_met"] or options["lever_refuted"] or options["why"]):
        return {}
    from gitbaseline.cli.closing import closes  # noqa: PLC0415 - few records decide a lever

    return closes(workspace, options, family)


def _digest(path: Path | None) -> str | None:
    if path is None:
        return None
    return compose.digest_of(sources.read(path, Limits(file_bytes=2**40, entry_bytes=2**40)))
