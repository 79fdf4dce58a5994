"""export: folders, Parquet, CSV, JSON lines, OpenMetrics; whole files or none, and repeatable."""

from __future__ import annotations

import csv
import io
import json
import sys

import duckdb
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from gitbaseline import lake

COLUMNS = [
    "registry",
    "registry_id",
    "entry",
    "family",
    "measurement",
    "slug",
    "recorded_at",
    "registered_at",
    "imported_from",
    "tier",
    "standing",
    "status",
    "counts",
    "operator",
    "team",
    "agent",
    "signer",
    "principal",
    "commit",
    "git_sha",
    "git_branch",
    "git_dirty",
    "git_remote",
    "source_path",
    "source_format",
    "source_sha256",
    "cluster",
    "cohort",
    "testbed",
    "context",
    "environment",
    "command",
    "next_lever",
    "sol_pct",
    "notes",
    "extra",
    "metric",
    "headline",
    "value",
    "unit",
    "direction",
    "base_value",
    "base_unit",
    "n",
    "stat",
    "mean",
    "std",
    "min",
    "max",
    "validity",
    "dimensions",
    "samples",
]


@pytest.fixture
def filled(registry, inside, nccl, number, tmp_path):
    """A registry with a scalar, a candidate, one retracted, a set of metrics, samples, odd text."""
    for value in ("1.5", "99"):
        inside("record", "-f", "fam", "-m", "step", "--value", value, "--unit", "ms")
    trials = ("--value", "1.4", "--value", "1.6", "--value", "1.5")
    inside("record", "-f", "fam", "-m", "step", *trials, "--unit", "ms", "--notes", 'a, "b"\nc')
    gone = inside(*number, "--json").json["entry"]
    inside("retract", gone, "--why", "wrong")
    inside("record", "-f", "net", "-m", "nccl", nccl, "--testbed", 'h\\100 "x"')
    inside("record", "-f", "fam", "-m", "points", "--value", "7", "--unit", "points")
    return registry


def rows_of(inside, *words):
    done = inside("export", "--format", "jsonl", *words)
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.text.splitlines()]


def test_folders_hold_the_branch_byte_for_byte(filled, inside, document, tmp_path):
    code, found = document("export", tmp_path / "out")
    assert (code, found["entries"], found["rows"], found["unchanged"]) == (0, 6, 0, 0)
    tree = filled.git("ls-tree", "-r", "--name-only", "baselines").splitlines()
    expected = {path for path in tree if path.count("/") > 1 and not path.startswith(".registry")}
    there = {
        path.relative_to(tmp_path / "out").as_posix(): path.read_bytes()
        for path in (tmp_path / "out").rglob("*")
        if path.is_file()
    }
    assert set(there) == expected
    for path, data in there.items():
        assert filled.run("cat-file", "blob", f"baselines:{path}").stdout == data
    _, again = document("export", tmp_path / "out")
    assert (again["written"], again["unchanged"]) == (0, found["written"])


def test_folders_grow_with_the_registry(filled, inside, document, number, tmp_path):
    document("export", tmp_path / "out")
    inside(*number)
    _, found = document("export", tmp_path / "out")
    assert found["written"] == 2  # the entry and its index
    assert inside("export", tmp_path / "out").text == (
        f"Exported 7 entries to {tmp_path}/out: 0 files written, {found['unchanged'] + 2} unchanged\n"
    )


@pytest.mark.parametrize("name", ["SOURCE.md", "../INDEX.md", "more.txt"])
def test_what_is_not_ours_is_never_overwritten(filled, inside, tmp_path, name):
    inside("export", tmp_path / "out")
    entry = min((tmp_path / "out" / "fam" / "step").glob("*Z"))
    (entry / name).write_text("mine\n")
    done = inside("export", tmp_path / "out", "--json")
    assert (done.code, done.json["error"]["code"]) == (2, "export/differs")
    assert (entry / name).read_text() == "mine\n"


def test_only_some_series(filled, inside, tmp_path):
    assert {row["family"] for row in rows_of(inside, "--series", "net")} == {"net"}
    both = rows_of(inside, "--series", "fam/points", "--series", "net", "--series", "fam/points")
    assert {row["measurement"] for row in both} == {"nccl", "points"}
    assert inside("export", "--format", "csv", "--series", "zzz").code == 2


def test_one_row_for_each_metric(filled, inside):
    rows = rows_of(inside)
    assert [list(row) for row in rows] == [COLUMNS] * len(rows)
    keys = [(r["family"], r["measurement"], r["slug"], r["metric"]) for r in rows]
    assert keys == sorted(keys)
    steps = [row for row in rows if row["measurement"] == "step"]
    by_value = {row["value"]: row for row in steps if row["notes"]}
    assert [row["status"] for row in steps] == ["ok", "candidate", "ok", "retracted"]
    assert [row["counts"] for row in steps] == [True, False, True, False]
    assert [row["standing"] for row in steps] == ["baseline", "candidate", "baseline", "baseline"]
    assert by_value[1.5]["samples"] == [1.4, 1.6, 1.5]
    assert (by_value[1.5]["n"], by_value[1.5]["notes"]) == (3, 'a, "b"\nc')
    assert (steps[0]["base_value"], steps[0]["base_unit"]) == (0.0015, "s")
    key = inside("keys", "list", "--json").json["keys"][0]
    assert {(row["signer"], row["principal"]) for row in rows} == {
        (key["fingerprint"], key["principal"])
    }
    for row in rows:
        shown = inside("show", row["entry"], "--json").json
        assert row["commit"] == shown["commit"]
        assert row["git_sha"] == shown["baseline"]["git"]["sha"]
        assert row["context"] == shown["baseline"]["context"]
        assert row["value"] == shown["baseline"]["metrics"][row["metric"]]["value"]
    assert {row["registry"] for row in rows} == {"demo"}


def test_csv_says_the_same_as_json_lines(filled, inside, tmp_path):
    done = inside("export", "--format", "csv")
    read = list(csv.DictReader(io.StringIO(done.text, newline="")))
    rows = rows_of(inside)
    assert list(read[0]) == COLUMNS
    assert len(read) == len(rows)
    for cells, row in zip(read, rows, strict=True):
        for name, value in row.items():
            if value is None:
                assert cells[name] == ""
            else:
                assert (cells[name] if isinstance(value, str) else json.loads(cells[name])) == value
    assert inside("export", "--format", "csv", tmp_path / "out.csv").code == 0
    assert (tmp_path / "out.csv").read_bytes() == done.out
    assert inside("export", "--format", "csv").out == done.out


def test_parquet_in_hive_partitions(filled, inside, document, tmp_path):
    code, found = document("export", "--format", "parquet", tmp_path / "lake")
    files = sorted(p.relative_to(tmp_path / "lake").as_posix() for p in tmp_path.rglob("*.parquet"))
    assert files == [
        "family=fam/measurement=points/part.parquet",
        "family=fam/measurement=step/part.parquet",
        "family=net/measurement=nccl/part.parquet",
    ]
    rows = rows_of(inside)
    assert (code, found["entries"], found["rows"], found["written"]) == (0, 6, len(rows), 3)
    read = duckdb.sql(
        f"SELECT * FROM read_parquet('{tmp_path}/lake/**/*.parquet', hive_partitioning = true) "
        "ORDER BY family, measurement, slug, metric"
    )
    assert set(read.columns) == set(COLUMNS)
    kinds = dict(zip(read.columns, map(str, read.types), strict=True))
    assert (kinds["value"], kinds["samples"], kinds["recorded_at"], kinds["n"]) == (
        "DOUBLE",
        "DOUBLE[]",
        "TIMESTAMP",
        "BIGINT",
    )
    for got, row in zip(read.fetchall(), rows, strict=True):
        cells = dict(zip(read.columns, map(lake.plain, got), strict=True))
        for name, value in row.items():
            known = cells[name]
            if isinstance(value, dict):
                known = json.loads(known)
            assert known == value, name
    before = {file: (tmp_path / "lake" / file).read_bytes() for file in files}
    _, again = document("export", "--format", "parquet", tmp_path / "lake")
    assert (again["written"], again["unchanged"]) == (0, 3)
    assert {file: (tmp_path / "lake" / file).read_bytes() for file in files} == before
    assert list((tmp_path / "lake").rglob(".*")) == []


def test_openmetrics_is_understood_by_prometheus(filled, inside):
    done = inside("export", "--format", "openmetrics")
    families = {f.name: f for f in text_string_to_metric_families(done.text)}
    rows = rows_of(inside)
    assert sum(len(family.samples) for family in families.values()) == len(rows)
    assert {f.unit for f in families.values()} >= {"seconds", "bytes_per_second", ""}
    (points,) = families["baseline_value"].samples
    assert (points.value, points.labels["unit"], points.labels["measurement"]) == (
        *(7.0, "points"),
        "points",
    )
    seconds = [s for s in families["baseline_seconds"].samples if s.labels["family"] == "fam"]
    assert sorted(s.value for s in seconds if s.labels["status"] == "ok") == [0.0015, 0.0015]
    some = families["baseline_bytes_per_second"].samples[0].labels
    assert some["testbed"] == 'h\\100 "x"'
    assert some["dim_size_bytes"].isdecimal()
    assert inside("export", "--format", "openmetrics").out == done.out


def test_an_empty_registry(registry, inside, tmp_path):
    assert inside("export", "--format", "csv").text.rstrip("\n").split(",") == COLUMNS
    assert inside("export", "--format", "jsonl").text == ""
    assert inside("export", "--format", "openmetrics").text == "# EOF\n"
    assert inside("export", "--format", "parquet", tmp_path / "lake").code == 0
    assert inside("export", tmp_path / "out").code == 0


def test_who_signed_is_unknown_where_history_ends(filled, inside, tmp_path):
    filled.git("config", "uploadpack.allowAnySHA1InWant", "true")
    filled.git(
        *("clone", "-q", "--depth", "1", "--no-single-branch"),
        *(f"file://{filled.path}", str(tmp_path / "shallow")),
    )
    rows = rows_of(inside.at(tmp_path / "shallow"))
    assert len(rows) == len(rows_of(inside))
    assert None in {row["signer"] for row in rows}
    assert [row for row in rows if row["signer"] is None and row["commit"]] == []


def test_a_bad_signature_names_nobody(filled, inside, monkeypatch):
    from gitbaseline.cli.workspace import Workspace
    from gitbaseline.model.signature import BadSignature

    bad = BadSignature(rule="signature/bad", detail="x")
    monkeypatch.setattr(Workspace, "verify", lambda *_: bad)
    rows = rows_of(inside, "--series", "fam/points")
    assert [(row["signer"], row["principal"], row["commit"] is None) for row in rows] == [
        (None, None, False)
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (("--format", "parquet"), 2),
        (("--format", "csv", "--json"), 2),
        (("--format", "csv", "file/out.csv"), 3),
        (("--format", "parquet", "file"), 3),
        (("file",), 3),
    ],
)
def test_a_wrong_place(filled, inside, words, code):
    (filled.path / "file").write_text("x")
    done = inside("export", *words)
    assert (done.code, "Traceback" in done.err) == (code, False)
    assert (filled.path / "file").read_text() == "x"


def test_a_full_disk_leaves_nothing_half_written(filled, inside, monkeypatch, tmp_path):
    from pathlib import Path

    written = Path.write_bytes

    def full(path, data):
        if path.name == "baseline.json":
            raise OSError(28, "No space left on device")
        return written(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        done = inside("export", tmp_path / "out")
    assert (done.code, "No space left on device" in done.err) == (3, True)
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == []
    assert [path.name for path in (tmp_path / "out").rglob(".*")] == []


def test_an_unreadable_folder_is_told(filled, inside, monkeypatch, tmp_path):
    from pathlib import Path

    inside("export", tmp_path / "out")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        done = inside("export", tmp_path / "out")
    assert (done.code, "Permission denied" in done.err) == (3, True)


def test_a_name_that_leads_out_is_refused(filled, inside, monkeypatch, tmp_path):
    from gitbaseline.registry.reader import Reader

    monkeypatch.setattr(Reader, "files", lambda *_: ["../../../../out.txt"])
    monkeypatch.setattr(Reader, "file", lambda *_: b"x")
    done = inside("export", tmp_path / "a" / "b", "--json")
    assert (done.code, done.json["error"]["code"]) == (3, "export/name")
    assert not (tmp_path / "out.txt").exists()


def test_an_interrupted_export_leaves_nothing_half_written(filled, inside, monkeypatch, tmp_path):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(lake, "write_parquet", stop)
    assert inside("export", "--format", "parquet", tmp_path / "lake").code == 130
    assert [path for path in (tmp_path / "lake").rglob("*") if path.is_file()] == []


def test_without_duckdb_the_other_formats_work(filled, inside, document, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert document("export", tmp_path / "out")[0] == 0
    code, found = document("export", "--format", "parquet", tmp_path / "lake")
    assert (code, found["error"]["code"]) == (3, "lake/missing")
    assert found["error"]["hint"] == f"{sys.executable} -m pip install 'duckdb>=2'"
