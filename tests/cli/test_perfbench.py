"""Bundles, scrapes and profiles through record and diff, as a person calls them."""

from __future__ import annotations

import json
import shutil
import sys
from hashlib import sha256

import pytest

LEVELS = (1, 16, 64)
SCRAPE = """# TYPE vllm:prefix_cache_queries_total counter
vllm:prefix_cache_queries_total {queries}
# TYPE vllm:prefix_cache_hits_total counter
vllm:prefix_cache_hits_total {hits}
# TYPE vllm:kv_cache_usage_perc gauge
vllm:kv_cache_usage_perc {usage}
"""
KERNELS = """Time (%),Total Time (ns),Instances,Avg (ns),Med (ns),Min (ns),Max (ns),StdDev (ns),Name
60.0,{gemm},100,60000.0,60000.0,50000,70000,1000.0,sm90_xmma_gemm_kernel
40.0,4000000,300,13333.3,10000.0,9000,11000,100.0,softmax
"""


def export(level, rate=1.0, ttft=1.0):
    def some(unit, **numbers):
        return {"unit": unit, **numbers}

    return json.dumps(
        {
            "request_latency": some("ms", avg=1500.0, p50=1480.0),
            "time_to_first_token": some("ms", avg=40.0, p50=31.5 * ttft, p95=58.0, p99=90.0),
            "inter_token_latency": some("ms", avg=7.5, p50=7.25),
            "output_token_throughput": some("tokens/sec", avg=133.0 * level * rate),
            "output_token_throughput_per_user": some("tokens/sec/user", avg=133.0),
            "request_count": some("requests", avg=64.0),
            "input_config": {
                "endpoint": {"model_names": ["org/llama"]},
                "loadgen": {"concurrency": level, "request_count": 64},
            },
            "was_cancelled": False,
            "error_summary": [],
        }
    )


@pytest.fixture
def bundle(registry):
    """Write a bundle folder and return its name."""

    def bundle(name, *, rate=None, ttft=None, hits=2100, usage=0.5, scrapes=True, kernels=None):
        folder = registry.path / name
        folder.mkdir()
        for level in LEVELS:
            text = export(level, (rate or {}).get(level, 1.0), (ttft or {}).get(level, 1.0))
            (folder / f"aiperf-c{level}.log").write_text(f"INFO done\n{text}\n")
        if scrapes:
            first = SCRAPE.format(queries=1000, hits=100, usage=0.1)
            (folder / "llama-metrics-pre.prom").write_text(first)
            last = SCRAPE.format(queries=5000, hits=hits, usage=usage)
            (folder / "llama-metrics-post.prom").write_text(last)
        if kernels:
            (folder / "kernels.csv").write_text(KERNELS.format(gemm=kernels))
        return name

    return bundle


@pytest.fixture
def held(inside):
    """Record one bundle, hold another to it, and return exit code and document."""

    def held(old, new):
        done = inside("record", old, "-f", "inference", "--json")
        assert done.code == 0, done.err
        done = inside("diff", "inference/llama-perfbench-v1", new, "--json")
        assert "error" not in done.json, done.err
        return done.code, done.json

    return held


def standings(document):
    return {row["key"]: row["standing"] for row in document["deltas"]}


def test_an_equal_bundle_is_green(bundle, held):
    code, document = held(bundle("old"), bundle("new"))
    assert (code, document["verdict"]) == (0, "GREEN")
    rows = standings(document)
    assert rows["c16.throughput_toks_per_s"] == "ok"
    assert rows["prefix_cache_hit_rate_post"] == "ok"


def test_the_headline_at_16_alone_is_red(bundle, held):
    code, document = held(bundle("old"), bundle("new", rate={16: 0.96}))
    assert (code, document["verdict"], document["reasons"][0]) == (
        1,
        "RED",
        "headline c16.throughput_toks_per_s regressed",
    )


def test_another_level_s_throughput_is_yellow(bundle, held):
    code, document = held(bundle("old"), bundle("new", rate={64: 0.96}))
    assert (code, document["verdict"]) == (0, "YELLOW")


def test_three_metrics_of_several_levels_are_red(bundle, held):
    _, document = held(bundle("old"), bundle("new", ttft={1: 1.06, 16: 1.06, 64: 1.06}))
    assert document["verdict"] == "RED"


def test_a_hit_rate_is_held_in_points(bundle, held):
    _, document = held(bundle("old"), bundle("new", hits=2036))
    rows = {row["key"]: row for row in document["deltas"]}
    row = rows["prefix_cache_hit_rate_post"]
    assert (row["baseline"], row["current"], row["unit"]) == (50, 48.4, "%")
    assert (row["standing"], document["verdict"]) == ("ok", "GREEN")


def test_a_hit_rate_that_fell_by_three_points(bundle, held):
    _, document = held(bundle("old"), bundle("new", hits=1980))
    assert standings(document)["prefix_cache_hit_rate_post"] == "regressed"
    assert document["verdict"] == "YELLOW"


def test_what_one_side_did_not_measure_is_a_null(bundle, held, inside):
    _, document = held(bundle("old", scrapes=False), bundle("new", kernels=6_000_000))
    rows = {row["key"]: row for row in document["deltas"]}
    assert rows["prefix_cache_hit_rate_post"]["standing"] == "NULL_LEGACY_BASELINE"
    assert rows["kernel_class_gpu_pct.gemm"]["baseline"] is None
    assert (document["verdict"], document["tier"]) == ("GREEN", "DRAFT")
    words = ("--metric", "prefix*", "--metric", "c16.*")
    text = inside("diff", "inference/llama-perfbench-v1", "new", *words).text
    assert "NULL_LEGACY_BASELINE" in text


def test_a_level_that_is_gone_is_no_verdict(bundle, held, registry):
    old, new = bundle("old"), bundle("new")
    (registry.path / new / "aiperf-c64.log").unlink()
    code, document = held(old, new)
    assert (code, document["verdict"]) == (4, "NO-VERDICT")


def test_a_document_and_the_bundle_it_was_made_of_compare(bundle, inside, registry):
    name = bundle("old", scrapes=False)
    cells = {
        str(level): {
            "throughput_toks_per_s": 133.0 * level,
            "ttft_p50_ms": 31.5,
            "ttft_p95_ms": None,
        }
        for level in LEVELS
    }
    document = {"schema": "inference_perfbench_v1", "model": "org/llama", "metrics": cells}
    (registry.path / "d.json").write_text(json.dumps(document))
    assert inside("record", name, "-f", "inference").code == 0
    done = inside("diff", "inference/llama-perfbench-v1", "d.json", "--json")
    assert done.json["verdict"] == "GREEN", done.json["reasons"]
    assert standings(done.json)["c16.ttft_p95_ms"] == "NULL_LEGACY_BASELINE"


def test_a_failed_run_in_a_bundle_records_nothing(bundle, inside, registry):
    name = bundle("old")
    broken = export(16).replace('"was_cancelled": false', '"was_cancelled": true')
    (registry.path / name / "aiperf-c16.log").write_text(broken)
    tip = registry.tip()
    done = inside("record", name, "-f", "inference")
    assert (done.code, registry.tip()) == (2, tip)
    assert "aiperf-c16.log:1: the run failed: 'was_cancelled' is true" in done.err


def test_an_aiperf_export_by_itself_and_as_trials(inside, registry):
    words = ["record", "-f", "inference", "-m", "one"]
    for number in range(3):
        (registry.path / f"r{number}.json").write_text(export(16, 1 + number / 1000))
        words += ["-s", f"r{number}.json"]
    assert inside(*words).code == 0
    (registry.path / "new.json").write_text(export(16, 0.9))
    done = inside("diff", "inference/one", "new.json", "--json")
    assert (done.code, done.json["reasons"][0]) == (1, "headline output_token_throughput regressed")
    (registry.path / "other.json").write_text(export(32))
    mixed = inside("record", "-f", "inference", "-s", "new.json", "-s", "other.json")
    assert mixed.code == 2
    assert "was measured under other settings than in new.json: concurrency=32 here" in mixed.err


def test_two_scrapes_are_before_and_after(inside, registry):
    for name, hits in (("a-pre.prom", 100), ("a-post.prom", 2100), ("b-post.prom", 1900)):
        queries = 1000 if "pre" in name else 5000
        (registry.path / name).write_text(SCRAPE.format(queries=queries, hits=hits, usage=0.5))
    done = inside("record", "-f", "f", "-m", "m", "-s", "a-pre.prom", "-s", "a-post.prom", "--json")
    assert done.code == 0, done.err
    done = inside("diff", "f/m", "-s", "a-pre.prom", "-s", "b-post.prom", "--json")
    assert standings(done.json)["vllm:prefix_cache_hit_rate"] == "regressed", done.err


def test_a_profile_through_the_machine_s_own_nsys(inside, registry, tmp_path, environment):
    folder = tmp_path / "nsys-bin"
    folder.mkdir()
    program = folder / "nsys"
    program.write_text(
        f"#!{sys.executable}\nimport sys\n"
        f"data = open(sys.argv[-1]).read()\n"
        f"sys.stdout.write({KERNELS!r}.replace('{{gemm}}', data))\n"
    )
    program.chmod(0o755)
    path = f"{folder}:{environment['PATH']}"
    for name, gemm in (("old", "6000000"), ("new", "9000000")):
        (registry.path / f"{name}.nsys-rep").write_text(gemm)
    done = inside("record", "old.nsys-rep", "-f", "f", "-m", "k", "--json", PATH=path)
    assert done.code == 0, done.err
    shown = inside("show", "f/k", "--json").json
    digest = sha256(b"6000000").hexdigest()
    assert digest in json.dumps(shown)
    done = inside("diff", "f/k", "new.nsys-rep", PATH=path)
    assert done.code == 1
    assert done.text.startswith("RED  headline gpu_kernel_time regressed; 2 of 12 judged")
    assert "kernels that grew: sm90_xmma_gemm_kernel +3 ms" in done.text


@pytest.mark.skipif(shutil.which("nsys") is not None, reason="this machine has an nsys")
def test_without_nsys_the_way_out_is_told(inside, registry):
    (registry.path / "run.nsys-rep").write_text("x")
    done = inside("record", "run.nsys-rep", "-f", "f")
    assert done.code == 3
    assert "nsys cannot be started" in done.err
    assert "nsys stats --report cuda_gpu_kern_sum --format csv" in done.err
