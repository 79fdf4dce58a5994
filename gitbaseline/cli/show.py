"""``git baseline show``: one entry, or any file of it."""

from __future__ import annotations

import click

from gitbaseline.cli import output
from gitbaseline.cli.workspace import Where, Workspace
from gitbaseline.errors import InputError
from gitbaseline.model import baseline_json
from gitbaseline.model.baseline import SourceKind
from gitbaseline.policy.snapshot import snapshot_name
from gitbaseline.registry.reader import Entry, Reader
from gitbaseline.registry.resolve import resolve
from gitbaseline.report import document, text

_SHOWN_METRICS = 20


@click.command()
@click.argument("reference", required=False, default="")
@click.option("--file", "name", metavar="PATH", help="One file of the entry, to stdout as it is.")
@click.option("--snapshot", is_flag=True, help="The stored payload, to stdout as it is.")
@click.option("--files", is_flag=True, help="Names of the entry's files.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def command(
    where: Where, /, *, reference: str, name: str | None, snapshot: bool, files: bool, as_json: bool
) -> int:
    """Show one entry: the latest of a measurement, or any that a reference names.

    \b
      family/measurement                 the latest that counts
      family/measurement@20260520T10     by its time
      family/measurement~2               two before
      family/measurement@best            also @verdict, @commit:SHA, @merge-base:main
      COMMIT, @tag:NAME                  by the commit on the branch
    """
    workspace = Workspace(where)
    reader = workspace.reader
    found = resolve(reader, reference, workspace.code)
    entry = found.entry
    if snapshot or name:
        output.raw(reader.file(entry.path, name or _snapshot_file(reader, entry)))
        return 0
    names = reader.files(entry.path)
    if files and not as_json:
        output.say("\n".join(names))
        return 0
    commit = reader.commit_of(entry.path)
    if as_json:
        content = {
            "entry": str(entry.path),
            "resolved": found.how,
            "status": entry.status,
            "commit": commit,
            "files": names,
            "baseline": baseline_json.to_plain(entry.baseline),
        }
        output.document(document.envelope("show", content))
        return 0
    output.say(f"{entry.path}  ({found.how})")
    extra = [("status", entry.status), ("commit", commit or "unknown: history ends before it")]
    output.say(text.facts([*text.entry_facts(entry.path, entry.baseline), *extra]))
    if len(entry.baseline.metrics) > 1:
        output.say()
        output.say(text.metrics_table(entry.baseline, _SHOWN_METRICS))
    return 0


def _snapshot_file(reader: Reader, entry: Entry) -> str:
    baseline = entry.baseline
    name = snapshot_name(baseline.source_kind, baseline.source_path)
    if baseline.source_kind is not SourceKind.DIRECTORY:
        return name
    inside = [path for path in reader.files(entry.path) if path.startswith(f"{name}/")]
    raise InputError(
        f"the payload is a folder of {len(inside)} files",
        code="entry/folder",
        where="--snapshot",
        hint=f"git baseline show {entry.path} --file {inside[0]}",
    )
