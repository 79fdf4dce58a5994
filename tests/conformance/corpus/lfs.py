"""Row 69 for payloads that Git LFS keeps: pointers in their one spelling, under their own names.

No case has the object itself: nobody who judges needs it.
"""

from __future__ import annotations

from dataclasses import replace

from corpus.base import ALICE, entry
from corpus.case import add, case
from gitbaseline.model.pointer import pointer_of, to_bytes

FILE = "source-snapshot.log"
POINTED = "source-snapshot.lfs.log"
FILES = {"a": b"1", "b/c": b"22", "empty": b""}


def kept(content):
    """Return the content with pointers in place of the snapshot's files."""
    return {_renamed(name): to_bytes(pointer_of(data)) if name.startswith("source-snapshot") else data
            for name, data in content.items()}  # fmt: skip


def _renamed(name):
    return name.replace("source-snapshot", "source-snapshot.lfs", 1)


def pointed(case_name, change=None, rule=None, **about):
    """Add a case: an entry whose payload Git LFS keeps; ``change`` is made to the pointer."""

    def content(files):
        files = kept(files)
        return files | ({POINTED: change(files[POINTED])} if change else {})

    def make(forge):
        return forge.put(entry(forge, **about), ALICE, content=content)

    add(case_name, make, row="69", rule=rule)


def spelled(case_name, old, new):
    """Add a case: the pointer says the same, or something else, in another spelling."""
    pointed(case_name, lambda data: data.replace(old, new), "snapshot/pointer")


_OTHER = pointer_of(b"something else\n")

pointed("lfs_pointer")
pointed("lfs_folder", files=FILES)
pointed("lfs_pointer_of_a_redacted_source", redacted=("env",), source_sha256="0" * 64)
pointed("lfs_pointer_to_other_content", lambda _: to_bytes(_OTHER), "snapshot/digest")
pointed(
    "lfs_pointer_of_another_size",
    lambda data: data.replace(b"size 20", b"size 21"),
    "snapshot/source",
)
pointed("lfs_name_with_content", lambda _: b"step_time: 412.5 ms\n", "snapshot/pointer")
pointed("lfs_name_with_nothing", lambda _: b"", "snapshot/digest")
spelled("lfs_pointer_with_a_line_more", b"size", b"x-note y\nsize")
spelled("lfs_pointer_with_an_extension", b"oid", b"ext-0-x sha256:" + b"0" * 64 + b"\noid")
spelled("lfs_pointer_with_a_line_behind", b"size 20\n", b"size 20\n\n")
spelled("lfs_pointer_with_crlf", b"\n", b"\r\n")
spelled("lfs_pointer_without_last_line_feed", b"size 20\n", b"size 20")
spelled("lfs_pointer_with_a_byte_order_mark", b"version", b"\xef\xbb\xbfversion")
spelled("lfs_pointer_of_the_older_kind", b"git-lfs.github.com", b"hawser.github.com")
spelled("lfs_pointer_in_capitals", b"sha256:", b"SHA256:")
spelled("lfs_pointer_with_a_padded_size", b"size 20", b"size 020")
spelled("lfs_pointer_with_a_signed_size", b"size 20", b"size +20")
spelled("lfs_pointer_with_a_size_beyond_integers", b"size 20", b"size 9007199254740992")
spelled("lfs_pointer_with_another_digest", b"sha256:", b"sha512:")


@case(row="69", rule="snapshot/digest")
def lfs_pointer_under_a_plain_name(forge):
    """What the entry says is stored is a pointer's content, but the name promises the content."""
    about = entry(forge)
    data = to_bytes(pointer_of(about.payload[FILE]))
    return forge.put(about, ALICE, content=lambda c: c | {FILE: data})


@case(row="69", rule="snapshot/missing")
def lfs_pointer_of_another_extension(forge):
    def content(files):
        files = kept(files)
        return {n.replace("lfs.log", "lfs.txt"): data for n, data in files.items()}

    return forge.put(entry(forge), ALICE, content=content)


@case(row="69", rule="snapshot/missing")
def lfs_file_for_a_folder(forge):
    about = entry(forge, files=FILES)
    data = to_bytes(pointer_of(b"1"))
    return forge.put(about, ALICE, content=lambda c: _lacking(c) | {"source-snapshot.lfs": data})


@case(row="69", rule="path/unexpected")
def lfs_folder_beside_the_file(forge):
    more = {"source-snapshot.lfs/a": to_bytes(_OTHER)}
    return forge.put(entry(forge), ALICE, content=lambda c: c | more)


@case(row="69", rule="snapshot/pointer")
def lfs_folder_with_one_file_of_content(forge):
    more = {"source-snapshot.lfs/b/c": b"22"}
    return forge.put(entry(forge, files=FILES), ALICE, content=lambda c: kept(c) | more)


@case(row="69", rule="snapshot/digest")
def lfs_folder_with_one_pointer_more(forge):
    more = {"source-snapshot.lfs/zzz": to_bytes(_OTHER)}
    return forge.put(entry(forge, files=FILES), ALICE, content=lambda c: kept(c) | more)


@case(row="69", rule="snapshot/path")
def lfs_folder_with_a_path_that_may_not_be(forge):
    return forge.put(entry(forge, files={".git/config": b"x"}), ALICE, content=kept)


@case(row="69", rule=None)
def lfs_like_extension_of_a_plain_file(forge):
    """``lfsx`` is an extension like any other, and its file no pointer."""
    about = entry(forge, source_path="run.lfsx")
    about = replace(about, payload={"source-snapshot.lfsx": about.payload[FILE]})
    return forge.put(about, ALICE)


def _lacking(content):
    return {n: data for n, data in content.items() if not n.startswith("source-snapshot")}
