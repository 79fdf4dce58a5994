"""``git baseline show``: one entry, or any file of it, from Git LFS where that keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from gitbaseline.cli import output
from gitbaseline.cli.workspace import Workspace
from gitbaseline.compare.keys import fits, require_known
from gitbaseline.errors import InputError, Unable
from gitbaseline.model import baseline_json
from gitbaseline.model.baseline import Baseline, SourceKind
from gitbaseline.model.layout import is_pointer
from gitbaseline.model.pointer import NOTHING, from_bytes
from gitbaseline.policy.snapshot import lfs_name, snapshot_name
from gitbaseline.report import document
from gitbaseline.report.entry import entry_facts, event_facts
from gitbaseline.report.facts import facts
from gitbaseline.report.metrics import metrics_table
from gitbaseline.report.numbers import counted, size

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where
    from gitbaseline.registry.reader import Entry

_SHOWN_METRICS = 20


@click.command()
@click.argument("reference", required=False, default="")
@click.option("--file", "name", metavar="PATH", help="One file of the entry, to stdout as it is.")
@click.option(
    "--snapshot", is_flag=True, help="The stored payload, or --file of it, from Git LFS too."
)
@click.option("--metric", "keys", multiple=True, metavar="KEY", help="Show only these metrics.")
@click.option("--files", is_flag=True, help="Names of the entry's files.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(
    where: Where,
    /,
    *,
    reference: str,
    name: str | None,
    snapshot: bool,
    keys: tuple[str, ...],
    files: bool,
    as_json: bool,
) -> int:
    """Show one entry: the latest of a measurement, or any that a reference names.

    \b
      family/measurement                 the latest that counts
      family/measurement@20260520T10     by its time
      family/measurement~2               two before
      family/measurement@best            also @verdict, @commit:SHA, @merge-base:main
      COMMIT, @tag:NAME                  by the commit on the branch
    """
    # -h does not wait for what only a run needs: docs/decisions/0005-start-up.md
    from gitbaseline.cli import pager  # noqa: PLC0415
    from gitbaseline.registry.happened import events_of  # noqa: PLC0415
    from gitbaseline.registry.resolve import resolve  # noqa: PLC0415

    workspace = Workspace(where)
    reader = workspace.reader
    found = resolve(reader, reference, workspace.code)
    entry = found.entry
    names = reader.files(entry.path)
    if snapshot or name:
        wanted = name or _snapshot_file(names, entry)
        data = reader.file(entry.path, wanted)
        if snapshot and is_pointer(wanted):
            _from_lfs(workspace, f"{entry.path}/{wanted}", data)
        else:
            output.raw(data)
        return 0
    if files and not as_json:
        output.say("\n".join(names))
        return 0
    shown = _only(entry.baseline, keys)
    commit = reader.commit_of(entry.path)
    events = events_of(workspace.registry.chain, reader.state, entry)
    if as_json:
        content = {
            "entry": str(entry.path),
            "resolved": found.how,
            "status": entry.status,
            "events": document.happened(events),
            "commit": commit,
            "files": names,
            "baseline": baseline_json.to_plain(shown),
        }
        output.document(document.envelope("show", content))
        return 0
    columns = output.columns()
    extra = [
        ("status", entry.status),
        *event_facts(events),
        ("commit", commit or "unknown: history ends before it"),
        ("Git LFS", _kept(workspace, entry, names)),
    ]
    known = [*entry_facts(entry.path, entry.baseline), *extra]
    lines = [f"{entry.path}  ({found.how})", facts(known, columns)]
    if len(shown.metrics) > 1 or keys:
        most = len(shown.metrics) if keys else _SHOWN_METRICS
        lines += ["", metrics_table(shown, most, columns)]
    pager.show("\n".join(lines), workspace)
    return 0


def _only(baseline: Baseline, keys: tuple[str, ...]) -> Baseline:
    """Return the entry with the metrics asked for; InputError for a pattern that fits none."""
    if not keys:
        return baseline
    require_known(keys, baseline.metrics, option="--metric", what="metric")
    kept = {key: metric for key, metric in baseline.metrics.items() if fits(key, keys)}
    return replace(baseline, metrics=kept)


def _snapshot_file(names: Sequence[str], entry: Entry) -> str:
    baseline = entry.baseline
    name = snapshot_name(baseline.source_kind, baseline.source_path)
    if any(map(is_pointer, names)):
        name = lfs_name(name)
    if baseline.source_kind is not SourceKind.DIRECTORY:
        return name
    inside = [path for path in names if path.startswith(f"{name}/")]
    raise InputError(
        f"the payload is a folder of {len(inside)} files",
        code="entry/folder",
        where="--snapshot",
        hint=f"git baseline show {entry.path} --snapshot --file {inside[0]}",
    )


def _kept(workspace: Workspace, entry: Entry, names: Sequence[str]) -> str:
    """Say how much of the payload Git LFS keeps, and how much of that is here."""
    files = [
        from_bytes(workspace.reader.file(entry.path, name)) for name in names if is_pointer(name)
    ]
    objects = {file for file in files if file and file != NOTHING}
    if not objects:
        return ""
    here = sum(workspace.shelf.place(one.oid).exists() for one in objects)
    whole = size(sum(one.size for one in objects))
    return f"{counted(len(objects), 'object')}, {whole}, {here} here; --snapshot fetches"


def _from_lfs(workspace: Workspace, path: str, data: bytes) -> None:
    """Write the content that a pointer stands for, once all of it was checked."""
    pointer = from_bytes(data)
    if pointer is None:
        raise Unable(
            "is no Git LFS pointer",
            code="lfs/pointer",
            where=path,
            hint="git baseline verify",
        )
    if pointer == NOTHING:
        return
    with workspace.large(path, pointer) as stream:
        output.stream(stream)
