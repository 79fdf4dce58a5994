from __future__ import annotations

import re
from dataclasses import fields, replace

import pytest

from gitbaseline.model import baseline as b
from gitbaseline.model import documents
from gitbaseline.model.layout import readme
from gitbaseline.model.metric import Metric


def test_source_md_of_an_entry_with_everything(full, path, datadir):
    assert documents.source_md(path, full) == (datadir / "full.md").read_bytes()


def test_source_md_of_an_entry_with_nothing(least, path, datadir):
    assert documents.source_md(path, least) == (datadir / "least.md").read_bytes()


def test_the_page_for_people(datadir):
    assert readme("0123456789abcdef" * 2) == (datadir / "README.md").read_bytes()


def test_an_index(least, full, path, datadir):
    unmarked = {key: replace(m, headline=False) for key, m in full.metrics.items()}
    rows = [
        documents.entry_row(path, least),
        documents.entry_row(path, full),
        documents.entry_row(path, replace(full, metrics=unmarked, standing=b.Standing.BASELINE)),
        documents.event_row("2026-05-21T08:00:00Z", path, "retracted", "bob", "wrong | driver"),
    ]
    index = b""
    for count, row in enumerate(rows):
        assert documents.rows_in(index) == count
        index = documents.index_after(index, "llama31_8b/nccl_busbw", row)
    assert index == (datadir / "INDEX.md").read_bytes()


def test_a_dirty_work_tree_and_an_unknown_one_are_told(full, path):
    def code(dirty):
        page = documents.source_md(path, replace(full, git=replace(full.git, dirty=dirty)))
        return re.search(rb"- Code: (.*)", page)[1].decode()

    sha = "34" * 20
    assert code(True) == f"{sha} with uncommitted changes, branch main"
    assert code(False) == f"{sha}, clean, branch main"
    assert code(None) == f"{sha}, branch main"


def test_many_metrics_are_shown_in_part(least, path):
    one = least.metrics["value"]
    metrics = {f"m{i:03}": one for i in range(43)}
    page = documents.source_md(
        path, replace(least, metrics=metrics, value=None, unit=None, direction=None)
    ).decode()
    assert page.count("| m0") == 40
    assert "\nand 3 more in `baseline.json`.\n" in page


EVIL = [
    "a|b",
    "<script>x</script>",
    "`code`",
    "[x](http://evil)",
    "![x](y)",
    "\x1b[31mred",
    "\x9b31m",
    "a\u202eb",
    "a\u200bb",
    "a\u2028b",
    "x\n| forged | row |",
    "x\n\n# heading",
    "x\r\n- item",
    "&#124; &lt;",
    "\\| x",
    "*b* _i_ ~s~",
    "$m$",
]
WORDS = {
    "source_path": str,
    "source_format": str,
    "cluster": str,
    "cohort": str,
    "testbed": str,
    "continues": str,
    "supersedes": str,
    "accepts": str,
    "notes": str,
    "prompt": str,
    "capture_command": str,
    "schema_path": str,
    "unit": None,
    "registered_by": lambda t: b.Registrant(operator_user=t, team=t, agent=t),
    "recorder": lambda t: b.Recorder(name=t, version=t),
    "workstation": lambda t: b.Workstation(hostname=t, uname=t),
    "git": lambda t: b.Code(sha="34" * 20, branch=t, remote=t),
    "redacted": lambda t: (t,),
    "imported": lambda t: b.Imported(origin=t, registered_at_utc="2026-05-20T10:11:12Z"),
    "next_lever": lambda t: b.Lever(lever=t),
    "environment": lambda t: {t: t},
    "context": lambda t: {t: {t: [t, 1]}},
    "tier_evidence": lambda t: b.TierEvidence(missing=(t,)),
    "sol": lambda t: b.SpeedOfLight(
        pct=1, ceiling_key=t, ceiling_value=1, ceiling_unit=t, ceiling_source=t, rigor=t
    ),
    "metrics": lambda t: {
        t: Metric(value=1, unit=t, direction="unknown", stat=t, headline=True),
        "other": Metric(value=1, unit="s", direction="unknown"),
    },
}
VERBATIM = {"notes", "prompt", "capture_command"}  # stand in indented blocks, line by line


@pytest.mark.parametrize("name", [name for name, make in WORDS.items() if make])
@pytest.mark.parametrize("evil", EVIL)
def test_no_field_leaves_its_line_or_cell(full, path, name, evil):
    """The page has the lines it has with a harmless word, and nothing in them is Markdown."""
    harmless = documents.source_md(path, replace(full, **{name: WORDS[name]("word")})).decode()
    page = documents.source_md(path, replace(full, **{name: WORDS[name](evil)})).decode()
    if name in VERBATIM:
        kept = [line for line in page.split("\n") if not line.startswith("    ")]
        assert [line for line in kept if line] == [
            line for line in harmless.split("\n") if line and not line.startswith("    ")
        ]
        return
    lines, plain = page.split("\n"), harmless.split("\n")
    assert len(lines) == len(plain)
    for line, before in zip(lines, plain, strict=True):
        if line != before:
            assert not re.search(r"[<>`\[\]!*~$\\\x00-\x1f\x7f-\x9f\u200b\u2028\u202e]", line), line
            assert line.count("|") == before.count("|")
            assert not re.search(r"&(?!#[0-9]+;)", line)


@pytest.mark.parametrize("evil", EVIL)
def test_no_field_leaves_its_cell_of_an_index(least, path, evil):
    metric = replace(least.metrics["value"], unit=evil)
    entry = replace(
        least,
        metrics={"value": metric},
        unit=evil,
        notes=evil,
        registered_by=b.Registrant(operator_user=evil),
    )
    for row in (
        documents.entry_row(path, entry),
        documents.event_row("2026-05-21T08:00:00Z", path, "retracted", evil, evil),
    ):
        assert row.count("\n") == 1
        assert row.endswith(" |\n")
        assert row.count("|") == 9
        link = f"[{path.slug}]({path.slug}/)"
        assert not re.search(
            r"[<>`\[\]!*~$\\\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", row.replace(link, "")
        )


def test_every_field_with_words_was_tried():
    texts = {f.name for f in fields(b.Baseline)} - {
        "family", "measurement", "source_sha256", "source_bytes", "source_kind", "snapshot_sha256",
        "registered_at_utc", "value", "direction", "allowed_secrets", "schema_sha256",
        "captured_at_utc", "tier", "standing", "judged", "harness_sha256", "artifact_sha256",
        "idempotency_key", "extra",
    }  # fmt: skip
    assert set(WORDS) == texts


def test_an_index_of_the_longest_rows_fits_the_limit(least, path):
    from gitbaseline.policy.series import INDEX_LIMIT

    worst = "\U000e007f" * 100
    metric = replace(least.metrics["value"], unit=worst, value=-1.2345678901234567e-300)
    entry = replace(
        least,
        metrics={"value": metric},
        notes=worst,
        registered_by=b.Registrant(operator_user=worst),
        standing=b.Standing.CANDIDATE,
        tier=b.Tier.VERDICT,
    )
    row = documents.entry_row(path, entry)
    longest = documents.index_after(b"", "f" * 64 + "/" + "m" * 70, row * documents.ROWS)
    assert len(longest) < INDEX_LIMIT


def test_no_row_is_shorter_than_the_shortest(path):
    row = documents.event_row("2026-05-20T10:11:12Z", path, "x", "", "")
    assert len(str(path.slug)) == len("20260520T101112Z")
    assert len(row) == documents.SHORTEST_ROW + len("x ")
