"""Rows 26 and 38 to 45: the bytes of a commit. One statement, one spelling.

Those that change the payload are signed by Alice: no signature saves a misspelt commit. Those that
add a header after signing leave a signature that stock git calls good.
"""

from __future__ import annotations

import re

from corpus.base import ALICE, entry
from corpus.case import add, case


def after_signing(name, change, *, row, rule="commit/headers", **rest):
    """Add a case: anybody changes the sealed commit."""
    add(name, lambda forge: forge.put(entry(forge), ALICE, raw=change), row=row, rule=rule, **rest)


def before_signing(name, change, *, row, rule="commit/headers", **rest):
    """Add a case: an insider signs what no writer makes."""

    def make(forge):
        return forge.put(entry(forge), ALICE, payload=change)

    add(name, make, row=row, rule=rule, **rest)


def before_message(line):
    """Return the change that adds a header as the last one."""
    return lambda raw: raw.replace(b"\n\n", b"\n" + line + b"\n\n", 1)


def before_header(name, line):
    """Return the change that adds a header before another."""
    return lambda raw: raw.replace(b"\n" + name, b"\n" + line + b"\n" + name, 1)


def swap(raw, one, other):
    """Put two header lines in each other's place."""
    head, body = raw.split(b"\n\n", 1)
    lines = head.split(b"\n")
    i, j = (next(n for n, x in enumerate(lines) if x.startswith(h)) for h in (one, other))
    lines[i], lines[j] = lines[j], lines[i]
    return b"\n".join(lines) + b"\n\n" + body


def again(raw, name):
    """Write a header twice."""
    return re.sub(rb"(?m)^(%s [^\n]*\n)" % name, rb"\1\1", raw, count=1)


def times(spelled):
    """Return the change of both dates to another spelling."""
    return lambda raw: re.sub(rb"> [0-9]+ \+0000", b"> " + spelled, raw)


def people(text):
    """Return the change of author and committer to other bytes."""
    return lambda raw: raw.replace(b"Alice <alice@example.org>", text)


def said(text):
    """Return the change that puts more into the message's second paragraph."""
    return lambda raw: raw.replace(b"better, DRAFT\n", b"better, DRAFT" + text + b"\n")


for _name, _line in {
    "header_gpgsig_sha256": b"gpgsig-sha256 junk",
    "header_gpgsig_evil": b"gpgsig-evil junk",
    "header_gpgsigx_continued": b"gpgsigX junk\n more junk",
    "header_unknown": b"x-note hello",
}.items():
    after_signing(f"{_name}_added_after_signing", before_message(_line), row="26")

for _name, _line in {
    "header_encoding": b"encoding ISO-8859-1",
    "header_mergetag": b"mergetag object " + b"0" * 40,
    "header_unknown": b"x-note hello",
    "header_without_value": b"x-note",
}.items():
    before_signing(f"{_name}_signed", before_message(_line), row="40")

after_signing(
    "gpgsig_before_author",
    lambda raw: re.sub(rb"(?s)(author .*?\n)(gpgsig .*?\n)(?=\n)", rb"\2\1", raw, count=1),
    row="38",
)
after_signing(
    "gpgsig_before_tree",
    lambda raw: re.sub(rb"(?s)\A(tree .*?\n)(gpgsig .*?\n)(?=\n)", rb"\2\1", raw, count=1),
    row="38",
    raw=True,
)
before_signing("tree_twice", lambda raw: again(raw, b"tree"), row="39")
before_signing("author_twice", lambda raw: again(raw, b"author"), row="39")
before_signing("committer_twice", lambda raw: again(raw, b"committer"), row="39")
before_signing("author_after_committer", lambda raw: swap(raw, b"author", b"committer"), row="38")
before_signing("committer_missing", lambda r: re.sub(rb"committer [^\n]*\n", b"", r), row="38")
before_signing("author_missing", lambda r: re.sub(rb"author [^\n]*\n", b"", r), row="38")
before_signing(
    "tree_in_capitals",
    lambda raw: re.sub(rb"\Atree [0-9a-f]+", lambda m: b"tree " + m[0][5:].upper(), raw),
    row="43",
)
before_signing(
    "author_continued",
    before_header(b"committer", b" a continuation"),
    row="40",
    rule="commit/identity",
)

for _name, _spelled in {
    "negative": b"-1 +0000",
    "padded": b"01716250272 +0000",
    "beyond_63_bits": b"9223372036854775808 +0000",
    "zone_of_99_hours": b"1716250272 +9999",
    "zone_of_60_minutes": b"1716250272 +0060",
    "zone_without_sign": b"1716250272 0000",
    "hexadecimal": b"0x664b8f20 +0000",
    "early": b"99999999 +0000",
}.items():
    before_signing(f"time_{_name}", times(_spelled), row="44", rule="commit/identity")

for _name, _text in {
    "not_utf8": b"Ali\xffce <alice@example.org>",
    "right_to_left": "Ali\u202ece <alice@example.org>".encode(),
    "escape": b"Ali\x1b[31mce <alice@example.org>",
    "not_normal": "Alice\u0301 <alice@example.org>".encode(),
    "without_name": b"<alice@example.org>",
    "two_addresses": b"Alice <a@example.org> <alice@example.org>",
    "nul": b"Ali\0ce <alice@example.org>",
}.items():
    before_signing(f"identity_{_name}", people(_text), row="42", rule="commit/identity")

before_signing(
    "author_is_not_the_committer",
    lambda raw: raw.replace(b"author Alice", b"author Bob"),
    row="58",
    rule="commit/identity",
)

for _name, _text in {
    "nul": b"\0",
    "escape": b" \x1b[2J",
    "carriage_return": b"\r",
    "tab": b"\t",
    "not_utf8": b" \xff\xfe",
    "right_to_left": "\u202e".encode(),
    "not_normal": "e\u0301".encode(),
    "line_separator": "\u2028".encode(),
    "one_more_word": b" indeed",
}.items():
    row = "41" if _name == "nul" else "42"
    before_signing(f"message_{_name}", said(_text), row=row, rule="commit/message")

before_signing(
    "message_without_last_line_feed",
    lambda raw: raw.removesuffix(b"\n"),
    row="42",
    rule="commit/message",
)
before_signing(
    "message_with_a_second_last_line_feed", lambda r: r + b"\n", row="42", rule="commit/message"
)
before_signing("message_too_long", said(b" long" * 20_000), row="25", rule="commit/message")
before_signing(
    "commit_too_large",
    said(b" long" * 60_000),
    row="70",
    rule="commit/kind",
)
before_signing(
    "trailer_kind",
    lambda r: r.replace(b"Kind: record", b"Kind: trust"),
    row="47",
    rule="trailer/kind",
)
before_signing(
    "trailer_content",
    lambda r: re.sub(rb"Content: sha256:.", b"Content: sha256:x", r),
    row="75",
    rule="trailer/content",
)
before_signing(
    "trailer_missing",
    lambda r: re.sub(rb"Baseline-Previous: [^\n]*\n", b"", r),
    row="46",
    rule="trailer/previous",
)
before_signing(
    "trailer_twice", lambda r: again(r, b"Baseline-Kind:"), row="47", rule="commit/message"
)
before_signing(
    "kind_unknown", lambda r: r.replace(b"\nrecord ", b"\nbless "), row="67", rule="commit/kind"
)
before_signing(
    "kind_of_another_statement",
    lambda r: r.replace(b"\n\nrecord ", b"\n\nretract "),
    row="67",
    rule="path/unexpected",
)
before_signing(
    "subject_of_another_entry",
    lambda r: r.replace(b"record llama/", b"record qwen/"),
    row="67",
    rule="path/unexpected",
)
before_signing(
    "subject_without_an_entry",
    lambda r: re.sub(rb"record llama/[^\n]*", b"record it", r),
    row="67",
    rule="record/subject",
)


@case(row="45", rule="signature/missing")
def not_signed(forge):
    unsigned = re.compile(rb"(?s)gpgsig .*?-----END SSH SIGNATURE-----\n")
    return forge.put(entry(forge), ALICE, raw=lambda raw: unsigned.sub(b"", raw))
