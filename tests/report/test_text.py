"""Tables, amounts, sparklines: whole values."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.model.baseline import Code, Imported, Lever, SourceKind, TierEvidence
from gitbaseline.model.layout import entry_path
from gitbaseline.model.metric import Direction, Metric, from_samples
from gitbaseline.report import document, text

PATH = entry_path("fam", "step", "20260101T000000Z")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (480.0, "480"),
        (-3.0, "-3"),
        (0.123456789, "0.123457"),
        (1234567.8, "1234568"),
        (1e15, "1e+15"),
        (1.5e15, "1.5e+15"),
        (-123456.7, "-123457"),
        (1e-9, "1e-09"),
        (99999.94, "99999.9"),
    ],
)
def test_amount(value, shown):
    assert text.amount(value) == shown


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (12_345, "12.3 kB"), (5_000_000, "5 MB")],
)
def test_size(count, shown):
    assert text.size(count) == shown


def test_large_sizes():
    assert text.size(7_000_000_000) == "7 GB"
    assert text.size(7_000_000_000_000) == "7e+03 GB"


@pytest.mark.parametrize(
    ("line", "columns"), [("abc", 3), ("\u65e5\u672c", 4), ("e\u0301", 1), ("\uff21b", 3), ("", 0)]
)
def test_width(line, columns):
    assert text.width(line) == columns


def test_table_aligns_wide_and_combining_characters_and_escapes_control():
    rows = [("\u65e5\u672c", "1", "x"), ("e\u0301a", "22", "\x1b[31m\n"), ("plain", "", "")]
    assert text.table(("Name", "N", "Last"), rows, right=frozenset({1})).split("\n") == [
        "Name    N  Last",
        "\u65e5\u672c    1  x",
        "e\u0301a     22  \\x1b[31m\\x0a",
        "plain",
    ]


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (None, ["aa  bbb  cc", " 1  x    y"]),
        (11, ["aa  bbb  cc", " 1  x    y"]),
        (10, ["aa  cc", " 1  y", "without bbb, for which 10 columns are too few"]),
        (5, ["cc", "y", "without aa, bbb, for which 5 columns are too few"]),
        (1, ["cc", "y", "without aa, bbb, for which 1 columns are too few"]),
    ],
)
def test_a_narrow_table_leaves_out_what_can_be_spared(columns, shown):
    rows = [("1", "x", "y")]
    right = frozenset({0})
    table = text.table(("aa", "bbb", "cc"), rows, right=right, columns=columns, spare=(1, 0))
    assert table.split("\n") == shown


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (None, ["  a   one, two, three", "  bb  echo one two three four"]),
        (21, ["  a   one, two, three", "  bb  echo one two three four"]),
        (20, ["  a   one, two,", "      three", "  bb  echo one two three four"]),
        (1, ["  a   one,", "      two,", "      three", "  bb  echo one two three four"]),
    ],
)
def test_facts_go_on_below_where_a_list_is_too_long(columns, shown):
    pairs = [("a", "one, two, three"), ("command", "echo one two three four")]
    shown = [line.replace("  a ", "  a      ").replace("  bb ", "  command ") for line in shown]
    shown = [f"     {line}" if line.startswith("   ") else line for line in shown]
    assert text.facts(pairs, columns and columns + 5).split("\n") == shown


def test_a_sentence_among_facts_goes_on_behind_a_word():
    pairs = [("pin", "unpinned: proves consistency"), ("id", "0123456789012345678")]
    assert text.facts(pairs, 25).split("\n") == [
        "  pin  unpinned: proves",
        "       consistency",
        "  id   0123456789012345678",
    ]


LEVER = "overlap the all-reduce with the backward pass of the last layers"


def test_words_of_a_table_go_on_below():
    rows = [("1", "short", "x"), ("2", LEVER, "y")]
    shown = text.table(("#", "Lever", "By"), rows, right=frozenset({0}), columns=40, words=(1,))
    assert shown.split("\n") == [
        "#  Lever                              By",
        "1  short                              x",
        "2  overlap the all-reduce with the    y",
        "   backward pass of the last layers",
    ]


def test_where_words_have_too_little_room_others_are_left_out_for_them():
    rows = [("a" * 20, LEVER)]
    head = ("Entry", "Lever")
    spared = text.table(head, rows, right=frozenset(), columns=50, spare=(0,), words=(1,))
    assert spared.split("\n") == [
        "Lever",
        "overlap the all-reduce with the backward pass of",
        "the last layers",
        "without Entry, for which 50 columns are too few",
    ]
    kept = text.table(head, rows, right=frozenset(), columns=30, words=(1,))
    assert kept.split("\n")[1] == f"{'a' * 20}  overlap the"
    assert max(map(len, kept.split("\n"))) <= 20 + 2 + 16


@pytest.mark.parametrize(
    ("line", "hang", "shown"),
    [
        ("short", 2, ["short"]),
        ("warning: one two three", 2, ["warning: one", "  two three"]),
        ("  warning: one two", 2, ["  warning:", "    one two"]),
        ("one two three four", 0, ["one two three", "four"]),
        (
            "  git config a 0123456789",
            2,
            ["  git \\", "    config a \\", "    0123456789"],
        ),
        ("hint: git fetch origin", 2, ["hint: git \\", "  fetch \\", "  origin"]),
        ("  git log --grep 'a b'", 2, ["  git log --grep 'a b'"]),
        ('  git log --grep "a b"', 2, ['  git log --grep "a b"']),
        ("0123456789012345678901", 2, ["0123456789012345678901"]),
    ],
)
def test_a_line_is_folded(line, hang, shown):
    assert text.folded(line, 14, hang).split("\n") == shown
    assert text.folded(line, None, hang) == line


@given(st.text(alphabet="ab \u65e5", max_size=60), st.integers(8, 40))
def test_folding_loses_nothing(words, columns):
    line = " ".join(words.split())
    folded = text.folded(line, columns, 0).split("\n")
    assert " ".join(folded) == line
    assert all(text.width(one) <= columns or " " not in one for one in folded)


def test_a_block_is_folded_too():
    shown = text.block("note", ["one two three", "four"], columns=11)
    assert shown == ["", "note:", "  one two\n    three", "  four"]


@pytest.mark.parametrize(
    ("count", "noun", "shown"),
    [
        (1, "entry", "1 entry"),
        (0, "entry", "0 entries"),
        (2, "key", "2 keys"),
        (2, "row", "2 rows"),
    ],
)
def test_counted(count, noun, shown):
    assert text.counted(count, noun) == shown


def test_of_an_import_the_own_time_is_told_first(least):
    old = Imported(origin="asv a.json", registered_at_utc="2020-02-03T04:05:06Z")
    entry = changed(least, imported=old)
    assert facts(entry)["recorded"] == "2020-02-03T04:05:06Z by alice"
    assert facts(entry)["imported"] == "2026-01-01T00:00:00Z from asv a.json"
    assert "imported" not in facts(least)
    assert [text.status_cell(one, "ok") for one in (least, entry)] == ["ok", "ok, imported"]


def test_facts_leave_out_what_is_empty():
    assert (
        text.facts([("a", "1"), ("long", "2\u202e"), ("none", "")]) == "  a     1\n  long  2\\u202e"
    )
    assert text.facts([]) == ""


@pytest.mark.parametrize(
    ("values", "ascii_only", "shown"),
    [
        ([], False, ""),
        ([1, 2, 3], True, "_-#"),
        ([5, 5], False, "\u2585\u2585"),
        ([0, 7], False, "\u2581\u2588"),
        ([3, 1, 2], False, "\u2588\u2581\u2585"),
    ],
)
def test_sparkline(values, ascii_only, shown):
    assert text.sparkline(values, ascii_only=ascii_only) == shown


def test_a_sparkline_has_bars_where_it_is_told():
    assert text.sparkline([1, 1, 3], ascii_only=True, marks=[0, 2, 9]) == "|__|#"


@pytest.mark.parametrize("values", [[-1.7e308, 0.0, 1.7e308], [0.0, 5e-324, 1e-323]])
def test_a_sparkline_of_numbers_near_the_ends_of_the_range(values):
    assert text.sparkline(values, ascii_only=True)[::2] == "_#"


def changed(entry, **changes):
    return replace(entry, **changes)


def facts(entry):
    return {name: said for name, said in text.entry_facts(PATH, entry) if said}


def test_the_least_that_is_known(least):
    assert facts(least) == {
        "value": "1.5 ms, lower is better, DRAFT",
        "recorded": "2026-01-01T00:00:00Z by alice",
        "source": "given by hand (scalar, 4 B, sha256 aaaaaaaaaaaa)",
        "code": "no commit yet",
        "tier": "DRAFT",
        "cite": "fam/step@20260101T000000Z",
    }


def test_all_that_may_be_known(least):
    samples = from_samples((1.0, 2.0, 3.0), unit="ms", direction=Direction.LOWER)
    entry = changed(
        least,
        metrics={"value": samples},
        value=2.0,
        registered_by=changed(least.registered_by, team="perf", agent="robot"),
        source_kind=SourceKind.FILE,
        source_path="run.json",
        redacted=("token",),
        git=Code(sha="b" * 40, dirty=True, branch="main", remote="host/x"),
        environment={"gpu_model": "H100", "os": "Debian", "kernel": None},
        context={
            "parallelism": {"tp": 8},
            "a": {"flag": True, "list": ["x", 1.5, None], "none": None},
        },
        tier_evidence=TierEvidence(missing=("one", "two")),
        next_lever=Lever(lever="fuse"),
        notes="hello",
        capture_command="bench",
    )
    shown = facts(entry)
    assert shown == {
        "value": "2 ms, lower is better, DRAFT",
        "spread": "median of 3, std 1 ms, 1 to 3 ms",
        "recorded": "2026-01-01T00:00:00Z by alice (perf) through robot",
        "source": "run.json (scalar, 4 B, sha256 aaaaaaaaaaaa), redacted: token",
        "code": "bbbbbbbbbbbb on main, uncommitted changes, host/x",
        "command": "bench",
        "context": "flag=true list=x,1.5,null none=null tp=8",
        "machine": "H100, Debian",
        "tier": "DRAFT; for VERDICT it lacks one, two",
        "lever": "fuse",
        "notes": "hello",
        "cite": "fam/step@20260101T000000Z",
    }
    clean = changed(entry, git=Code(sha="b" * 40, dirty=False))
    assert facts(clean)["code"] == "bbbbbbbbbbbb, clean"
    bare = changed(entry, git=Code(sha="b" * 40))
    assert facts(bare)["code"] == "bbbbbbbbbbbb"


def test_many_metrics(least):
    metrics = {
        "a": Metric(value=1.0, unit="ms", direction=Direction.LOWER),
        "b": from_samples((1.0, 3.0), unit="W", direction=Direction.TWO_SIDED),
    }
    entry = changed(least, metrics=metrics, value=None, unit=None, direction=None)
    assert text.value_cells(entry) == ("(2 metrics)", "", "")
    assert text.value_cells(least) == ("1.5", "ms", "lower")
    assert "spread" not in facts(entry)
    headed = changed(entry, metrics={**metrics, "b": changed(metrics["b"], headline=True)})
    assert text.value_cells(headed) == ("2", "W", "two-sided")
    assert text.metrics_table(headed, 1).split("\n") == [
        "Metric  Value  Unit  Better     n      Std  Validity",
        "b           2  W     two-sided  2  1.41421  unchecked",
        "and 1 more; --json shows all",
    ]
    assert len(text.metrics_table(headed, 2).split("\n")) == 3


def test_documents(least):
    row = document.summary(PATH, least, "ok")
    assert (row["metric"], row["value"], row["unit"], row["direction"]) == (
        "value",
        1.5,
        "ms",
        "lower-is-better",
    )
    bare = Metric(value=1.0, unit="x", direction=Direction.UNKNOWN)
    several = changed(least, metrics={"a": bare, "b": bare}, value=None, unit=None, direction=None)
    row = document.summary(PATH, several, "candidate")
    assert (row["metric"], row["value"], row["metrics"], row["status"]) == (
        None,
        None,
        2,
        "candidate",
    )
    assert document.envelope("x", {"a": 1}) == {
        "tool": "perf_baseline_x",
        "verb": "x",
        "schema": "git-baseline/x/1",
        "a": 1,
    }
