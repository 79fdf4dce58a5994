"""Rows 1 to 7, 12, 22, 46, 47: the shape of history. What was said once is never unsaid."""

from __future__ import annotations

from dataclasses import replace

from corpus import base
from corpus.base import ALICE, FIRST, entry
from corpus.case import FOREIGN, Server, case
from corpus.forge import Forge
from gitbaseline.model.commit import parse

EDITED = f"{FIRST}/source-snapshot.log"
UPDATE_ONLY = "the history is sound; that it replaces another only the server can see"


def editing(path, data):
    """Return the change to a draft's files that writes one more, or with None takes it out."""
    return lambda files: files | {path: data}


@case(row="1", rule="append-only/modified")
def edit_undone_in_the_next_commit(forge):
    honest = forge.pile.read(forge.trees.find(forge.state().tree, EDITED).oid)
    edited = forge.put(entry(forge), ALICE, files=editing(EDITED, b"step_time: 1 ms\n"))
    return forge.put(entry(forge), ALICE, on=edited, after=120, files=editing(EDITED, honest))


@case(row="2", rule="append-only/deleted")
def entry_deleted_and_added_again(forge):
    honest = forge.pile.read(forge.trees.find(forge.state().tree, EDITED).oid)
    gone = forge.put(entry(forge), ALICE, files=editing(EDITED, None))
    return forge.put(entry(forge), ALICE, on=gone, after=120, files=editing(EDITED, honest))


@case(row="2", rule="append-only/deleted")
def whole_entry_deleted(forge):
    return forge.put(entry(forge), ALICE, tree=lambda top: forge.pile.graft(_all(forge), onto=top))


def _all(forge):
    names = ("baseline.json", "SOURCE.md", "source-snapshot.log")
    return {f"{FIRST}/{name}": None for name in names}


@case(row="2", rule="append-only/deleted")
def entry_renamed(forge):
    node = forge.trees.find(forge.state().tree, EDITED)
    moved = {EDITED: None, f"{FIRST}/source-snapshot.txt": node.oid}
    return forge.put(entry(forge), ALICE, tree=lambda top: forge.pile.graft(moved, onto=top))


@case(row="2", rule="append-only/deleted")
def file_becomes_a_folder(forge):
    node = forge.trees.find(forge.state().tree, EDITED)

    def swap(top):
        bare = forge.pile.graft({EDITED: None}, onto=top)
        return forge.pile.graft({f"{EDITED}/inner": node.oid}, onto=bare)

    return forge.put(entry(forge), ALICE, tree=swap)


@case(row="1", rule="append-only/modified")
def readme_modified(forge):
    return forge.put(entry(forge), ALICE, files=editing("README.md", b"# Ours now\n"))


@case(row="1", rule="append-only/modified")
def trust_state_modified(forge):
    path = ".registry/000001/allowed_signers"
    return forge.put(entry(forge), ALICE, files=editing(path, b""))


@case(row="1", rule="append-only/modified")
def event_modified(forge):
    path = f"{base.RETRACTED}.retracted.json"
    return forge.put(entry(forge), ALICE, files=editing(path, b"{}\n"))


def _merge(forge, *, tree=None, swapped=False):
    side = forge.put(entry(forge), ALICE, on=base.commits()[-2])
    first, second = (side, forge.tip) if swapped else (forge.tip, side)
    lines = f"parent {first}\nparent {second}\n".encode()
    old = f"parent {forge.tip}\n".encode()
    return forge.put(
        entry(forge), ALICE, after=120, tree=tree or _same, payload=lambda p: p.replace(old, lines)
    )


def _same(top):
    return top


@case(row="3", rule="commit/parents")
def merge(forge):
    return _merge(forge)


@case(row="3", rule="commit/parents")
def merge_that_deletes(forge):
    return _merge(forge, tree=lambda top: forge.pile.graft(_all(forge), onto=top))


@case(row="3", rule="commit/parents")
def merge_with_parents_swapped(forge):
    return _merge(forge, swapped=True)


@case(row="4", rule="commit/parents")
def same_parent_twice(forge):
    line = f"parent {forge.tip}\n".encode()
    return forge.put(entry(forge), ALICE, payload=lambda p: p.replace(line, line * 2))


@case(row="4", rule="commit/parents")
def octopus(forge):
    line = f"parent {forge.tip}\n".encode()
    others = "".join(f"parent {c}\n" for c in base.commits()[:3]).encode()
    return forge.put(entry(forge), ALICE, payload=lambda p: p.replace(line, line + others))


@case(row="5", rule="history/rewind", alone="history/genesis", why=UPDATE_ONLY)
def record_without_a_parent(forge):
    line = f"parent {forge.tip}\n".encode()
    return forge.put(entry(forge), ALICE, payload=lambda p: p.replace(line, b""))


@case(row="5", rule="history/rewind", alone=FOREIGN, why=UPDATE_ONLY)
def other_registry_in_its_place(forge):
    return _other(forge).tip


def _other(forge):
    """Return a whole other registry, its objects in this forge's pile."""
    other = Forge(pile=forge.pile, tip=None, time=base.BEGAN)
    other.tip = other.put(base.genesis(registry_id="0ddba11f" * 4), ALICE)
    base.grow(other, entry)
    return other


@case(row="5", rule="history/genesis")
def second_genesis_on_top(forge):
    return forge.put(base.genesis(), ALICE)


@case(row="6", rule="history/rewind", alone=None, why=UPDATE_ONLY)
def rewind_by_one(forge):
    return base.commits()[-2]


@case(row="6", rule="history/rewind", alone=None, why=UPDATE_ONLY)
def rewind_to_the_genesis(forge):
    return base.commits()[0]


@case(row="6", rule="history/rewind", alone=None, why=UPDATE_ONLY)
def amend(forge):
    return forge.put(entry(forge, value=1), ALICE, on=base.commits()[-2])


@case(row="6", rule="history/rewind", alone=None, why=UPDATE_ONLY)
def rebase_that_drops_one(forge):
    tip = base.commits()[-4]
    for after in (60, 120, 180):
        tip = forge.put(entry(forge), ALICE, on=tip, after=after)
    return tip


@case(
    row="7",
    rule="push/high-water",
    alone=None,
    why=UPDATE_ONLY,
    server=Server(branch=False),
)
def deleted_branch_comes_back_shorter(forge):
    return base.commits()[-2]


@case(row="7", server=Server(branch=False))
def deleted_branch_comes_back(forge):
    return forge.tip


@case(row="7", server=Server(branch=False))
def deleted_branch_comes_back_longer(forge):
    return forge.put(entry(forge), ALICE)


@case(
    row="5",
    rule="push/bootstrap",
    alone=None,
    why="only the server knows that it has no pin",
    server=Server(branch=False, pinned=False, mark=False),
)
def first_push_to_a_server_without_a_pin(forge):
    return forge.tip


@case(row="5", server=Server(branch=False, mark=False))
def first_push_to_a_pinned_server(forge):
    return forge.tip


@case(
    row="5",
    rule="push/pin",
    alone=FOREIGN,
    server=Server(branch=False, mark=False),
)
def first_push_of_another_registry(forge):
    return _other(forge).tip


@case(row="22", rule="signature/missing", server=Server(branch=False, mark=False))
def code_pushed_as_the_registry(forge):
    tree = forge.pile.graft({"main.c": forge.pile.write_blob(b"int main;\n")}, onto=None)
    who = b"A <a@example.org> 1716200000 +0000\n"
    raw = b"tree %s\nauthor %scommitter %s\nwork\n" % (tree.encode(), who, who + b"\n")
    return forge.pile.write_commit(raw.replace(b"\n\n\n", b"\n\n"))


@case(row="22", rule="trust/unreadable", server=Server(branch=False, mark=False))
def signed_code_pushed_as_the_registry(forge):
    tree = forge.pile.graft({"main.c": forge.pile.write_blob(b"int main;\n")}, onto=None)
    line = f"parent {forge.tip}\n".encode()
    return forge.put(
        entry(forge), ALICE, tree=lambda _: tree, payload=lambda p: p.replace(line, b"")
    )


@case(row="46", rule="signature/mismatch")
def signed_commit_on_another_parent(forge):
    tip = base.commits()[-1]
    raw = forge.pile.read(tip)
    old, new = (f"parent {c}\n".encode() for c in (parse(raw).parent, tip))
    return forge.pile.write_commit(raw.replace(old, new))


@case(row="46", rule="trailer/previous")
def signed_for_another_parent(forge):
    """Drafted on one tip, committed on another: the trailer binds the parent's own bytes."""
    old = base.commits()[-2]
    stale = forge.state(old).raw_sha256
    now = forge.state().raw_sha256
    return forge.put(entry(forge), ALICE, message=lambda text: text.replace(now, stale))


@case(row="47", rule="trailer/registry")
def statement_of_another_registry(forge):
    return forge.put(
        entry(forge), ALICE, message=lambda text: text.replace(base.REGISTRY, "0ddba11f" * 4)
    )


@case(row="48", rule="commit/date")
def dated_before_its_parent(forge):
    return forge.put(entry(forge, at="2024-05-20T10:00:00Z"), ALICE, after=-2 * base.STEP)


@case(
    row="48",
    rule="commit/date",
    alone=None,
    why="a verifier has no clock: what was the future once is not any more",
)
def dated_in_the_future(forge):
    return forge.put(entry(forge), ALICE, person=lambda person: replace(person, time=4_000_000_000))


@case(row="1")
def two_records_in_one_push(forge):
    first = forge.put(entry(forge), ALICE)
    return forge.put(entry(forge), ALICE, on=first, after=120)
