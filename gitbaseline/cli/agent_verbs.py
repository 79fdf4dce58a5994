"""Which verbs an agent has, and what it may say to each.

A verb's options are offered as typed parameters (``agent_schema``); what is said becomes a command
line (``agent_words``). What is not in the table is refused: an option that is added to a verb later
is for people until somebody decides otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping

import click

from gitbaseline.cli import diff, list_, record, search, show, verify
from gitbaseline.frozen import dataclass

_MOST = 50  # entries of a list where the agent sets no number


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A verb as agents have it.

    Names are those of click's parameters. ``positional`` are offered as words only, ``moot`` are
    decided by the server and may be given all the same, ``refused`` says why not. ``paths`` have to
    lie within bounds, ``maybe_paths`` where something lies there. ``always`` is added to each call,
    ``unless`` where the option is not given.
    """

    command: click.Command
    typed: tuple[str, ...]
    positional: tuple[str, ...] = ()
    moot: tuple[str, ...] = ("as_json",)
    refused: Mapping[str, str]
    paths: tuple[str, ...] = ()
    maybe_paths: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    unless: Mapping[str, str]


_PERSON = "a person decides that"
_WORD = "it is the operator's own word; what an agent records is DRAFT"
_SOURCE = ("sources", "values", "units", "directions", "mapping", "schema", "context")
_MACHINE = ("environment", "testbed", "git_sha", "harness", "artifact")
_FILES = ("sources", "mapping", "schema", "harness", "artifact", "ceilings")

OFFERS = {
    "record": Offer(
        command=record.command,
        typed=(
            "file",
            *_SOURCE,
            *_MACHINE,
            *("family", "measurement", "format_name", "metric", "headline"),
            *("command", "notes", "prompt", "agent", "team", "cluster", "cohort"),
            *("continues", "supersedes", "redact", "sol", "ceilings", "sol_rigor"),
            *("next_lever", "unlock", "gate", "cost", "lever_met", "lever_refuted", "why"),
            *("idempotency_key", "dry_run", "confirm"),
        ),
        moot=("as_json", "yes"),
        refused={
            "accept_regression": f'{_PERSON}: git baseline accept ENTRY --why "..."',
            "accept_harness_change": f"{_PERSON}: git baseline record --accept-harness-change",
            "allowed": f"{_PERSON}: git baseline record --allow-secret",
            "sol_over": f"{_PERSON}: git baseline record --sol-over",
            "isolated_metric": _WORD,
            "production_representative": _WORD,
            "tier": _WORD,
            "code_repo": "the server works in one repository",
            "push": f"{_PERSON}: git baseline push",
            "lfs": "the repository's configuration decides",
        },
        paths=("file", *_FILES),
        always=("--tier=draft",),
        unless={},
    ),
    "diff": Offer(
        command=diff.command,
        typed=(
            *("baseline_option", "current_option", "family", "measurement", "format_name"),
            *_SOURCE,
            *_MACHINE,
            *("tolerances", "tolerance_percent", "tolerance_absolute", "headlines", "metric"),
            *("allow_mismatch", "allow_missing", "accept_harness_change"),
            *("sol", "ceilings", "sol_over"),
        ),
        positional=("reference", "current"),
        moot=("as_json", "form", "fail_on", "on_no_baseline", "on_incomparable", "bisect"),
        refused={
            "bundle": "it writes files; the answer holds all that they would",
            "confirm": "it runs a command: git baseline diff REF FILE --confirm -- COMMAND",
        },
        paths=_FILES,
        maybe_paths=("current_option", "reference", "current"),
        unless={},
    ),
    "list": Offer(
        command=list_.command,
        typed=("series", "every", "max_count", "skip"),
        refused={},
        unless={"max_count": f"--max-count={_MOST}"},
    ),
    "show": Offer(
        command=show.command,
        typed=("reference", "keys"),
        refused={
            "name": "it prints a file, not a document",
            "snapshot": "it prints a file, not a document",
            "files": "the document names them",
        },
        unless={},
    ),
    "verify": Offer(
        command=verify.command,
        typed=("roots", "ref", "full"),
        refused={"as_sarif": "the findings are in the document"},
        unless={},
    ),
    "search": Offer(
        command=search.command,
        typed=("terms", "max_count", "skip"),
        refused={},
        unless={"max_count": f"--max-count={_MOST}"},
    ),
}
