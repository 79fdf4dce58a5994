"""Outputs of ordinary benchmarks, from the file to a verdict: recorded, verified, held to."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

DATA = Path(__file__).parents[1] / "formats" / "data"
FILES = [
    "hyperfine.json",
    "pytest_benchmark.json",
    "google_benchmark.json",
    "go_bench.txt",
    "go_bench.json",
    "criterion",
    "criterion_text.txt",
    "libtest.txt",
    "perf_stat.json",
    "perf_stat.csv",
    "fio.json",
    "github_action.json",
    "bencher.json",
    "jmh.json",
    "asv.json",
    "pyperf.json",
    "iperf3.json",
    "iperf3_stream.json",
    "k6_flat.json",
    "k6_handle.json",
    "k6_machine.json",
    "sysbench.txt",
    "wrk.txt",
]


@pytest.fixture
def put(registry):
    """Lay a fixture, with one piece of its text changed, into the repository."""

    def put(name, old="", new=""):
        source, target = DATA / name, registry.path / name
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            text = source.read_text()
            assert old in text
            target.write_text(text.replace(old, new))
        return name

    return put


@pytest.mark.parametrize("name", FILES)
def test_recorded_and_held_to_itself(put, inside, name):
    assert inside("record", put(name), "-f", "fam", "-m", "m", "--json").code == 0
    done = inside("diff", "fam/m", name, "--json")
    rows = done.json["deltas"]
    assert (done.code, {row["delta"] for row in rows}) == (0, {0}), done.err
    # a few samples far apart decide nothing, and say so
    undecided = any(row["standing"] == "undecided" for row in rows)
    assert done.json["verdict"] == ("YELLOW" if undecided else "GREEN")
    assert inside("verify").code == 0


@pytest.mark.parametrize(
    ("name", "old", "new", "key"),
    [
        ("hyperfine.json", "[7.5]", "[9.5]", "make docs.wall_time"),
        ("go_bench.txt", "2000 ns/op", "2900 ns/op", "Pack.ns/op"),
        ("go_bench.txt", "16 B/op", "24 B/op", "Sort/size=10.B/op"),
        ("libtest.txt", "1,234.50 ns", "1,934.50 ns", "parse::small.time"),
        ("fio.json", '"bw_bytes": 2048000', '"bw_bytes": 1048000', "randread.read.bw"),
        ("sysbench.txt", "1000.50", "800.50", "cpu.events_per_second"),
        ("wrk.txt", "1350.25", "1050.25", "requests_per_second"),
        ("k6_flat.json", '"med": 9.0', '"med": 19.0', "http_req_duration.med"),
        ("iperf3.json", "990000000.25", "790000000.25", "received.bitrate"),
    ],
)
def test_a_worse_run_is_seen(put, inside, name, old, new, key):
    assert inside("record", put(name), "-f", "fam", "-m", "m", "--json").code == 0
    done = inside("diff", "fam/m", put(name, old, new), "--json")
    worse = [row["key"] for row in done.json["deltas"] if row["standing"] == "regressed"]
    assert (done.json["verdict"] in {"YELLOW", "RED"}, worse) == (True, [key])


@pytest.mark.parametrize(
    ("name", "plan", "old", "new"),
    [
        ("mapped.csv", "mapping_csv.yaml", "9.25", "19.25"),
        ("mapped.json", "mapping_json.yaml", "9.25", "19.25"),
    ],
)
def test_a_mapping(put, inside, name, plan, old, new):
    put(plan)
    done = inside("record", put(name), "-f", "fam", "-m", "m", "--mapping", plan, "--json")
    assert done.json["baseline"]["source_format"] == "mapped"
    assert list(done.json["baseline"]["context"]["grounding"]) == ["mapping_sha256"]
    held = inside("diff", "fam/m", put(name, old, new), "--mapping", plan, "--json")
    worse = [row["key"] for row in held.json["deltas"] if row["standing"] == "regressed"]
    assert worse == ["latency.100"]


@pytest.mark.parametrize(
    ("words", "code", "where"),
    [
        (("--mapping", "nowhere.yaml"), "option/file", "--mapping nowhere.yaml"),
        (("--mapping", "mapped.json"), "config/form", "mapped.json"),
        (("--format", "mapped"), "mapping/none", "mapped.json"),
    ],
)
def test_faults_of_a_mapping(put, inside, registry, words, code, where):
    put("mapped.json")
    before = registry.reached()
    done = inside("record", "mapped.json", *words, "--json")
    assert (done.code, done.json["error"]["code"], done.json["error"]["where"]) == (2, code, where)
    assert registry.reached() == before


def test_a_host_s_name_is_not_stored(registry, inside):
    text = (DATA / "google_benchmark.json").read_text()
    text = text.replace('"executable"', '"host_name": "box7", "executable"')
    (registry.path / "g.json").write_text(text)
    done = inside("record", "g.json", "-f", "fam", "-m", "m", "--json")
    assert (done.code, done.json["error"]["code"]) == (2, "secret/found")
    done = inside("record", "g.json", "-f", "fam", "-m", "m", "--redact", "--json")
    assert done.json["baseline"]["redacted"] == ["context.host_name"]
    assert "box7" not in registry.git("show", f"{registry.tip()}")


def test_a_secret_in_a_command_is_in_no_metric_s_name_either(registry, inside):
    token = "ghp_" + "a1B2" * 9
    text = (DATA / "hyperfine.json").read_text().replace("make docs", f"curl -u x:{token}")
    (registry.path / "h.json").write_text(text)
    assert inside("record", "h.json", "-f", "fam", "-m", "m").code == 2
    done = inside("record", "h.json", "-f", "fam", "-m", "m", "--redact", "--json")
    assert done.code == 0, done.err
    assert token not in done.text
    assert token not in registry.git("log", "-p", "baselines")
    held = inside("diff", "fam/m", "h.json", "--json")
    assert held.json["verdict"] in {"GREEN", "YELLOW"}
    assert {row["delta"] for row in held.json["deltas"]} == {0}
