"""Records that were contributed through the inbox, and the collects that brought them in.

Every collect is made by Alice, who may do anything, of a record by Bob, who may record for the
family ``llama``, unless the case says otherwise.
"""

from __future__ import annotations

from dataclasses import replace

from corpus import base
from corpus.base import ALICE, BOB, BRANCH, CAROL, ERIN, MALLORY, STEP, commits, entry
from corpus.case import ZERO, Attack, Server, Update, add, case
from gitbaseline.model import documents
from gitbaseline.model.layout import STATEMENT, entry_path
from gitbaseline.model.names import SlugKey
from gitbaseline.registry.fold import Fold

INBOX = f"{BRANCH}-inbox/"
ROW = "7"


def contributed(forge, signer=BOB, *, on=None, **stages):
    """Return the id of a record that waits, made on an older tip, and what it says.

    ``entry`` among the stages are changes of the entry.
    """
    said = entry(forge, **stages.pop("entry", {}))
    on = on or commits()[-3]
    draft = said.draft(forge.state(on))
    return forge.put(draft, signer, on=on, **stages), draft


def fold(forge, waiting, draft):
    """Return the statement that collects it."""
    return Fold(
        raw=forge.pile.read(waiting),
        path=entry_path(*draft.subject.split("/")),
        entry=draft.entry,
        files=dict(draft.content),
        objects=forge.pile,
        trees=forge.trees,
    )


def moved(forge, draft, suffix, on):
    """Return the draft of a collect under another suffix, which its writer would refuse to make."""
    path = entry_path(*draft.subject.split("/"))
    there = replace(path, slug=SlugKey(path.slug.time, suffix))
    files = {f"{there}/{name}": data for name, data in draft.content.items()}
    index = f"{path.series}/INDEX.md"
    old = forge.pile.read(forge.trees.find(forge.state(on).tree, index).oid)
    row = documents.entry_row(there, draft.entry)
    return replace(
        draft,
        subject=str(there),
        files=files | {index: documents.index_after(old, path.series, row)},
    )


def collected(case_name, rule, row=ROW, *, by=BOB, collector=ALICE, said=None, **stages):
    """Add a case: a record of ``by``, changed by ``said``, is collected, changed by ``stages``."""

    def make(forge):
        waiting, draft = contributed(forge, by, **(said or {}))
        return forge.put(fold(forge, waiting, draft), collector, **{"after": 120} | stages)

    add(case_name, make, row=row, rule=rule)


collected("collected", None)
collected("collected_by_its_own_contributor", None, by=ALICE)
collected("collected_folder", None, said={"entry": {"files": base.TREE, "series": "llama/nccl"}})
collected("collected_first_of_its_series", None, said={"entry": {"series": "llama/new"}})

# Who contributed.
collected("contributor_unknown", "signature/unknown-key", "58", by=MALLORY)
collected("contributor_retired", "signature/retired-key", "58", by=CAROL)
collected("contributor_without_the_role", "signature/role", "58", by=ERIN)
collected(
    "contributor_of_another_family",
    "signature/family",
    "58",
    said={"entry": {"series": "qwen/latency"}},
)
collected(
    "contributor_forged",
    "signature/mismatch",
    "58",
    said={"raw": lambda raw: raw.replace(b"Alice", b"Alicf")},
)

# Who collected.
collected("collector_without_the_role", "signature/role", "58", collector=BOB)
collected("collector_unknown", "signature/unknown-key", "58", collector=MALLORY)


# What was contributed.
def another_value(content):
    return content | {"source-snapshot.log": b"step_time: 1 ms\n"}


def in_statement(old, new):
    """Return the content stage that changes the statement's bytes."""
    return lambda content: content | {STATEMENT: content[STATEMENT].replace(old, new)}


def without(name):
    return lambda content: {path: data for path, data in content.items() if path != name}


collected("collected_with_another_snapshot", "snapshot/digest", content=another_value)
collected(
    "collected_with_one_more_file",
    "path/unexpected",
    content=lambda content: content | {"more": b"x"},
)
collected("collected_without_source_md", "entry/missing", content=without("SOURCE.md"))
collected(
    "collected_without_statement",
    "collect/statement",
    content=without(STATEMENT),
    files=lambda f: {p: d for p, d in f.items() if not p.endswith(f"/{STATEMENT}")},
)
collected(
    "contributed_statement_that_is_no_commit",
    "collect/statement",
    content=lambda content: content | {STATEMENT: b"trust me\n"},
)
collected(
    "contributed_statement_too_large",
    "collect/statement",
    content=lambda content: content | {STATEMENT: b"x" * 300_000},
)
collected(
    "contributed_statement_without_a_previous",
    "collect/statement",
    said={"message": lambda text: text.replace("Baseline-Previous: sha256:", "Previously: ")},
)
collected(
    "contributed_statement_with_another_message",
    "commit/message",
    said={"message": lambda text: text.replace("lower is better", "higher is better")},
)
collected(
    "contributed_statement_of_another_kind",
    "collect/statement",
    said={"message": lambda text: text.replace("record ", "collect ", 1)},
)
collected(
    "contributed_statement_of_another_registry",
    "trailer/registry",
    said={"message": lambda text: text.replace(base.REGISTRY, "0bad" * 8)},
)
collected(
    "contributed_statement_of_other_content",
    "trailer/content",
    said={
        "message": lambda text: (
            text.partition("Baseline-Content")[0] + f"Baseline-Content: sha256:{'0' * 64}\n"
        )
    },
)
collected("contributed_statement_dated_later", "commit/date", after=30)
collected(
    "collect_of_no_entry",
    "record/subject",
    payload=lambda p: p.replace(b"collect llama/", b"collect "),
)
collected(
    "collect_without_its_row",
    "index/missing",
    "73",
    files=lambda f: {p: d for p, d in f.items() if not p.endswith("INDEX.md")},
)


@case(row=ROW, rule="collect/twice")
def collected_twice(forge):
    """The same record again, under the next suffix."""
    waiting, draft = contributed(forge)
    folding = fold(forge, waiting, draft)
    again = folding.draft(forge.state())
    one = forge.put(folding, ALICE, after=120)
    return forge.put(moved(forge, again, 2, one), ALICE, on=one, after=180)


@case(row=ROW, rule="collect/twice")
def recorded_then_collected(forge):
    waiting, draft = contributed(forge)
    again = fold(forge, waiting, draft).draft(forge.state())
    one = forge.put(entry(forge), BOB, after=120)
    return forge.put(moved(forge, again, 2, one), ALICE, on=one, after=180)


@case(row=ROW)
def collected_beside_another_of_its_second(forge):
    """The suffix is the collector's to choose."""
    waiting, draft = contributed(forge)
    one = forge.put(entry(forge, value=400), ALICE, after=120)
    made = fold(forge, waiting, draft).draft(forge.state(one))
    assert made.subject == f"{draft.subject}-2"
    return forge.put(made, ALICE, on=one, after=180)


@case(row=ROW, rule="collect/path")
def collected_as_of_another_time(forge):
    waiting, draft = contributed(forge)
    made = fold(forge, waiting, draft)
    elsewhere = replace(made, path=entry_path("llama", "step_time", "20240101T000000Z"))
    return forge.put(elsewhere, ALICE, after=120)


@case(row=ROW, rule="collect/path")
def collected_as_of_another_measurement(forge):
    waiting, draft = contributed(forge)
    made = fold(forge, waiting, draft)
    path = entry_path("llama", "other", draft.subject.rpartition("/")[2])
    return forge.put(replace(made, path=path), ALICE, after=120)


@case(row="2", rule="append-only/deleted")
def collect_that_deletes(forge):
    waiting, draft = contributed(forge)
    return forge.put(
        fold(forge, waiting, draft),
        ALICE,
        after=120,
        files=lambda files: files | {f"{base.FIRST}/SOURCE.md": None},
    )


# What a server takes into the inbox.
def left(case_name, rule, row=ROW, *, by=BOB, server=None, **said):
    """Add a case: a record is pushed into the inbox. There is no history in it to verify."""

    def make(forge):
        waiting, _ = contributed(forge, by, **said)
        return Attack(updates=(Update(ref=INBOX + waiting, new=waiting),))

    add(case_name, make, row=row, rule=rule, server=server)


left("left_in_the_inbox", None)
left("left_by_an_unknown_key", "signature/unknown-key", "58", by=MALLORY)
left("left_by_a_retired_key", "signature/retired-key", "58", by=CAROL)
left("left_without_the_role", "signature/role", "58", by=ERIN)
left("left_for_another_family", "signature/family", "58", entry={"series": "qwen/latency"})
left("left_with_another_snapshot", "snapshot/digest", content=another_value)
left("left_dated_in_the_future", "commit/date", after=100 * 365 * 24 * STEP)
left(
    "left_that_names_an_entry_it_lacks",
    "entry/missing",
    message=lambda text: text.replace("record llama/step_time/", "record llama/absent/"),
)
left("left_at_no_registry", "push/inbox", server=Server(branch=False))


@case(row=ROW, rule="collect/statement")
def left_that_is_no_record(_):
    accepted = commits()[7]
    return Attack(updates=(Update(ref=INBOX + accepted, new=accepted),))


@case(row=ROW, server=Server(refs={INBOX + commits()[1]: commits()[1]}))
def taken_out_once_it_stands(_):
    """Whoever brought it: the branch says what it says."""
    return Attack(updates=(Update(ref=INBOX + commits()[1], new=ZERO),))
