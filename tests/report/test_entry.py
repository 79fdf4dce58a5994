"""An entry for people: whole values."""

from __future__ import annotations

from dataclasses import replace

from gitbaseline.model.baseline import Code, Imported, Lever, SourceKind, TierEvidence
from gitbaseline.model.layout import entry_path
from gitbaseline.model.metric import Direction, Metric, from_samples
from gitbaseline.report.entry import entry_facts, status_cell, value_cells
from gitbaseline.report.metrics import metrics_table

PATH = entry_path("fam", "step", "20260101T000000Z")


def test_of_an_import_the_own_time_is_told_first(least):
    old = Imported(origin="asv a.json", registered_at_utc="2020-02-03T04:05:06Z")
    entry = changed(least, imported=old)
    assert facts(entry)["recorded"] == "2020-02-03T04:05:06Z by alice"
    assert facts(entry)["imported"] == "2026-01-01T00:00:00Z from asv a.json"
    assert "imported" not in facts(least)
    assert [status_cell(one, "ok") for one in (least, entry)] == ["ok", "ok, imported"]


def changed(entry, **changes):
    return replace(entry, **changes)


def facts(entry):
    return {name: said for name, said in entry_facts(PATH, entry) if said}


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


def test_what_else_an_entry_carries_closes_no_lever(least):
    assert "closes" not in facts(changed(least, extra={"other": 1}))


def test_many_metrics(least):
    metrics = {
        "a": Metric(value=1.0, unit="ms", direction=Direction.LOWER),
        "b": from_samples((1.0, 3.0), unit="W", direction=Direction.TWO_SIDED),
    }
    entry = changed(least, metrics=metrics, value=None, unit=None, direction=None)
    assert value_cells(entry) == ("(2 metrics)", "", "")
    assert value_cells(least) == ("1.5", "ms", "lower")
    assert "spread" not in facts(entry)
    headed = changed(entry, metrics={**metrics, "b": changed(metrics["b"], headline=True)})
    assert value_cells(headed) == ("2", "W", "two-sided")
    assert metrics_table(headed, 1).split("\n") == [
        "Metric  Value  Unit  Better     n      Std  Validity",
        "b           2  W     two-sided  2  1.41421  unchecked",
        "and 1 more; --json shows all",
    ]
    assert len(metrics_table(headed, 2).split("\n")) == 3
