"""import: other stores become signed entries with their original times."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from gitbaseline.errors import Unable
from gitbaseline.registry import importing
from gitbaseline.signing import sshsig
from gitbaseline.signing.private import generate
from gitbaseline.store import Store

FORMATS = Path(__file__).parents[1] / "formats" / "data"
SHA = "0123456789abcdef0123456789abcdef01234567"


def older(top, *, time="20260520T101112Z", names=("fam", "step"), snapshot=b"log\n", **fields):
    """Write one entry of an older tool and return its folder."""
    folder = top.joinpath(*names, time)
    folder.mkdir(parents=True)
    document = {
        "value": 1.5,
        "unit": "ms",
        "profile_and_optimize_sha": SHA,
        "source_path": "run.log",
        "registered_by": {"operator_user": "alice"},
        **fields,
    }
    kept = {key: value for key, value in document.items() if value is not ...}
    (folder / "baseline.json").write_text(json.dumps(kept))
    if snapshot is not None:
        (folder / "source-snapshot.log").write_bytes(snapshot)
    return folder


@pytest.fixture
def shown(inside):
    """Return the baseline of an entry."""

    def shown(reference):
        done = inside("show", reference, "--json")
        assert done.code == 0, done.err
        return done.json["baseline"]

    return shown


def test_a_hundred_older_entries_there_and_back(
    registry, inside, document, older_folders, tmp_path
):
    before = older_folders.write(tmp_path / "experiments/artifacts/perf-baselines", 100)
    code, first = document("import", tmp_path)
    assert (code, len(first["imported"]), first["refused"]) == (0, 100, [])
    assert registry.count() == 101
    times = [one["registered_at_utc"] for one in first["imported"]]
    assert times == sorted(times)
    assert {one["entry"] for one in first["imported"]} == set(before)
    assert inside("verify", "--full").code == 0
    assert inside("export", tmp_path / "out").code == 0
    for entry, snapshot in before.items():
        for name, data in snapshot.items():
            assert (tmp_path / "out" / entry / name).read_bytes() == data, entry
    tip = registry.tip()
    code, second = document("import", tmp_path)
    assert (code, len(second["imported"]), len(second["present"])) == (0, 0, 100)
    assert sorted(one["entry"] for one in second["present"]) == sorted(before)
    assert registry.tip() == tip


def test_what_an_entry_keeps(registry, inside, shown, tmp_path):
    folder = older(
        tmp_path,
        names=("Fam 1", "step"),
        direction="lower_is_better",
        registered_at_utc="2026-05-20T10:11:12Z",
        tier="VERDICT",
        cluster="east",
        captured_at="2026-05-20T09:00:00+02:00",
        command="make bench",
        prompt="measure it",
        notes="quiet machine",
        hostname="node7",
        context={"identity": {"model": "m", "deep": {"a": 1}}, "tp": 8, "nodes": ["a", "b"]},
        environment={"gpu_model": "H100", "flags": {"x": 1}},
        next_lever={"lever": "fuse", "unlock": "5 %", "why": "idle"},
        extra={"own": [1, "cafe\u0301"]},
        mystery={"a": [1, None]},
        sol_pct=80,
    )
    (folder / "SOURCE.md").write_text("# by hand\n")
    (folder / "plot.png").write_bytes(b"png")
    done = inside("import", tmp_path)
    assert done.code == 0, done.err
    assert "warning: the family 'Fam 1' becomes 'fam_1' (1 entry)" in done.err
    assert "warning: plot.png beside it is left out (1 entry)" in done.err
    assert "it was no DRAFT there" in done.err
    found = shown("fam_1/step")
    assert found["imported"] == {
        "from": "perf-baselines/Fam 1/step/20260520T101112Z",
        "registered_at_utc": "2026-05-20T10:11:12Z",
    }
    assert found["registered_at_utc"] > "2026-06"
    assert found["value"] == 1.5
    assert found["direction"] == "lower-is-better"
    assert found["git"]["sha"] == SHA
    assert found["tier"] == "DRAFT"
    assert found["cluster"] == "east"
    assert found["captured_at_utc"] == "2026-05-20T07:00:00Z"
    assert found["capture_command"] == "make bench"
    assert found["prompt"] == "measure it"
    assert found["notes"] == "quiet machine"
    assert found["workstation"] == {"hostname": "node7", "uname": "unknown"}
    assert found["registered_by"] == {"agent": None, "operator_user": "alice", "team": None}
    assert found["context"] == {
        "identity": {"model": "m"},
        "other": {"tp": 8, "nodes": ["a", "b"]},
    }
    assert found["environment"] == {"gpu_model": "H100"}
    assert found["next_lever"] == {
        "lever": "fuse",
        "expected_unlock": "5 %",
        "gate": None,
        "cost": None,
    }
    assert found["extra"] == {
        "own": [1, "caf\u00e9"],
        "imported": {
            "SOURCE.md": "# by hand",
            "context": {"identity": {"deep": {"a": 1}}},
            "environment": {"flags": {"x": 1}},
            "family_folder": "Fam 1",
            "mystery": {"a": [1, None]},
            "next_lever": {"why": "idle"},
            "sol_pct": 80,
            "tier": "VERDICT",
        },
    }
    assert inside("verify").code == 0


def test_history_is_by_the_original_time_and_held_to_nothing(registry, inside, tmp_path):
    for day, value in ((20, 1.0), (21, 90.0), (22, 1.0)):
        older(tmp_path, time=f"202605{day}T000000Z", value=value)
    assert inside("import", tmp_path).code == 0
    rows = inside("log", "fam/step", "--since", "2026-05-21", "--json").json["entries"]
    assert [(row["slug"], row["status"]) for row in rows] == [
        ("20260522T000000Z", "ok"),
        ("20260521T000000Z", "ok"),
    ]


def test_bad_entries_are_told_and_the_others_go_on(registry, document, tmp_path):
    older(tmp_path)
    bad = {
        "20260101T000000Z": {"snapshot": None},
        "20260102T000000Z": {"source_sha256": "0" * 64},
        "20260103T000000Z": {"value": ...},
        "20260104T000000Z": {"metrics": {"a": {"value": 1, "validity": "invalid"}}},
        "29990101T000000Z": {},
        "20260106T000000Z": {"extra": {"a\u202e": 1}},
    }
    for time, fields in bad.items():
        older(tmp_path, time=time, **fields)
    broken = older(tmp_path, time="20260107T000000Z")
    (broken / "baseline.json").write_text("{")
    unfinished = older(tmp_path, time="20260108T000000Z")
    (unfinished / "baseline.json").unlink()
    a_list = older(tmp_path, time="20260109T000000Z")
    (a_list / "baseline.json").write_text("[]")
    timeless = older(tmp_path, time="latest")
    pointer = older(tmp_path, time="20260110T000000Z")
    (pointer / "source-snapshot.log").rename(pointer / "source-snapshot.lfs.log")
    secret = older(
        tmp_path, time="20260111T000000Z", snapshot=b'{"generated_texts": ["private words"]}\n'
    )
    code, found = document("import", tmp_path)
    assert code == 2
    assert [one["entry"] for one in found["imported"]] == ["fam/step/20260520T101112Z"]
    refused = {Path(one["where"]).name: (one["code"], one["message"]) for one in found["refused"]}
    assert {name: code for name, (code, _) in refused.items()} == {
        "20260101T000000Z": "import/snapshot",
        "20260102T000000Z": "import/digest",
        "20260103T000000Z": "import/number",
        "20260104T000000Z": "baseline/invalid",
        "29990101T000000Z": "import/time",
        "20260106T000000Z": "record/field",
        "20260107T000000Z": "import/json",
        "20260108T000000Z": "source/none",
        "20260109T000000Z": "import/json",
        timeless.name: "import/time",
        pointer.name: "import/snapshot",
        secret.name: "secret/found",
    }
    assert "private words" not in refused[secret.name][1]
    assert registry.count() == 2


def test_redacted_and_allowed(registry, inside, document, shown, tmp_path):
    older(tmp_path, snapshot=b'{"generated_texts": ["private words"], "a": 1}\n')
    _, found = document("import", tmp_path)
    fingerprint = found["refused"][0]["message"].partition("fingerprint ")[2].partition(")")[0]
    assert document("import", tmp_path, "--redact", "--dry-run")[0] == 0
    assert document("import", tmp_path, "--allow-secret", fingerprint, "--dry-run")[0] == 0
    assert document("import", tmp_path, "--redact")[0] == 0
    assert shown("fam/step")["redacted"] == ["generated_texts"]
    assert inside("show", "fam/step", "--snapshot").out == b'{ "a": 1}\n'
    assert inside("verify").code == 0


def test_a_dry_run_changes_nothing(registry, inside, document, older_folders, tmp_path):
    before = older_folders.write(tmp_path / "old", 50)
    tip, frozen = registry.tip(), registry.frozen()
    code, found = document("import", "--dry-run", tmp_path / "old")
    assert (code, found["dry_run"], {one["commit"] for one in found["imported"]}) == (
        *(0, True),
        {None},
    )
    assert {one["entry"] for one in found["imported"]} == set(before)
    assert (registry.tip(), registry.frozen()) == (tip, frozen)
    done = inside("import", "--dry-run", tmp_path / "old")
    assert done.text.splitlines()[-1] == ("Would import 50 entries")


def test_a_short_commit_is_looked_up(registry, shown, inside, tmp_path):
    head = registry.git("rev-parse", "HEAD")
    older(tmp_path, profile_and_optimize_sha=head[:9])
    older(tmp_path, names=("fam", "none"), profile_and_optimize_sha="fffffffff")
    done = inside("import", tmp_path)
    assert shown("fam/step")["git"]["sha"] == head
    assert shown("fam/none")["git"]["sha"] == "0" * 40
    assert shown("fam/none")["extra"]["imported"] == {"profile_and_optimize_sha": "fffffffff"}
    assert "names no commit that is known here" in done.err


def test_an_entry_without_a_number_is_read_from_its_snapshot(registry, shown, inside, tmp_path):
    data = b'{"lat_ms": 4.5, "size": 3}\n'
    older(tmp_path, value=..., snapshot=data, source_path="out.json")
    older(tmp_path, names=("fam", "named"), value=..., snapshot=data, source_format="json")
    older(tmp_path, names=("fam", "odd"), value=..., snapshot=data, source_format="of-yore")
    assert inside("import", tmp_path).code == 0
    for name in ("step", "named", "odd"):
        found = shown(f"fam/{name}")
        assert (found["source_format"], found["metrics"]["lat_ms"]["value"]) == ("json", 4.5)
    assert shown("fam/step")["extra"]["imported"] == {"unit": "ms"}


def test_a_folder_whose_digest_was_counted_otherwise(registry, shown, inside, tmp_path):
    folder = older(tmp_path, snapshot=None, source_sha256="0" * 64)
    (folder / "source-snapshot").mkdir()
    (folder / "source-snapshot" / "a.txt").write_text("a")
    assert inside("import", tmp_path).code == 0
    found = shown("fam/step")
    assert found["source_kind"] == "directory"
    assert found["extra"]["imported"] == {"source_sha256": "0" * 64}


def test_a_size_that_is_not_its_own_is_refused(registry, document, tmp_path):
    older(tmp_path, source_bytes=4)
    older(tmp_path, time="20260521T000000Z", source_bytes=5)
    _, found = document("import", tmp_path)
    assert (len(found["imported"]), found["refused"][0]["code"]) == (1, "import/digest")


@pytest.mark.parametrize("page", [b"", b"\xff", b"\x1b[31m"])
def test_a_page_that_is_no_text_costs_no_entry(registry, document, shown, tmp_path, page):
    (older(tmp_path) / "SOURCE.md").write_bytes(page)
    code, found = document("import", tmp_path)
    assert (code, len(found["imported"]), shown("fam/step")["extra"]) == (0, 1, {})
    told = ["SOURCE.md is no text that can be kept"]
    assert found["imported"][0]["warnings"] == told


def test_what_an_export_left_when_it_was_killed_is_no_entry(registry, document, tmp_path):
    folder = older(tmp_path)
    shutil.copytree(folder, folder.with_name(".20260520T101112Z.123"))
    assert len(document("import", tmp_path)[1]["imported"]) == 1


def test_a_snapshot_without_a_path(registry, shown, inside, tmp_path):
    older(tmp_path, source_path=...)
    assert inside("import", tmp_path).code == 0
    assert shown("fam/step")["source_path"] == "source-snapshot.log"


def test_names_that_would_become_one_are_refused(registry, document, tmp_path):
    older(tmp_path, names=("NCCL", "a"))
    older(tmp_path, names=("nccl", "a"))
    older(tmp_path, names=("nccl", "\u4e2d"))
    code, found = document("import", tmp_path)
    assert (code, len(found["imported"])) == (2, 1)
    assert {one["code"] for one in found["refused"]} == {"import/name"}
    assert len(found["refused"]) == 2


def test_one_entry_or_a_measurement_by_its_own_path(registry, document, tmp_path):
    folder = older(tmp_path)
    older(tmp_path, time="20260521T101112Z")
    assert len(document("import", folder)[1]["imported"]) == 1
    assert len(document("import", folder.parent)[1]["imported"]) == 1


# of another registry


@pytest.fixture
def exported(registry, inside, number, make_repo, tmp_path):
    """A registry's export, and another registry, empty, to import into."""
    inside(*number, "--idempotency-key", "k")
    inside(*number, "--value", "99")  # a candidate
    inside(*number, "--value", "98")
    accepted = inside("list", "fam/step", "--json").json["entries"][0]["entry"]
    inside("accept", accepted, "--why", "known")
    gone = inside(*number, "--value", "1.4", "--json").json["entry"]
    inside("retract", gone, "--why", "wrong")
    (tmp_path / "own.json").write_text('{"a_ms": 1}')
    (tmp_path / "schema.json").write_text('{"type": "object"}')
    inside("record", "-f", "fam", tmp_path / "own.json", "--schema", tmp_path / "schema.json")
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir" / "b.json").write_text('{"b_ms": 1}')
    inside("record", "-f", "fam", "-m", "dir", tmp_path / "dir")
    assert inside("export", tmp_path / "out").code == 0
    other = make_repo(tmp_path / "other")
    other.commit("first")
    there = inside.at(other.path)
    assert there("init").code == 0
    return tmp_path / "out", there


def test_an_export_comes_into_another_registry(exported, inside):
    out, there = exported
    assert there("import", out).code == 0
    assert there("verify").code == 0
    ours, theirs = (run("list", "--all", "--json").json["entries"] for run in (inside, there))
    assert len(theirs) == len(ours) - 1  # the retracted one
    kept = {one["entry"]: one for one in ours}
    for one in theirs:
        was = kept[one["entry"]]
        assert one["registered_at_utc"] >= was["registered_at_utc"] == one["recorded_at_utc"]
        assert (was["imported_from"], one["imported_from"]) == (
            None,
            f"perf-baselines/{one['entry']}",
        )
        new = {name: one[name] for name in ("registered_at_utc", "imported_from")}
        assert one == was | new
    assert sorted(one["status"] for one in theirs) == ["candidate", "ok", "ok", "ok", "ok"]
    for entry in kept:
        was = inside("show", entry, "--json").json
        if was["status"] == "retracted":
            continue
        now = there("show", entry, "--json").json
        assert now["files"] == was["files"]
        changed = {k for k, v in was["baseline"].items() if now["baseline"][k] != v}
        assert changed <= {"imported", "registered_at_utc", "standing"}
        assert inside("show", entry, "--snapshot").out == there("show", entry, "--snapshot").out
    tip = there("list", "--json").json["tip"]
    again = there("import", out, "--json").json
    assert (len(again["present"]), len(again["withdrawn"])) == (5, 1)
    assert there("list", "--json").json["tip"] == tip


def test_into_the_same_registry_it_is_all_there(exported, inside, registry):
    out, _ = exported
    tip = registry.tip()
    found = inside("import", out, "--json").json
    assert (found["imported"], len(found["present"]), registry.tip()) == ([], 5, tip)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda folder: (folder / "source-snapshot.txt").write_text("2\n"), "snapshot/digest"),
        (lambda folder: (folder / "source-snapshot.txt").unlink(), "source/none"),
        (
            lambda folder: (folder / "source-snapshot.txt").rename(
                folder / "source-snapshot.lfs.txt"
            ),
            "import/snapshot",
        ),
        (lambda folder: folder.rename(folder.with_name("20200101T000000Z")), None),
        (
            lambda folder: (folder / "baseline.json").write_text(
                (folder / "baseline.json").read_text().replace('"fam"', '"other"')
            ),
            "import/name",
        ),
        (
            lambda folder: (folder / "baseline.json").write_text(
                (folder / "baseline.json").read_text().replace('"tier"', '"tire"')
            ),
            "import/json",
        ),
    ],
)
def test_a_spoiled_export_is_refused(exported, spoil, code):
    out, there = exported
    folder = min((out / "fam" / "step").glob("*Z*/"))
    spoil(folder)
    done = there("import", out, "--json")
    assert [one["code"] for one in done.json["refused"]] == ([code] if code else [])


def test_a_redacted_import_of_an_export(registry, inside, make_repo, tmp_path):
    (tmp_path / "own.json").write_text('{"a_ms": 1, "generated_texts": ["private words"]}')
    refused = inside("record", "-f", "fam", tmp_path / "own.json", "--json")
    fingerprint = refused.json["error"]["message"].partition("fingerprint ")[2].partition(")")[0]
    inside("record", "-f", "fam", tmp_path / "own.json", "--allow-secret", fingerprint)
    assert inside("export", tmp_path / "out").code == 0
    for name, words in (("kept", ()), ("cut", ("--redact",))):
        other = make_repo(tmp_path / name)
        other.commit("first")
        there = inside.at(other.path)
        there("init")
        assert there("import", tmp_path / "out", *words).code == 0
        shown = there("show", "fam", "--json").json["baseline"]
        assert (shown["allowed_secrets"], shown["redacted"]) == ([fingerprint], [])
    other = make_repo(tmp_path / "strict")  # whose scanner finds what the first one's did not
    other.commit("first")
    there = inside.at(other.path)
    there("init")
    (file,) = (tmp_path / "out").rglob("baseline.json")
    file.write_text(file.read_text().replace(f'[\n    "{fingerprint}"\n  ]', "[]"))
    assert there("import", tmp_path / "out").code == 2
    assert there("import", tmp_path / "out", "--redact").code == 0
    shown = there("show", "fam", "--json").json["baseline"]
    assert (shown["allowed_secrets"], shown["redacted"]) == ([], ["generated_texts"])
    assert there("verify").code == 0


# histories of other tools


@pytest.fixture
def storage(tmp_path):
    """A pytest-benchmark storage of three runs, one unreadable."""
    folder = tmp_path / ".benchmarks" / "Linux-CPython-3.11-64bit"
    folder.mkdir(parents=True)
    document = json.loads((FORMATS / "pytest_benchmark.json").read_text())
    for number, day in enumerate(("03", "04"), 1):
        document["datetime"] = f"2026-03-{day}T05:06:07.890123"
        document["machine_info"]["node"] = "box7"
        document["commit_info"]["branch"] = "main" if number == 1 else "(detached head)"
        (folder / f"000{number}_run.json").write_text(json.dumps(document))
    (folder / "0003_run.json").write_text('{"other": 1}')
    del document["datetime"]
    (folder / "0004_run.json").write_text(json.dumps(document))
    document["commit_info"] = {"id": "unknown", "time": "2026-03-05T00:00:00+01:00"}
    (folder / "0005_run.json").write_text(json.dumps(document))
    return tmp_path


def test_a_pytest_benchmark_storage(registry, document, shown, inside, storage):
    code, found = document("import", "-f", "mylib", storage)
    assert (code, {one["code"] for one in found["refused"]}) == (
        2,
        {"secret/found", "import/format", "import/time"},
    )
    code, found = document("import", "-f", "mylib", "--redact", storage)
    assert [(one["entry"], one["registered_at_utc"]) for one in found["imported"]] == [
        ("mylib/pytest-benchmark/20260303T050607Z", "2026-03-03T05:06:07Z"),
        ("mylib/pytest-benchmark/20260304T050607Z", "2026-03-04T05:06:07Z"),
        ("mylib/pytest-benchmark/20260304T230000Z", "2026-03-04T23:00:00Z"),
    ]
    first = shown("mylib/pytest-benchmark@20260303")
    assert first["imported"]["from"] == ("pytest-benchmark Linux-CPython-3.11-64bit/0001_run.json")
    assert first["git"] == {"branch": "main", "dirty": False, "remote": None, "sha": SHA}
    assert first["metrics"]["tests/test_sort.py::test_sort[100].time"]["n"] == 4
    assert shown("mylib/pytest-benchmark@20260304T05")["git"]["branch"] is None
    assert shown("mylib/pytest-benchmark@20260304T23")["git"]["sha"] == "0" * 40
    assert b"box7" not in inside("show", "mylib/pytest-benchmark", "--snapshot").out
    assert len(document("import", "-f", "mylib", "--redact", storage)[1]["present"]) == 3


def test_one_file_or_folder_of_a_storage(registry, document, storage, tmp_path):
    folder = storage / ".benchmarks" / "Linux-CPython-3.11-64bit"
    words = ("import", "--redact", "-m", "suite")
    assert len(document(*words, folder / "0001_run.json")[1]["imported"]) == 1
    found = document(*words, folder)[1]
    assert (len(found["imported"]), len(found["present"])) == (2, 1)
    assert found["imported"][0]["entry"].startswith("demo/suite/")


@pytest.fixture
def results(tmp_path):
    """The results of asv, of two commits on one machine; one benchmark failed."""
    top = tmp_path / "project" / ".asv" / "results"
    (top / "box").mkdir(parents=True)
    shutil.copy(FORMATS / "asv_benchmarks.json", top / "benchmarks.json")
    (top / "box" / "machine.json").write_text("{}")
    text = (FORMATS / "asv.json").read_text()
    (top / "box" / "01234567-env.json").write_text(text)
    later = text.replace(SHA, "f" * 40).replace("17726007", "17726999")
    later = later.replace("[[12], [],", "[null, [],").replace("0.5, NaN", "null, NaN")
    (top / "box" / "ffffffff-env.json").write_text(later)
    (top / "box" / "odd-env.json").write_text('{"a": 1}')
    (top / "box" / "old-env.json").write_text(
        '{"result_columns": [], "commit_hash": "x", "results": {}}'
    )
    return tmp_path / "project"


def test_the_results_of_asv(registry, document, shown, inside, results):
    code, found = document("import", "-f", "mylib", results)
    assert (code, sorted(one["code"] for one in found["refused"])) == (
        2,
        ["import/format", "import/time"],
    )
    assert [one["registered_at_utc"] for one in found["imported"]] == [
        "2026-03-04T05:06:09Z",
        "2026-03-05T08:39:29Z",
    ]
    assert [one["warnings"] for one in found["imported"]] == [
        [],
        ["2 results in it failed and are left out"],
    ]
    first, second = (shown(f"mylib/asv@2026030{day}") for day in (4, 5))
    assert (first["git"]["sha"], second["git"]["sha"]) == (SHA, "f" * 40)
    assert first["metrics"]["sort.track_swaps.value"]["unit"] == "count"
    assert "sort.track_swaps.value" not in second["metrics"]
    assert first["source_kind"] == "directory"
    assert first["imported"]["from"] == "asv box/01234567-env.json"
    only = results / ".asv" / "results" / "box" / "01234567-env.json"
    assert document("import", only)[1]["error"]["code"] == "import/none"
    # benchmarks.json grows with the project; what was imported stays known
    units = results / ".asv" / "results" / "benchmarks.json"
    units.write_text(units.read_text().replace('"version": 2', '"version": 2, "new": {}'))
    assert len(document("import", "-f", "mylib", results)[1]["present"]) == 2
    assert inside("verify").code == 0


@pytest.fixture
def page(tmp_path):
    """A page of github-action-benchmark with two suites."""
    commit = {"id": SHA, "author": {"email": "a@example.org"}, "timestamp": "2026-03-04T00:00:00Z"}
    bench = {"name": "fib", "value": 255, "range": "+/- 32", "unit": "ns/iter"}
    run = {"commit": commit, "date": 1772600768000, "tool": "cargo", "benches": [bench]}
    entries = {
        "Rust Benchmark": [run, {**run, "date": 1772700768000, "cpu": {"cores": 4}}],
        "Score": [
            {**run, "tool": "customBiggerIsBetter", "benches": [{**bench, "unit": "points"}]},
            {**run, "date": None, "tool": "own"},
            {**run, "date": None, "commit": {"id": "x"}},
            {**run, "benches": []},
        ],
    }
    page = {"lastUpdate": 1, "repoUrl": "https://u:p@example.org/r", "entries": entries}
    folder = tmp_path / "pages" / "dev" / "bench"
    folder.mkdir(parents=True)
    (folder / "data.js").write_text(f"window.BENCHMARK_DATA = {json.dumps(page)}")
    return tmp_path / "pages"


def test_the_page_of_github_action_benchmark(registry, document, shown, inside, page):
    code, found = document("import", "-f", "mylib", page)
    assert (code, len(found["refused"])) == (2, 2)
    assert found["refused"][0]["where"].endswith("data.js: run 3 of 'Score'")
    assert sorted(one["entry"] for one in found["imported"]) == [
        "mylib/rust_benchmark/20260304T050608Z",
        "mylib/rust_benchmark/20260305T085248Z",
        "mylib/score/20260304T000000Z",
        "mylib/score/20260304T050608Z",
    ]
    first = shown("mylib/rust_benchmark@20260304")
    assert first["metrics"]["fib"]["direction"] == "lower-is-better"
    assert first["git"] == {
        "branch": None,
        "dirty": None,
        "remote": "https://example.org/r",
        "sha": SHA,
    }
    assert first["source_path"] == "dev/bench/data.js#Rust Benchmark-1.json"
    assert first["extra"] == {"imported": {"tool": "cargo"}}
    assert shown("mylib/rust_benchmark")["extra"]["imported"]["cpu"] == {"cores": 4}
    better = shown("mylib/score@20260304T05")["metrics"]["fib"]["direction"]
    assert better == "higher-is-better"
    assert b"example.org" not in inside("show", "mylib/score", "--snapshot").out
    assert len(document("import", "-f", "mylib", page)[1]["present"]) == 4
    (page / "dev" / "bench" / "data.js").write_text("window.BENCHMARK_DATA = {}")
    assert document("import", page)[1]["refused"][0]["code"] == "import/format"


# the call


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("nowhere",), "source/none"),
        (("empty",), "import/none"),
        (("--from", "folders", "empty"), "import/nothing"),
        (("-f", "x", "old"), "import/names"),
        (("-m", "Not A Name", "old"), "name/form"),
        (("--from", "folders", "nowhere"), "source/none"),
        (("both",), "import/several"),
    ],
)
def test_a_wrong_call(registry, document, words, code):
    (registry.path / "empty").mkdir()
    older(registry.path / "old")
    older(registry.path / "both")
    (registry.path / "both" / ".benchmarks").mkdir()
    exit_code, found = document("import", *words)
    assert (exit_code, found["error"]["code"]) == (2, code)


def test_what_cannot_be_read_is_no_store_and_is_told(registry, document, tmp_path, monkeypatch):
    older(tmp_path / "old")
    (tmp_path / "old" / "x.json").symlink_to("gone.json")
    (tmp_path / "old" / "locked").mkdir()
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("os.scandir", refuse)
    code, found = document("import", tmp_path / "old")
    assert (code, len(found["imported"])) == (2, 1)
    assert [one["message"] for one in found["refused"]] == [
        f"{tmp_path}/old/locked: cannot be read: Permission denied"
    ]


def test_a_file_called_benchmarks_is_not_asv_yet(registry, document, tmp_path):
    (tmp_path / "x" / "box").mkdir(parents=True)
    (tmp_path / "x" / "my-benchmarks.json").write_text("{}")
    (tmp_path / "x" / "benchmarks.json").write_text("{}")
    for name in ("a.json", "b.json"):
        (tmp_path / "x" / "box" / name).write_text('{"a": 1}')
    (tmp_path / "x" / "box" / "c.json").symlink_to("gone")
    assert document("import", tmp_path / "x")[1]["error"]["code"] == "import/none"


def test_without_leave_nothing_is_imported(registry, inside, document, tmp_path):
    older(tmp_path / "old")
    private, public = generate(comment="stranger")
    (tmp_path / "key").write_bytes(private)
    (tmp_path / "key").chmod(0o600)
    (tmp_path / "key.pub").write_text(public.openssh)
    registry.git("config", "gpg.format", "ssh")
    registry.git("config", "user.signingkey", str(tmp_path / "key"))
    code, found = document("import", tmp_path / "old")
    assert (code, found["error"]["code"], registry.count()) == (3, "key/not-listed", 1)


def test_a_lock_ends_it_and_it_goes_on_later(registry, inside, document, tmp_path, monkeypatch):
    monkeypatch.setattr("gitbaseline.registry.branch._LOCKED_TRIES", 1)
    older(tmp_path)
    lock = registry.path / ".git" / "refs" / "heads" / "baselines.lock"
    lock.write_text("")
    code, found = document("import", tmp_path)
    assert (code, found["error"]["code"]) == (3, "ref/locked")
    lock.unlink()
    assert document("import", tmp_path)[0] == 0


def test_many_refusals_are_cut_and_a_remote_is_hinted_at(registry, inside, tmp_path):
    for number in range(25):
        older(tmp_path, time=f"202601{number + 1:02}T000000Z", snapshot=None)
    registry.git("remote", "add", "origin", "https://example.org/r.git")
    done = inside("import", tmp_path)
    assert done.code == 2
    assert "error: 25 entries were refused; the first 20:" in done.err
    assert done.err.count("expected one source-snapshot") == 20
    assert "git baseline push" not in done.err
    older(tmp_path, time="20260301T000000Z")
    assert "git baseline push" in inside("import", tmp_path).err


def test_a_push_that_lost_a_race_keeps_imports_as_they_were(
    registry, inside, number, make_repo, tmp_path
):
    """Two clones import the same history; the second push adds nothing twice, judges nothing."""
    server = make_repo(tmp_path / "server.git", "--bare")
    registry.git("remote", "add", "origin", str(server.path))
    assert inside("push").code == 0
    for day, value in ((20, 1.0), (21, 90.0)):
        older(tmp_path / "old", time=f"202605{day}T000000Z", value=value)
    clone = tmp_path / "clone"
    registry.git("clone", "-q", str(server.path), str(clone))
    there = inside.at(clone)
    assert there("import", tmp_path / "old").code == 0
    assert there("push").code == 0
    assert inside(*number).code == 0
    older(tmp_path / "old", time="20260522T000000Z", value=95.0)
    assert inside("import", tmp_path / "old").code == 0
    pushed = inside("push")
    assert pushed.code == 0, pushed.err
    rows = inside("list", "fam/step", "--json").json["entries"]
    assert [(row["slug"][:8], row["status"]) for row in rows[-3:]] == [
        ("20260522", "ok"),
        ("20260521", "ok"),
        ("20260520", "ok"),
    ]
    assert len(rows) == 4
    assert inside("verify", "--full").code == 0


def test_objects_are_on_disk_before_the_branch_moves(registry, inside, tmp_path, monkeypatch):
    steps = []
    advance = Store.advance
    monkeypatch.setattr("os.sync", lambda: steps.append("sync"))
    monkeypatch.setattr(
        Store, "advance", lambda *a, **k: (steps.append("move"), advance(*a, **k))[1]
    )
    for number in range(5):
        older(tmp_path, time=f"2026010{number + 1}T000000Z")
    monkeypatch.setattr(importing, "_BATCH", 2)
    assert inside("import", tmp_path).code == 0
    assert steps == ["sync", "move"] * 3
    assert registry.git("reflog", "-1", "--format=%gs", "baselines") == "baseline: import 1 entries"
    steps.clear()
    monkeypatch.setattr(importing, "_BATCH_BYTES", 1)
    assert inside("import", tmp_path).code == 0
    assert steps == ["sync"] * 5  # nothing new, nothing moves


def test_others_record_meanwhile(registry, inside, baseline, number, tmp_path, monkeypatch):
    """The batch is made again on the tip that another writer left, and nothing comes twice."""
    for day in (1, 2, 3):
        older(tmp_path, time=f"2026010{day}T000000Z", value=day)
    advance = Store.advance
    raced = []

    def late(store, ref, **words):
        if not raced:
            raced.append(baseline(*number).code)
            raced.append(baseline("import", tmp_path / "fam").code)
        return advance(store, ref, **words)

    monkeypatch.setattr(Store, "advance", late)
    found = inside("import", tmp_path / "fam", "--json").json
    assert raced == [0, 0]
    assert (found["imported"], len(found["present"])) == ([], 3)
    assert registry.count() == 5
    assert baseline("verify", "--full").code == 0


def test_a_signature_that_fails_leaves_the_batches_before(registry, inside, tmp_path, monkeypatch):
    for day in range(1, 8):
        older(tmp_path / "old", time=f"2026010{day}T000000Z", value=day)
    monkeypatch.setattr(importing, "_BATCH", 3)
    signed, whole = [], sshsig.sign

    def sign(payload, signer):
        signed.append(payload)
        if len(signed) == 5:
            raise Unable("the agent went away", code="agent/gone")
        return whole(payload, signer)

    with monkeypatch.context() as patch:
        patch.setattr(sshsig, "sign", sign)
        assert inside("import", tmp_path / "old").code == 3
    assert registry.count() == 4
    assert inside("verify", "--full").code == 0
    found = inside("import", tmp_path / "old", "--json").json
    assert (len(found["present"]), len(found["imported"])) == (3, 4)
