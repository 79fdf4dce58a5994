"""Rows 67 to 75: what an entry says, and whether it is so. All of it is signed by Alice."""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.base import ALICE, STEP, entry
from corpus.case import add, case
from gitbaseline.model.baseline import Imported, Tier, TierEvidence
from gitbaseline.model.metric import Validity

SERIES = "llama/step_time"
INDEX = f"{SERIES}/INDEX.md"
NEW = f"{SERIES}/20240520T231112Z"


def changed(case_name, name, change, rule, row, **about):
    """Add a case: the bytes of one file of the entry are changed, digests made to fit."""

    def make(forge):
        return forge.put(
            entry(forge, **about), ALICE, content=lambda c: c | {name: change(c[name])}
        )

    add(case_name, make, row=row, rule=rule)


def first(old, new):
    """Return the change of the first occurrence."""
    return lambda data: data.replace(old, new, 1)


changed("source_md_lies", "SOURCE.md", first(b"412.5", b"212.5"), "source-md/differs", "74")
changed(
    "source_md_names_another_commit",
    "SOURCE.md",
    first(b"c0dec0de", b"badbadba"),
    "source-md/differs",
    "74",
)
changed(
    "source_md_with_terminal_escapes",
    "SOURCE.md",
    lambda d: d + b"\x1b[2J",
    "source-md/differs",
    "74",
)
changed("source_md_empty", "SOURCE.md", lambda _: b"", "source-md/differs", "74")
changed(
    "snapshot_byte_flipped",
    "source-snapshot.log",
    first(b"412.5", b"412.4"),
    "snapshot/digest",
    "69",
)
changed("snapshot_longer", "source-snapshot.log", lambda d: d + b"\n", "snapshot/digest", "69")
changed("snapshot_empty", "source-snapshot.log", lambda _: b"", "snapshot/digest", "69")
changed(
    "schema_byte_flipped", "schema.json", lambda d: d + b"\n", "entry/schema", "69", schema=b"{}\n"
)


def lacking(case_name, name, rule, **about):
    """Add a case: one file of the entry is not there."""

    def make(forge):
        return forge.put(
            entry(forge, **about),
            ALICE,
            content=lambda c: {path: data for path, data in c.items() if path != name},
        )

    add(case_name, make, row="69", rule=rule)


lacking("entry_without_baseline", "baseline.json", "entry/missing")
lacking("entry_without_source_md", "SOURCE.md", "entry/missing")
lacking("entry_without_snapshot", "source-snapshot.log", "snapshot/missing")
lacking("entry_without_its_schema", "schema.json", "entry/schema", schema=b"{}\n")
lacking(
    "folder_without_one_file", "source-snapshot/b", "snapshot/digest", files={"a": b"1", "b": b"2"}
)


@case(row="69", rule="entry/schema")
def schema_that_nothing_names(forge):
    return forge.put(entry(forge), ALICE, content=lambda c: c | {"schema.json": b"{}\n"})


@case(row="69", rule="snapshot/digest")
def folder_with_a_file_unlisted(forge):
    more = {"source-snapshot/zzz": b"x"}
    return forge.put(entry(forge, files={"a": b"1"}), ALICE, content=lambda c: c | more)


def said(case_name, rule, row, *, after=60, **about):
    """Add a case: the model can say it, the registry does not take it (or, without rule, does)."""

    def make(forge):
        return forge.put(entry(forge, **about), ALICE, after=after)

    add(case_name, make, row=row, rule=rule)


_PLAIN = {"source_sha256": "0" * 64}
said("source_digest_of_something_else", "snapshot/source", "69", **_PLAIN)
said("source_size_of_something_else", "snapshot/source", "69", source_bytes=1)
said("redacted_source_of_another_digest", None, "69", **_PLAIN, redacted=("env",))
said("registered_after_its_commit", "baseline/time", "68", at="2024-05-21T10:11:12Z")
said("registered_at_its_commit", None, "68", after=0)
said("registered_long_before_its_commit", None, "68", at="2023-01-01T00:00:00Z")
said(
    "imported_from_before",
    None,
    "68",
    imported=Imported(origin="old.csv", registered_at_utc="2020-01-01T00:00:00Z"),
)
said(
    "imported_from_the_future",
    "baseline/time",
    "68",
    imported=Imported(origin="old.csv", registered_at_utc="2025-01-01T00:00:00Z"),
)
said("tier_verdict_without_evidence", "baseline/tier", "74", tier=Tier.VERDICT)
said(
    "tier_evidence_made_up",
    "baseline/tier",
    "74",
    tier_evidence=TierEvidence(shown=("three-trials",), missing=()),
)
changed(
    "continues_in_the_middle_of_a_series",
    "baseline.json",
    first(b'"continues": null', b'"continues": "llama/nccl"'),
    "entry/continues",
    "67",
)
said(
    "continues_what_is_not_there",
    "entry/continues",
    "67",
    series="llama/new",
    continues="llama/none",
)
said("continues_another_series", None, "67", series="llama/new", continues="llama/nccl")
said(
    "measurement_2_of_one_that_is_not_full",
    "entry/continues",
    "67",
    series="llama/nccl.2",
    continues="llama/nccl",
)
said("new_family", None, "67", series="phi/step_time")
said("with_a_schema", None, "69", schema=b"{}\n")
said("with_a_folder", None, "69", files={"a/b": b"1", "c": b""})
said("notes_of_markdown_and_html", None, "73", notes="| a | <b>`x`</b> \\ [y](z)")
said("notes_of_many_lines", None, "73", notes="one\n| two |\n\n# three\n")


@case(row="71", rule="baseline/invalid")
def metric_marked_invalid(forge):
    record = entry(forge)
    metrics = {k: replace(m, validity=Validity.INVALID) for k, m in record.entry.metrics.items()}
    return forge.put(replace(record, entry=replace(record.entry, metrics=metrics)), ALICE)


def moved(case_name, rule, row, *, to, measurement=None):
    """Add a case: the entry lies, subject and all, where it does not belong."""

    def make(forge):
        draft = entry(forge).draft(forge.state())
        old, new = draft.subject, to
        files = {path.replace(old, new): data for path, data in draft.files.items()}
        files[INDEX] = files[INDEX].replace(b"20240520T231112Z", to.split("/")[-1].encode())
        return forge.put(replace(draft, subject=new, files=files), ALICE)

    add(case_name, make, row=row, rule=rule)


moved("slug_of_another_second", "baseline/time", "68", to=f"{SERIES}/20240520T231113Z")
moved("slug_with_a_gap", "entry/slug", "68", to=f"{SERIES}/20240520T231112Z-3")
moved("slug_of_suffix_1", "record/subject", "68", to=f"{SERIES}/20240520T231112Z-1")
moved("slug_not_canonical", "record/subject", "68", to=f"{SERIES}/2024-5-20")
moved("slug_of_a_33rd", "record/subject", "68", to=f"{SERIES}/20240533T231112Z")
moved("family_of_another_name", "baseline/path", "67", to="qwen/step_time/20240520T231112Z")
moved("name_in_capitals", "record/subject", "62", to="Llama/step_time/20240520T231112Z")
moved("name_of_a_device", "record/subject", "62", to="con/step_time/20240520T231112Z")
moved("name_with_a_lock", "record/subject", "62", to="llama.lock/step_time/20240520T231112Z")
moved("name_with_dots", "record/subject", "62", to="../step_time/20240520T231112Z")
moved("entry_one_folder_too_deep", "record/subject", "67", to="llama/a/step_time/20240520T231112Z")


def index(case_name, change, rule="index/row"):
    """Add a case: the index is not the parent's bytes and one row."""

    def make(forge):
        return forge.put(entry(forge), ALICE, files=lambda f: f | {INDEX: change(f[INDEX])})

    add(f"index_{case_name}", make, row="73", rule=rule)


def rows(change):
    """Return the change of the rows of an index."""
    return lambda data: b"".join(change(data.splitlines(keepends=True)))


index("row_of_another_value", lambda d: d[:-80] + d[-80:].replace(b"412.5", b"212.5"))
index("older_row_changed", first(b"| 413 |", b"| 313 |"))
index("row_dropped", rows(lambda lines: [*lines[:6], *lines[7:]]))
index("row_twice", rows(lambda lines: [*lines, lines[-1]]))
index("rows_swapped", rows(lambda lines: [*lines[:6], lines[7], lines[6], *lines[8:]]))
index("row_first", rows(lambda lines: [*lines[:6], lines[-1], *lines[6:-1]]))
index("with_html", lambda d: d + b"<script>alert(1)</script>\n")
index("with_terminal_escapes", lambda d: d[:-1] + b"\x1b[2J\n")
index("header_changed", first(b"# llama", b"# Llama"))
index("emptied", lambda _: b"")


@case(row="73", rule="index/missing")
def index_not_touched(forge):
    return forge.put(
        entry(forge), ALICE, files=lambda f: {p: d for p, d in f.items() if p != INDEX}
    )


@case(row="73", rule="append-only/deleted")
def index_deleted(forge):
    return forge.put(entry(forge), ALICE, files=lambda f: f | {INDEX: None})


@case(row="67", rule="entry/missing")
def nothing_added(forge):
    """An empty commit with a record's message."""
    return forge.put(entry(forge), ALICE, files=lambda _: {})


@case(row="67", rule="entry/missing")
def entry_recorded_again(forge):
    """The same files once more: a replay of what stands there."""
    one = forge.put(entry(forge), ALICE)
    same = entry(forge).draft(forge.state())
    return forge.put(same, ALICE, on=one, after=120)


@case(row="47")
def same_number_twice(forge):
    """A second measurement with the same result is a statement of its own."""
    one = forge.put(entry(forge), ALICE)
    return forge.put(entry(forge), ALICE, on=one, after=STEP)


@case(row="70", rule="limit/file")
def snapshot_too_large(forge):
    huge = bytes(64 * 1024 * 1024 + 1)
    return forge.put(entry(forge), ALICE, files=lambda f: f | {f"{NEW}/source-snapshot.log": huge})


@case(row="70", rule="limit/file")
def baseline_too_large(forge):
    huge = b" " * (8 * 1024 * 1024 + 1)
    return forge.put(entry(forge), ALICE, files=lambda f: f | {f"{NEW}/baseline.json": huge})


@case(row="70", rule="limit/files")
def too_many_files(forge):
    files = {f"{number:04}": b"" for number in range(4097)}
    return forge.put(entry(forge, files=files), ALICE)


@case(row="75", rule="trailer/content")
def content_of_another_digest(forge):
    """What SHA-1 would let through: other files under the signed digest."""
    return forge.put(
        entry(forge, value=1),
        ALICE,
        message=lambda text: re.sub("Content: sha256:.*", f"Content: sha256:{'0' * 64}", text),
    )
