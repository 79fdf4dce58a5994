"""Profiles: what each format's rules say of a metric, and every fault of a file by its place."""

from __future__ import annotations

import hashlib
import runpy
from pathlib import Path

import pytest

from gitbaseline import config_file, profiles
from gitbaseline.errors import InputError
from gitbaseline.model.codec import encode
from gitbaseline.profiles import Line, Profile, Profiles, Rule, Tolerance

GOOD = """
schema: git-baseline/tolerances/1
default: {percent: 5}
profiles:
  tool:
    one_level: lane
    metrics:
      - {keys: [a, "b.*"], at: {lane: 4}, from: {size: 10}, judged: true, absolute: 2, headline: true}
      - {keys: ["*"], judged: false}
"""
JUDGED, CONTEXT = Rule(), Rule(judged=False)
BIG, SMALL = {"size_bytes": 1048576}, {"size_bytes": 1048575}


def percent(number):
    return Rule(tolerance=Tolerance(percent=number))


def points(number):
    return Rule(tolerance=Tolerance(absolute=number))


def load(text):
    return profiles.load(text.encode(), "t.yaml")


def test_a_file_as_values():
    first = Line(
        keys=("a", "b.*"),
        equal={"lane": 4},
        least={"size": 10},
        rule=Rule(tolerance=Tolerance(absolute=2), headline=True),
    )
    lines = (first, Line(keys=("*",), rule=CONTEXT))
    tool = Profile(name="tool", one_level="lane", lines=lines)
    assert load(GOOD) == Profiles(default=Tolerance(percent=5), by_format={"tool": tool})


@pytest.mark.parametrize(
    ("key", "dimensions", "fits"),
    [
        ("a", {"lane": 4, "size": 10}, True),
        ("x.y.a", {"lane": 4, "size": 10.5}, True),
        ("xa", {"lane": 4, "size": 10}, False),
        ("x.b.c", {"lane": 4, "size": 11}, True),
        ("b", {"lane": 4, "size": 11}, False),
        ("A", {"lane": 4, "size": 11}, False),
        ("a", {"lane": 5, "size": 10}, False),
        ("a", {"lane": 4, "size": 9}, False),
        ("a", {"lane": 4, "size": "10"}, False),
        ("a", {"lane": 4, "size": True}, False),
        ("a", {"lane": 4}, False),
        ("a", {"size": 10}, False),
    ],
)
def test_which_line_fits(key, dimensions, fits):
    rule = load(GOOD).by_format["tool"].rule_for(key, dimensions)
    assert rule == (Rule(tolerance=Tolerance(absolute=2), headline=True) if fits else CONTEXT)


def test_true_is_not_one():
    line = Line(keys=("a",), equal={"lane": 1}, least={"size": 1}, rule=JUDGED)
    assert not line.fits("a", {"lane": True, "size": 2})
    assert not line.fits("a", {"lane": 1, "size": True})


@pytest.mark.parametrize(
    ("name", "key", "dimensions", "rule"),
    [
        ("nccl-tests", "all_reduce.busbw.1048576.out", BIG, JUDGED),
        ("nccl-tests", "all_reduce.busbw.1048575.out", SMALL, CONTEXT),
        ("nccl-tests", "all_reduce.algbw.1048576.out", BIG, CONTEXT),
        ("nccl-tests", "all_reduce.time.1048576.out", BIG, CONTEXT),
        ("nccl-tests", "all_reduce.avg_busbw", {}, CONTEXT),
        ("nccl-tests", "run.wall_time", {}, CONTEXT),
        ("directory", "log.all_reduce.busbw.1048576.in", BIG, JUDGED),
        ("directory", "log.all_reduce.busbw.8.in", {"size_bytes": 8}, CONTEXT),
        ("directory", "log.all_reduce.time.1048576.in", BIG, CONTEXT),
        ("directory", "results.time.total", {}, JUDGED),
        ("json", "anything.at.all", {}, JUDGED),
        ("run", "wall_time", {}, Rule(headline=True)),
        ("run", "user_time", {}, CONTEXT),
        ("run", "system_time", {}, CONTEXT),
        ("run", "max_rss", {}, CONTEXT),
        ("run", "own_number", {}, JUDGED),
        ("scalar", "value", {}, Rule(headline=True)),
        (
            "aiperf",
            "output_token_throughput",
            {},
            Rule(tolerance=Tolerance(percent=3), headline=True),
        ),
        ("genai-perf", "time_to_first_token.p99", {}, Rule(tolerance=Tolerance(percent=15))),
        ("aiperf", "time_to_first_token.avg", {}, CONTEXT),
        ("prometheus", 'a_seconds.mean{le="1"}', {}, JUDGED),
        ("prometheus", "vllm:request_prefill_time_seconds.mean", {}, CONTEXT),
        ("openmetrics", 'a_hit_rate{b="c"}', {}, Rule(tolerance=Tolerance(absolute=2))),
        ("prometheus", "a_seconds.p99_bound", {}, CONTEXT),
        ("nsys", "gpu_kernel_time", {}, Rule(headline=True)),
        ("nsys", "kernel_class_gpu_pct.gemm", {}, Rule(tolerance=Tolerance(absolute=3))),
        ("nsys", "softmax.total_time", {}, CONTEXT),
        ("vllm-bench", "max_concurrency=16.output_throughput", {}, percent(3)),
        ("vllm-bench", "median_tpot_ms", {}, CONTEXT),
        ("vllm-bench", "p99_ttft_ms", {}, percent(15)),
        ("sglang-bench", "median_itl_ms", {}, percent(3)),
        ("trtllm-bench", "tpot_ms.p50", {}, percent(3)),
        ("trtllm-bench", "output_throughput_per_gpu_tok_s", {}, CONTEXT),
        ("nvbandwidth", "device_to_device_memcpy_read_ce.0.1", {}, JUDGED),
        ("nvbandwidth", "device_to_device_memcpy_read_ce.sum", {}, CONTEXT),
        ("mlperf-training", "time_to_train", {}, Rule(headline=True)),
        ("mlperf-training", "samples_to_train", {}, CONTEXT),
        ("megatron", "global_batch_size=64.iteration_time", {}, Rule(headline=True)),
        ("megatron", "tflops_per_gpu", {}, CONTEXT),
        ("ncu", "gemm(float*, int).Duration", {}, JUDGED),
        ("ncu", "gemm.gpu__time_duration.sum", {}, JUDGED),
        ("ncu", "gemm.Elapsed Cycles", {}, CONTEXT),
        ("torch-profiler", "step_time", {}, JUDGED),
        ("torch-profiler", "kernel.gemm", {}, CONTEXT),
        ("torch-profiler", "kernel_class_gpu_pct.gemm", {}, points(3)),
        ("hyperfine", "make all.wall_time", {}, JUDGED),
        ("hyperfine", "make all.user_time", {}, CONTEXT),
        ("hyperfine", "make all.max_rss", {}, CONTEXT),
        ("google-benchmark", "BM_x/8.real_time", {}, JUDGED),
        ("google-benchmark", "BM_x/8.cpu_time", {}, CONTEXT),
        ("google-benchmark", "BM_x/8.bytes_per_second", {}, CONTEXT),
        ("google-benchmark", "BM_x/8.max_bytes_used", {}, JUDGED),
        ("go-bench", "Sort/n=1.ns/op", {}, JUDGED),
        ("go-bench", "Sort/n=1.allocs/op", {}, JUDGED),
        ("go-bench", "Sort/n=1.MB/s", {}, CONTEXT),
        ("criterion-text", "fib 20.time", {}, JUDGED),
        ("criterion-text", "fib 20.throughput", {}, CONTEXT),
        ("libtest", "a::b.time", {}, JUDGED),
        ("libtest", "a::b.throughput", {}, CONTEXT),
        ("perf-stat", "cycles:u", {}, JUDGED),
        ("perf-stat", "cpu=0.task-clock", {}, JUDGED),
        ("perf-stat", "ref-cycles", {}, CONTEXT),
        ("perf-stat", "page-faults", {}, CONTEXT),
        ("fio", "job.read.bw", {}, JUDGED),
        ("fio", "job.read.clat.p99", {}, percent(10)),
        ("fio", "job.read.clat.p99.9", {}, CONTEXT),
        ("fio", "job.read.iops", {}, CONTEXT),
        ("jmh", "a.B.c/n=1.thrpt", {}, JUDGED),
        ("jmh", "a.B.c/n=1.sample.p99", {}, percent(10)),
        ("jmh", "a.B.c/n=1.sample.p50", {}, CONTEXT),
        ("jmh", "a.B.c/n=1.avgt.gc.alloc.rate.norm", {}, JUDGED),
        ("jmh", "a.B.c/n=1.avgt.gc.time", {}, CONTEXT),
        ("iperf3", "received.bitrate", {}, JUDGED),
        ("iperf3", "bitrate", {}, JUDGED),
        ("iperf3", "sent.bitrate", {}, CONTEXT),
        ("iperf3", "reverse.sent.bitrate", {}, CONTEXT),
        ("iperf3", "jitter", {}, percent(20)),
        ("iperf3", "lost", {}, points(0.1)),
        ("iperf3", "retransmits", {}, CONTEXT),
        ("k6", "http_req_duration.med", {}, JUDGED),
        ("k6", "http_req_duration.p95", {}, percent(10)),
        ("k6", "http_req_duration{expected_response:true}.med", {}, CONTEXT),
        ("k6", "http_req_waiting.med", {}, CONTEXT),
        ("k6", "http_req_failed.rate", {}, points(0.001)),
        ("k6", "checks.rate", {}, points(0.001)),
        ("k6", "iterations.rate", {}, CONTEXT),
        ("k6", "my_time.p95", {}, JUDGED),
        ("k6", "my_time.avg", {}, CONTEXT),
        ("sysbench", "cpu.events_per_second", {}, JUDGED),
        ("sysbench", "memory.throughput", {}, JUDGED),
        ("sysbench", "cpu.latency.p95", {}, CONTEXT),
        ("sysbench", "test.latency.mean", {}, JUDGED),
        ("wrk", "requests_per_second", {}, Rule(headline=True)),
        ("wrk", "latency.p99", {}, percent(10)),
        ("wrk", "latency.p50", {}, CONTEXT),
        ("wrk", "transfer", {}, CONTEXT),
        ("a format without a profile", "x", {}, JUDGED),
    ],
)
def test_the_shipped_profiles(name, key, dimensions, rule):
    assert profiles.profile(name).rule_for(key, dimensions) == rule


def test_the_inference_profile():
    profile = profiles.profile("inference_perfbench_v1")
    throughput = Rule(tolerance=Tolerance(percent=3), headline=True)
    assert profile.one_level == "concurrency"
    assert profile.rule_for("throughput_toks_per_s", {"concurrency": 16}) == throughput
    assert {
        key: profile.rule_for(f"c8.{key}", {"concurrency": 8})
        for key in (
            "throughput_toks_per_s",
            "ttft_p50_ms",
            "ttft_p95_ms",
            "ttft_p99_ms",
            "itl_p50_ms",
            "tps_per_user",
            "request_latency_p50_ms",
            "prefix_cache_hit_rate_post",
            "gpu_cache_usage_perc_peak",
            "kernel_class_gpu_pct.gemm",
            "cpu_spinpoll_pct",
            "something_else",
        )
    } == {
        "throughput_toks_per_s": percent(3),
        "ttft_p50_ms": percent(5),
        "ttft_p95_ms": percent(10),
        "ttft_p99_ms": percent(15),
        "itl_p50_ms": percent(3),
        "tps_per_user": percent(3),
        "request_latency_p50_ms": percent(5),
        "prefix_cache_hit_rate_post": points(2),
        "gpu_cache_usage_perc_peak": points(5),
        "kernel_class_gpu_pct.gemm": points(3),
        "cpu_spinpoll_pct": points(5),
        "something_else": CONTEXT,
    }


def test_the_shipped_file_is_whole():
    whole = profiles.load(config_file.shipped("tolerances.yaml").read_bytes(), "tolerances.yaml")
    assert whole.default == Tolerance(percent=5)  # the design's
    for name, held in whole.by_format.items():
        one = profiles.profile(name)
        assert (one.name, one.one_level, one.lines[1:]) == (name, held.one_level, held.lines)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("tolerances/1", "x", "schema: expected git-baseline/tolerances/1, got 'git-baseline/x'"),
        ("default: {percent: 5}", "default: {}", "default: expected percent or absolute"),
        ("{percent: 5}", "{percent: -1}", "default.percent, absolute: expected one of them, at least 0, got {'percent': -1}"),
        ("{percent: 5}", "{percent: 5, absolute: 1}", "default.percent, absolute: expected one of them, at least 0, got {'percent': 5, 'absolute': 1}"),
        ("one_level", "one_levle", "profiles['tool'].one_levle: unknown key; did you mean one_level?"),
        ("default:", "zzz:", "zzz: unknown key; did you mean default or profiles or schema?"),
        ("headline: true", "headlien: true", "profiles['tool'].metrics[0].headlien: unknown key; did you mean headline?"),
        ("judged: true, ", "", "profiles['tool'].metrics[0].judged: missing"),
        ('keys: ["*"], ', "", "profiles['tool'].metrics[1].keys: missing"),
        ("judged: false", "judged: false, percent: 3", "profiles['tool'].metrics[1]: a metric that is not judged has no tolerance and no headline"),
        ("judged: false", "judged: false, headline: true", "profiles['tool'].metrics[1]: a metric that is not judged has no tolerance and no headline"),
        ("size: 10", "size: ten", "profiles['tool'].metrics[0].from['size']: expected a number, got text"),
        ("lane: 4", "lane: [4]", "profiles['tool'].metrics[0].at['lane']: expected a single value, got a list"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(old, new, message):
    assert GOOD.count(old) >= 1
    with pytest.raises(InputError) as caught:
        load(GOOD.replace(old, new, 1))
    error = caught.value
    assert (error.message, error.code, error.where) == (message, "config/form", "t.yaml")


@pytest.mark.parametrize("lines", ["[]", "3"])
def test_a_profile_has_lines(lines):
    text = GOOD.split("    metrics:", maxsplit=1)[0] + f"    metrics: {lines}\n"
    with pytest.raises(InputError) as caught:
        load(text)
    assert (
        caught.value.message == f"profiles['tool'].metrics: expected a list of lines, got {lines}"
    )


def test_the_json_twin_is_current():
    tool = Path(__file__).parents[1] / "tools" / "compile_configs.py"
    made = runpy.run_path(str(tool))
    assert made["TARGET"].read_bytes() == made["compiled"](), "run: make configs"


def test_a_changed_yaml_is_read_itself(tmp_path, monkeypatch):
    twin = {"made_from_sha256": hashlib.sha256(GOOD.encode()).hexdigest(), "document": {}}
    (tmp_path / "tolerances.yaml").write_text(GOOD)
    (tmp_path / "tolerances.json").write_bytes(encode(twin))
    monkeypatch.setattr(config_file, "shipped", lambda name: tmp_path / name)
    assert config_file.load_shipped("tolerances.yaml", lambda document: document) == {}
    (tmp_path / "tolerances.yaml").write_text(GOOD + "# changed\n")
    read = config_file.load_shipped("tolerances.yaml", lambda document: document["default"])
    assert read == {"percent": 5}
    (tmp_path / "tolerances.json").unlink()
    assert config_file.load_shipped("tolerances.yaml", lambda document: document["default"]) == read


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (Line(keys=("a", "b.c"), rule=CONTEXT), Line(keys=("x.d",), rule=percent(3))),
        (Line(keys=("b.*",), rule=CONTEXT), Line(keys=("a",), rule=percent(3))),
        (Line(keys=("a?", "[bc]"), equal={"size": 1}, rule=CONTEXT),),
        (Line(keys=("x.a",), rule=CONTEXT), Line(keys=("*",), rule=percent(3))),
        (Line(keys=("a",), rule=CONTEXT), Line(keys=("*",), equal={"size": 1}, rule=percent(3))),
        (Line(keys=("*",), rule=CONTEXT), Line(keys=("a",), rule=percent(3))),
    ],
)
def test_the_quick_ruler_rules_as_rule_for_does(lines):
    known = Profile(name="p", lines=lines)
    rule = known.ruler()
    for key in (
        "a",
        "x.a",
        "ab",
        "b.c",
        "x.b.c",
        "c",
        "x.d",
        "y.d",
        "d.x",
        "",
        "x.",
        "ac",
        "b.d.e",
    ):
        for dimensions in ({}, {"size": 1}):
            assert rule(key, dimensions) == known.rule_for(key, dimensions), key


def test_what_holds_for_every_metric_is_not_asked_of_each():
    lines = (Line(keys=("a",), rule=CONTEXT), Line(keys=("*",), rule=percent(3)))
    known, other = Profile(name="p", lines=lines), Profile(name="p", lines=lines[::-1])
    assert known.ruler() != known.rule_for
    assert other.ruler() == other.rule_for
