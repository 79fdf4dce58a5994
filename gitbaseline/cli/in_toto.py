"""``export --format in-toto``: a statement for each entry that still stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gitbaseline.cli import output
from gitbaseline.cli.workspace import Workspace
from gitbaseline.errors import Incomplete
from gitbaseline.model.codec import JSON
from gitbaseline.model.layout import EntryPath
from gitbaseline.registry.attesting import attest
from gitbaseline.registry.signers import signers
from gitbaseline.registry.verify import genesis_digest
from gitbaseline.report.in_toto import statement
from gitbaseline.report.numbers import counted


def statements(workspace: Workspace, paths: Iterable[EntryPath]) -> Iterator[dict[str, JSON]]:
    """Yield the statement of each entry; one that is retracted or distrusted gets none, and a note.

    Raises Unable where the registry's rules refuse a record, or history ends before it.
    """
    branch, reader = workspace.registry, workspace.reader
    state = reader.state
    known = signers(branch.store, branch.verify, state.commit, state.root)
    pin = genesis_digest(branch.store, state.commit)
    void = 0
    for path in paths:
        entry = reader.entry(path)
        if entry.retracted or entry.distrusted:
            void += 1
            continue
        signer = known.get(str(path))
        if signer is None or pin is None:
            raise Incomplete(
                "history is not all here, and a statement names the signed commit and the genesis",
                where=str(path),
                cut=True,
            )
        said = attest(branch.chain, reader, path, signer.commit)
        yield statement(
            path,
            entry.baseline,
            said.payload,
            registry={"id": state.root.registry_id, "pin": pin},
            record={
                "at": said.at,
                "digest": {"gitCommit": said.commit, "sha256": said.raw_sha256},
                "fingerprint": said.fingerprint,
                "principal": said.principal,
            },
        )
    if void:
        output.warn(f"{counted(void, 'statement')} not made: retracted or distrusted")
