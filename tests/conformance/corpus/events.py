"""Rows 67, 68, 73: acceptances and retractions. A word about an entry, said once, by who may."""

from __future__ import annotations

from dataclasses import replace

from corpus import base
from corpus.base import ACCEPTED, ALICE, BOB, ERIN, FIRST, FOLDER, RETRACTED, WAITING, event
from corpus.case import add, case
from gitbaseline.model import documents
from gitbaseline.model import event as events
from gitbaseline.model.event import EventKind
from gitbaseline.model.layout import entry_path

ACCEPT, RETRACT = EventKind.ACCEPTED, EventKind.RETRACTED


def misdirected(forge, kind, path, *, like=None):
    """Return the draft of an event that the writer itself refuses, made like one that it takes."""
    sound = like or (WAITING if kind is ACCEPT else FIRST)
    draft = event(forge, kind, sound).draft(forge.state())
    (data,) = draft.content.values()
    where = entry_path(*path.split("/"))
    said = replace(
        events.from_bytes(data, kind),
        family=where.family,
        measurement=where.measurement,
        slug=str(where.slug),
    )
    content = {events.event_path(where, kind): events.to_bytes(said)}
    index = f"{where.series}/INDEX.md"
    node = forge.trees.find(forge.state().tree, index)
    row = documents.event_row(said.at, where, kind, said.by, said.reason)
    old = forge.pile.read(node.oid) if node else b""
    files = content | {index: documents.index_after(old, where.series, row)}
    return replace(draft, subject=path, content=content, files=files)


def about(case_name, kind, path, rule, row="67"):
    """Add a case: Alice says it of an entry of which it cannot be said."""
    add(
        case_name,
        lambda forge: forge.put(misdirected(forge, kind, path), ALICE),
        row=row,
        rule=rule,
    )


about("baseline_accepted", ACCEPT, FIRST, "accept/standing")
about("candidate_accepted_twice", ACCEPT, ACCEPTED, "append-only/modified")
about("retracted_twice", RETRACT, RETRACTED, "event/retracted")
about("retracted_then_accepted", ACCEPT, RETRACTED, "event/retracted")
about("nothing_accepted", ACCEPT, "llama/step_time/20200101T000000Z", "event/entry")
about("nothing_retracted", RETRACT, "phi/step_time/20200101T000000Z", "event/entry")


def spoiled(case_name, rule, row="67", *, kind=RETRACT, signer=ALICE, **stages):
    """Add a case: a sound event with one stage changed."""

    def make(forge):
        return forge.put(event(forge, kind, WAITING if kind is ACCEPT else FIRST), signer, **stages)

    add(case_name, make, row=row, rule=rule)


def words(old, new):
    """Return the content stage that changes the event's bytes."""
    return lambda content: {path: data.replace(old, new) for path, data in content.items()}


INDEX = "llama/step_time/INDEX.md"
spoiled(
    "event_of_another_content",
    "event/content",
    content=lambda c: {p: _other_digest(d) for p, d in c.items()},
)
spoiled(
    "event_about_another_entry",
    "event/path",
    content=words(b"20240520T111112Z", b"20240520T111113Z"),
)
spoiled("event_without_a_reason", "event/shape", content=words(b"looked at it", b" "))
spoiled("event_of_another_schema", "event/shape", content=words(b"retracted/1", b"retracted/2"))
spoiled("event_in_another_spelling", "event/shape", "71", content=words(b"\n", b"\r\n"))
spoiled("event_empty", "event/shape", content=lambda c: dict.fromkeys(c, b""))
spoiled(
    "event_too_large",
    "event/file",
    "70",
    content=lambda c: {p: d + b" " * 70_000 for p, d in c.items()},
)
spoiled("event_not_there", "event/file", files=lambda f: {p: d for p, d in f.items() if p == INDEX})
spoiled(
    "event_without_its_row",
    "index/missing",
    "73",
    files=lambda f: {p: d for p, d in f.items() if p != INDEX},
)
spoiled(
    "event_with_another_row",
    "index/row",
    "73",
    files=lambda f: f | {INDEX: f[INDEX].replace(b"looked", b"smiled")},
)
spoiled(
    "event_that_edits_its_entry",
    "append-only/modified",
    "1",
    files=lambda f: f | {f"{FIRST}/source-snapshot.log": b"step_time: 1 ms\n"},
)
spoiled("event_with_one_more_file", "path/unexpected", "66", files=lambda f: f | {"llama/x": b""})
spoiled(
    "event_that_deletes_its_entry",
    "append-only/deleted",
    "2",
    files=lambda f: f | {f"{FIRST}/SOURCE.md": None},
)
spoiled(
    "event_subject_without_an_entry",
    "event/subject",
    payload=lambda p: p.replace(f"retract {FIRST}".encode(), b"retract it"),
)
spoiled("retraction_by_a_recorder", "signature/role", "58", signer=BOB)
spoiled("retraction_by_one_who_accepts", "signature/role", "58", signer=ERIN)
spoiled("acceptance_by_a_recorder", "signature/role", "58", kind=ACCEPT, signer=BOB)
spoiled("acceptance_by_one_who_accepts", None, "58", kind=ACCEPT, signer=ERIN)
spoiled("acceptance", None, "67", kind=ACCEPT)
spoiled("retraction", None, "67")


@case(row="68", rule="event/time")
def event_after_its_commit(forge):
    late = event(forge, RETRACT, FIRST, at="2024-06-20T10:11:12Z")
    return forge.put(late, ALICE)


@case(row="67")
def folder_retracted(forge):
    return forge.put(event(forge, RETRACT, FOLDER), ALICE)


@case(row="67")
def candidate_retracted(forge):
    return forge.put(event(forge, RETRACT, WAITING), ALICE)


@case(row="73")
def reason_of_markdown(forge):
    return forge.put(event(forge, RETRACT, FIRST, reason="| <b>`no`</b>\n\n# x"), ALICE)


@case(row="67", rule="event/retracted")
def retracted_then_accepted_in_one_push(forge):
    one = forge.put(event(forge, RETRACT, WAITING), ALICE)
    accepting = misdirected(forge, ACCEPT, WAITING)
    index = "qwen/latency/INDEX.md"
    where = entry_path(*WAITING.split("/"))
    row = documents.event_row(
        base.utc_from_epoch(forge.time), where, ACCEPT, "alice", "looked at it"
    )
    grown = forge.pile.read(forge.trees.find(forge.state(one).tree, index).oid)
    files = dict(accepting.files) | {index: documents.index_after(grown, where.series, row)}
    return forge.put(replace(accepting, files=files), ALICE, on=one, after=120)


def _other_digest(data):
    at = data.index(b'"content": "') + len(b'"content": "')
    return data[:at] + b"0" * 64 + data[at + 64 :]
