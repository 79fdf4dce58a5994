"""The tools themselves, where they are installed: what they write today is what we read.

Each test runs a tool for a fraction of a second in its own folder and holds the reading to what the
tool says elsewhere in the same output. PyPI's tools are looked for in this Python and on PATH.
.ci/run installs what Debian and PyPI have; Go and Rust are tried where they are.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gitbaseline.formats.base import Options, Source, SourceFile
from gitbaseline.formats.registry import detect, read


@pytest.fixture
def run(tmp_path):
    """Run a program in a folder of its own; skip where it is not installed."""

    def start(program, *words, check=True, **more):
        beside = str(Path(sys.executable).parent)
        path = shutil.which(program, path=os.pathsep.join((beside, os.environ["PATH"])))
        if path is None:
            pytest.skip(f"{program} is not installed")
        more.setdefault("env", {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")})
        return subprocess.run(
            [path, *map(str, words)],
            cwd=tmp_path,
            capture_output=True,
            check=check,
            timeout=120,
            **more,
        )

    return start


@pytest.fixture
def python(run):
    """Run a Python that has a module: this one, or the one on PATH."""

    def start(module, *words):
        for program in (sys.executable, shutil.which("python3")):
            if program and run(program, "-c", f"import {module}", check=False).returncode == 0:
                return run(program, *words)
        return pytest.skip(f"the Python package {module} is not installed")

    return start


def reading(data, form):
    source = Source(name="out", kind="file", files=(SourceFile(path="out", data=data),))
    assert form == detect(source).NAME
    return read(source, Options())


def test_hyperfine(run, tmp_path):
    run("hyperfine", "-r", "3", "-L", "n", "1,2", "sleep 0.00{n}", "--export-json", "h.json")
    found = reading((tmp_path / "h.json").read_bytes(), "hyperfine")
    rows = json.loads((tmp_path / "h.json").read_text())["results"]
    assert [found.metrics[f"{row['command']}.wall_time"].samples for row in rows] == [
        tuple(row["times"]) for row in rows
    ]


def test_hyperfine_with_a_failing_command(run, tmp_path):
    run("hyperfine", "-i", "-r", "2", "false", "--export-json", "h.json")
    with pytest.raises(Exception, match="exited with 1 in run 1"):
        reading((tmp_path / "h.json").read_bytes(), "hyperfine")


def test_fio(run, tmp_path):
    words = ["--name=j", "--rw=randrw", "--size=1M", "--bs=4k", f"--directory={tmp_path}"]
    done = run("fio", *words, "--output-format=normal,json")
    found = reading(done.stdout, "fio")
    text = done.stdout.decode()
    job = json.loads(text[text.index("\n{") : text.rindex("}") + 1])["jobs"][0]
    for direction in ("read", "write"):
        assert found.metrics[f"j.{direction}.bw"].value == job[direction]["bw_bytes"]
        assert found.metrics[f"j.{direction}.iops"].value == job[direction]["iops"]


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (("cpu", "--time=1"), "cpu.events_per_second"),
        (("memory", "--memory-total-size=64M"), "memory.throughput"),
        (("threads", "--time=1"), "test.latency.mean"),
    ],
)
def test_sysbench(run, words, key):
    found = reading(run("sysbench", *words, "run").stdout, "sysbench")
    assert found.metrics[key].value > 0


def test_wrk(run, require):
    require("wrk")
    port = free_port()
    words = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            await_port(port)
            done = run("wrk", "-t1", "-c2", "-d1s", "--latency", f"http://127.0.0.1:{port}/")
        finally:
            server.terminate()
    found = reading(done.stdout, "wrk")
    rate = float(done.stdout.decode().split("Requests/sec:")[1].split()[0])
    assert found.metrics["requests_per_second"].value == rate
    assert found.context["workload"]["connections"] == 2


@pytest.mark.parametrize("words", [(), ("-u",)], ids=["tcp", "udp"])
def test_iperf3(run, require, words):
    require("iperf3")
    port = free_port()
    server = ["iperf3", "-s", "-1", "-B", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(server, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as one:
        try:
            time.sleep(0.5)
            done = run("iperf3", "-c", "127.0.0.1", "-p", port, "-t", "1", "-J", *words)
        finally:
            one.terminate()
    end = json.loads(done.stdout)["end"]
    metric = reading(done.stdout, "iperf3").metrics["received.bitrate"]
    assert metric.value == end["sum_received"]["bits_per_second"]


def test_iperf3_that_reaches_nobody(run):
    done = run("iperf3", "-c", "127.0.0.1", "-p", free_port(), "-J", check=False)
    with pytest.raises(Exception, match="the run failed: "):
        reading(done.stdout, "iperf3")


@pytest.mark.parametrize("words", [("-j",), ("-x,",), ("-x;", "-r", "2"), ("-j", "-r", "2")])
def test_perf_stat(run, words, tmp_path):
    done = run("perf", "stat", *words, "-e", "task-clock", "-o", "p.txt", "true", check=False)
    if done.returncode:
        pytest.skip(f"perf may not count here: {done.stderr.decode()[:200]}")
    metric = reading((tmp_path / "p.txt").read_bytes(), "perf-stat").metrics["task-clock"]
    assert (metric.value > 0, metric.unit) == (True, "msec")


def test_pytest_benchmark(python, tmp_path):
    (tmp_path / "test_it.py").write_text(
        "def test_sum(benchmark): benchmark.pedantic(sum, (range(9),), rounds=7)\n"
    )
    words = ["-q", "-p", "no:cacheprovider", "test_it.py", "--benchmark-save-data"]
    python("pytest_benchmark", "-m", "pytest", *words, "--benchmark-json=b.json")
    metric = reading((tmp_path / "b.json").read_bytes(), "pytest-benchmark").metrics[
        "test_it.py::test_sum.time"
    ]
    stats = json.loads((tmp_path / "b.json").read_text())["benchmarks"][0]["stats"]
    assert len(metric.samples) == 7
    assert (metric.value, metric.min, metric.max) == (stats["median"], stats["min"], stats["max"])


def test_pyperf(python, tmp_path):
    python("pyperf", "-m", "pyperf", "timeit", "-p2", "-n3", "-l9", "sum([1])", "-o", "p.json")
    metric = reading((tmp_path / "p.json").read_bytes(), "pyperf").metrics["timeit.time"]
    assert len(metric.samples) == 6


def test_google_benchmark(python, tmp_path):
    (tmp_path / "b.py").write_text(
        "import google_benchmark as b\n"
        "@b.register\ndef it(state):\n    while state:\n        sum([1])\n"
        "b.main()\n"
    )
    out = ("--benchmark_out=g.json", "--benchmark_out_format=json")
    speed = ("--benchmark_min_time=0.01s", "--benchmark_repetitions=3")
    python("google_benchmark", "b.py", *out, *speed)
    metric = reading((tmp_path / "g.json").read_bytes(), "google-benchmark").metrics["it.real_time"]
    assert (len(metric.samples), metric.unit) == (3, "ns")


@pytest.mark.parametrize("words", [(), ("-json",)], ids=["text", "json"])
def test_go(run, tmp_path, words):
    (tmp_path / "go.mod").write_text("module example.org/demo\n\ngo 1.19\n")
    (tmp_path / "a_test.go").write_text(
        'package demo\n\nimport "testing"\n\n'
        "func BenchmarkSum(b *testing.B) {\n\tb.ReportAllocs()\n\tx := 0\n"
        "\tfor i := 0; i < b.N; i++ {\n\t\tx += i\n\t}\n\t_ = x\n}\n"
    )
    env = os.environ | {"GOCACHE": str(tmp_path / "cache"), "GOFLAGS": "-mod=mod", "GOPROXY": "off"}
    done = run("go", "test", *words, "-bench", ".", "-benchtime", "5ms", "-count", "3", env=env)
    found = reading(done.stdout, "go-bench").metrics
    assert len(found["Sum.ns/op"].samples) == 3
    assert found["Sum.allocs/op"].value == 0


def test_cargo_bench(run, tmp_path):
    """The built-in harness is for nightly Rust; the variable lets a stable one have it too."""
    (tmp_path / "src").mkdir()
    (tmp_path / "Cargo.toml").write_text('[package]\nname = "demo"\nversion = "0.1.0"\n')
    (tmp_path / "src" / "lib.rs").write_text(
        "#![feature(test)]\nextern crate test;\n"
        "#[bench]\nfn sum(b: &mut test::Bencher) {\n"
        "    b.iter(|| test::black_box((0..99u64).sum::<u64>()))\n}\n"
    )
    env = os.environ | {"RUSTC_BOOTSTRAP": "1"}
    done = run("cargo", "bench", "--offline", env=env, check=False)
    if done.returncode:
        pytest.skip(f"cargo cannot build here: {done.stderr.decode()[-200:]}")
    metric = reading(done.stdout, "libtest").metrics["sum.time"]
    assert (metric.value > 0, metric.unit) == (True, "ns/iter")


def test_prometheus_client():
    names = pytest.importorskip("prometheus_client")
    registry = names.CollectorRegistry()
    names.Gauge("vllm:kv_cache_usage_perc", "Share in use.", registry=registry).set(0.25)
    names.Counter("vllm:generation_tokens", "Tokens.", registry=registry).inc(7)
    names.Histogram("vllm:time_to_first_token_seconds", "s", registry=registry).observe(0.5)
    found = reading(names.generate_latest(registry), "prometheus")
    ((key, metric),) = found.metrics.items()
    assert (key, metric.value, metric.unit) == ("vllm:kv_cache_usage_perc", 0.25, "ratio")
    passed = [line.text.partition(": ")[0] for line in found.passed_over]
    assert passed == ["vllm:generation_tokens", "vllm:time_to_first_token_seconds"]


def test_asv(run, tmp_path):
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "__init__.py").write_text("")
    (tmp_path / "benchmarks" / "b.py").write_text(
        "def time_sum():\n    sum(range(1000))\n\n\ntime_sum.repeat = 5\n"
        "time_sum.number = 10\ntime_sum.rounds = 1\n"
    )
    conf = {"version": 1, "project": "demo", "repo": ".", "branches": ["main"]}
    conf |= {"benchmark_dir": "benchmarks", "environment_type": "existing"}
    (tmp_path / "asv.conf.json").write_text(json.dumps(conf))
    person = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for words in (("init", "-q", "-b", "main"), ("add", "-A"), (*person, "commit", "-qm", "one")):
        run("git", *words)
    head = run("git", "rev-parse", "HEAD").stdout.decode().strip()
    env = os.environ | {"HOME": str(tmp_path)}
    run("asv", "machine", "--yes", "--machine", "m", env=env)
    words = ("--python=same", "--set-commit-hash", head, "--machine", "m", "--record-samples")
    run("asv", "run", *words, env=env)
    (file,) = (tmp_path / "results" / "m").glob(f"{head[:8]}*.json")
    metric = reading(file.read_bytes(), "asv").metrics["b.time_sum.time"]
    assert (len(metric.samples), metric.unit) == (5, "s")
    assert metric.value > 0


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def await_port(port):
    for _ in range(100):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"nothing listens on {port}")
