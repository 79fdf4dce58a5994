"""``inference_perfbench_v1``: the document, the report's table, the bundle folder."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from importlib import resources

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitbaseline.errors import InputError
from gitbaseline.formats import inference_perfbench, perfbench_names, perfbench_report, registry
from gitbaseline.formats.base import Options, Source, SourceFile
from gitbaseline.formats.conformance import broken_rules, source_of

DOCUMENT = {
    "schema": "inference_perfbench_v1",
    "model": "org/llama",
    "model_path": "org/llama-8b",
    "run_id": "r1",
    "deployment": {
        "namespace": "serving",
        "vllm_version": "0.12.1",
        "tensor_parallel_size": 8,
        "quantization": "FP8",
        "kv_cache_dtype": "fp8_e4m3",
        "speculative_decoding": "none",
        "note": None,
    },
    "workload": {"dataset": "replay", "concurrency_sweep": [1, 16], "conversation_num": 40},
    "metrics": {
        "16": {
            "throughput_toks_per_s": 2140.5,
            "ttft_p50_ms": 31.5,
            "ttft_p95_ms": 58,
            "ttft_p99_ms": None,
            "itl_p50_ms": 7.25,
            "tps_per_user": 133.8,
            "request_latency_p50_ms": 1480.0,
            "errors": 0,
            "own_thing_ms": 5,
            "other": 1,
        },
        "c1": {"throughput_toks_per_s": 140.0, "errors": 2},
    },
    "server_metrics_delta": {
        "prefix_cache_hit_rate_pre": None,
        "prefix_cache_hit_rate_post": 0.42,
        "gpu_cache_usage_perc_peak": 0.75,
        "num_requests_running_peak": 16,
        "avg_generation_throughput_toks_per_s": 2100.0,
    },
    "kernel_class_gpu_pct": {"fp8_bmm": 31.5, "tp_all_reduce": None},
    "cpu_spinpoll_pct": 12,
}
SCHEMA = json.loads(
    (resources.files("gitbaseline.formats") / "schema" / "inference_perfbench_v1.json").read_text()
)
REPORT = """# perf-bench of llama, 2026-05-01

| Concurrency | Output tok/s | TTFT P50 (ms) | TTFT p95 (ms) | TTFT p99 (s) | ITL p50 | tok/s/user | E2E latency median (ms) | Errors | req/s | TTFT p99.9 |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
| 1 | 140.0 | 30.1 | 50 | 0.07 | 7.1 ms | 140 | 900 | 0 | 1 | 3 |
| **c16** | 2,140.5 | 31.5 | n/a | 0.09 | 7.25 | 133.8 tok/s | - | 0 | 9 | 3 |
| total | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 |

Other | table
--- | ---
1 | 2
"""
PRE = """# TYPE vllm:prefix_cache_queries_total counter
vllm:prefix_cache_queries_total{model_name="org/llama"} 1000
# TYPE vllm:prefix_cache_hits_total counter
vllm:prefix_cache_hits_total{model_name="org/llama"} 100
# TYPE vllm:external_prefix_cache_queries_total counter
vllm:external_prefix_cache_queries_total{model_name="org/llama"} 10
# TYPE vllm:external_prefix_cache_hits_total counter
vllm:external_prefix_cache_hits_total{model_name="org/llama"} 10
# TYPE vllm:kv_cache_usage_perc gauge
vllm:kv_cache_usage_perc{model_name="org/llama"} 0.5
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{model_name="org/llama"} 3
# TYPE vllm:cache_config_info gauge
vllm:cache_config_info{gpu_memory_utilization="0.9"} 1
"""
POST = PRE.replace("} 1000", "} 5000").replace("} 100\n", "} 2100\n").replace("} 0.5", "} 0.25")
V0 = "vllm:gpu_prefix_cache_hit_rate 0.25\nvllm:avg_generation_throughput_toks_per_s 2100\n"
KERNELS = "Time (%),Total Time (ns),Instances,Avg (ns),Name\n60.0,6000,1,6000,sgemm\n40.0,4000,1,4000,foo\n"
LOG = """NVIDIA AIPerf | LLM Metrics
┃ Metric ┃ avg ┃ p50 ┃ p99 ┃
│ Time to First Token (ms) │ 40.00 │ 31.50 │ 90.00 │
│ Output Token Throughput (tokens/sec) │ 2,140.50 │ N/A │ N/A │
"""
CSV = "Metric,avg,p50,p99\nTime to First Token (ms),41,32,91\n\nMetric,Value\nRequest Count,3\n"


def export(concurrency=16, rate=2140.5, isl=1000, **more):
    def some(unit, **numbers):
        return {"unit": unit, **numbers}

    load = {} if concurrency is None else {"concurrency": concurrency}
    document = {
        "request_latency": some("sec", avg=1.6, p50=1.48),
        "time_to_first_token": some("ms", avg=40.0, p50=31.5, p95=58.0, p99=90.0),
        "inter_token_latency": some("ms", avg=7.5, p50=7.25),
        "output_token_throughput": some("tokens/sec", avg=rate),
        "output_token_throughput_per_user": some("tokens/sec/user", avg=133.8, p50=130.0),
        "input_config": {
            "endpoint": {"model_names": ["org/llama"]},
            "loadgen": {**load, "request_count": 2 * (concurrency or 1)},
            "input": {"prompt": {"input_tokens": {"mean": isl}}},
        },
        "was_cancelled": False,
        "error_summary": [],
        **more,
    }
    return json.dumps(document)


@pytest.fixture
def read(file):
    return lambda document, name="d.json": inference_perfbench.read(
        file(name, document if isinstance(document, str) else json.dumps(document, indent=1)),
        Options(),
    )


@pytest.fixture
def bundle():
    """A source of a folder from paths and contents."""

    def bundle(**files):
        found = tuple(SourceFile(path=path, data=text.encode()) for path, text in files.items())
        return Source(name="run-1", kind="directory", files=found)

    return lambda files: bundle(**files)


@pytest.fixture
def taken(bundle):
    """The reading of a folder, which must be detected as a bundle."""

    def taken(files):
        source = bundle(files)
        assert registry.detect(source).NAME == inference_perfbench.NAME
        return registry.read(source, Options())

    return taken


def refusal(call, *given):
    with pytest.raises(InputError) as caught:
        call(*given)
    return caught.value


def values(reading):
    return {key: (m.value, m.unit) for key, m in reading.metrics.items()}


def changed(*path, to="absent"):
    document = copy.deepcopy(DOCUMENT)
    *outer, last = path
    inner = document
    for key in outer:
        inner = inner[key]
    if to == "absent":
        del inner[last]
    else:
        inner[last] = to
    return document


# The document


def test_a_document_whole(read):
    reading = read(DOCUMENT)
    assert {
        key: (*pair, str(reading.metrics[key].direction)) for key, pair in values(reading).items()
    } == {
        "c1.throughput_toks_per_s": (140.0, "tokens/s", "higher-is-better"),
        "c1.errors": (2.0, "requests", "lower-is-better"),
        "c16.throughput_toks_per_s": (2140.5, "tokens/s", "higher-is-better"),
        "c16.ttft_p50_ms": (31.5, "ms", "lower-is-better"),
        "c16.ttft_p95_ms": (58.0, "ms", "lower-is-better"),
        "c16.itl_p50_ms": (7.25, "ms", "lower-is-better"),
        "c16.tps_per_user": (133.8, "tokens/s/user", "higher-is-better"),
        "c16.request_latency_p50_ms": (1480.0, "ms", "lower-is-better"),
        "c16.errors": (0.0, "requests", "lower-is-better"),
        "c16.own_thing_ms": (5.0, "ms", "lower-is-better"),
        "c16.other": (1.0, "unknown", "unknown"),
        "prefix_cache_hit_rate_post": (42.0, "%", "higher-is-better"),
        "gpu_cache_usage_perc_peak": (75.0, "%", "lower-is-better"),
        "num_requests_running_peak": (16.0, "requests", "unknown"),
        "avg_generation_throughput_toks_per_s": (2100.0, "tokens/s", "higher-is-better"),
        "cpu_spinpoll_pct": (12.0, "%", "lower-is-better"),
        "kernel_class_gpu_pct.fp8_bmm": (31.5, "%", "lower-is-better"),
    }
    assert reading.metrics["c16.itl_p50_ms"].dimensions == {"concurrency": 16}
    assert reading.headline == "c16.throughput_toks_per_s"
    assert reading.context == {
        "identity": {
            "model": "org/llama",
            "model_path": "org/llama-8b",
            "quantization": "FP8",
            "kv_cache_dtype": "fp8_e4m3",
        },
        "stack": {"run_id": "r1", "namespace": "serving", "vllm_version": "0.12.1"},
        "parallelism": {"tp": 8},
        "serving": {"speculative_decoding": "none"},
        "workload": {"dataset": "replay", "conversation_num": 40},
    }
    assert reading.warnings == (
        (
            "the document does not say fraction or percent; read as "
            "gpu_cache_usage_perc_peak 75 %, prefix_cache_hit_rate_post 42 %"
        ),
        "2 requests failed at concurrency 1",
    )
    assert [p.text for p in reading.passed_over] == ["concurrency_sweep: not one word or number"]
    assert (reading.format, reading.suggested_measurement) == (
        "inference_perfbench_v1",
        "llama-perfbench-v1",
    )


def test_rates_above_one_are_percent_all_of_them(read):
    document = changed(
        "server_metrics_delta",
        to={"prefix_cache_hit_rate_pre": 0.7, "prefix_cache_hit_rate_post": 42},
    )
    found = values(read(document))
    assert found["prefix_cache_hit_rate_pre"] == (0.7, "%")
    assert found["prefix_cache_hit_rate_post"] == (42.0, "%")


def test_the_least_document(read):
    document = {"schema": "inference_perfbench_v1", "metrics": {"4": {"ttft_p50_ms": 3}}}
    reading = read(document)
    assert (values(reading), reading.headline, reading.context, reading.warnings) == (
        {"c4.ttft_p50_ms": (3.0, "ms")},
        None,
        {},
        (),
    )
    assert reading.suggested_measurement == "perfbench-v1"


FAULTS = [
    (
        changed("schema", to="inference_perfbench_v2"),
        "perfbench/schema",
        "expected one JSON object",
    ),
    (changed("metrics"), "perfbench/form", "metrics: expected an object"),
    (changed("metrics", to={"low": {}}), "perfbench/form", "metrics.low: expected a concurrency"),
    (changed("metrics", "16", to=[1]), "perfbench/form", "metrics.16: expected an object"),
    (
        changed("metrics", "16", "errors", to="0"),
        "perfbench/form",
        "metrics.16.errors: expected a number or null",
    ),
    (changed("metrics", "16", "errors", to=-1), "perfbench/negative", "c16.errors is -1"),
    (
        changed("metrics", "16", "throughput_toks_per_s", to=0),
        "run/failed",
        "the run failed: no token",
    ),
    (
        changed("server_metrics_delta", to=3),
        "perfbench/form",
        "server_metrics_delta: expected an object",
    ),
    (
        changed("kernel_class_gpu_pct", "fp8_bmm", to=130),
        "perfbench/form",
        "kernel_class_gpu_pct.fp8_bmm: expected 0 to 100",
    ),
    (
        changed("cpu_spinpoll_pct", to="x"),
        "perfbench/form",
        "document.cpu_spinpoll_pct: expected a number",
    ),
]
BEYOND_A_SCHEMA = [
    (
        changed("metrics", "016", to={}),
        "perfbench/form",
        "metrics.016: expected concurrency 16 once",
    ),
    (
        changed("metrics", "16", "", to=1),
        "perfbench/form",
        "metrics.16: expected names of one line",
    ),
    (changed("server_metrics_delta", "cpu_spinpoll_pct", to=1), "perfbench/twice", "two metrics"),
    (
        changed("server_metrics_delta", "prefix_cache_hit_rate_post", to=142),
        "perfbench/form",
        "at most 100",
    ),
    (
        {"schema": "inference_perfbench_v1", "metrics": {"1": {"errors": None}}},
        "perfbench/empty",
        "every number is null",
    ),
]


@pytest.mark.parametrize(("document", "code", "message"), FAULTS + BEYOND_A_SCHEMA)
def test_what_a_document_must_not_be(read, document, code, message):
    if code == "perfbench/twice":
        document["server_metrics_delta"]["c16.errors"] = 1
    error = refusal(read, document)
    assert (error.code, message in error.message) == (code, True), error.message
    assert error.where.startswith("d.json")


def test_the_schema_refuses_what_the_reader_refuses(read):
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.check_schema(SCHEMA)
    assert list(validator.iter_errors(DOCUMENT)) == []
    for document, *_ in FAULTS:
        assert list(validator.iter_errors(document)), document


def test_a_fault_of_the_text_has_its_line(read):
    error = refusal(read, '{"schema": "inference_perfbench_v1",\n "metrics": {')
    assert (error.code, error.where) == ("json/truncated", "d.json:1")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (json.dumps(DOCUMENT), "its schema is inference_perfbench_v1"),
        ('{"schema": "other"}', None),
    ],
)
def test_sniff(file, text, why):
    assert inference_perfbench.sniff(file("x", text)) == why
    assert inference_perfbench.sniff(Source(name="x", kind="inline", files=())) is None


# The report


def rows(text):
    over = []
    found = perfbench_report.rows(SourceFile(path="report.md", data=text.encode()), over)
    return {level: row.numbers for level, row in found.items()}, [entry.text for entry in over]


def test_a_markdown_report():
    found, over = rows(REPORT)
    assert found == {
        1: {
            "throughput_toks_per_s": 140.0,
            "ttft_p50_ms": 30.1,
            "ttft_p95_ms": 50.0,
            "ttft_p99_ms": pytest.approx(70.0),
            "itl_p50_ms": 7.1,
            "tps_per_user": 140.0,
            "request_latency_p50_ms": 900.0,
            "errors": 0.0,
        },
        16: {
            "throughput_toks_per_s": 2140.5,
            "ttft_p50_ms": 31.5,
            "ttft_p99_ms": pytest.approx(90.0),
            "itl_p50_ms": 7.25,
            "tps_per_user": 133.8,
            "errors": 0.0,
        },
    }
    assert over == [
        "req/s: not a column that is known",
        "TTFT p99.9: not a column that is known",
        "a row without a concurrency",
    ]


def test_a_report_in_columns_of_text():
    text = "Conc   Throughput (tok/s)   TTFT p50 (s)\n----   ----   ----\n8      1200.5               0.031\n\nC  x\n1,024  2\n"
    assert rows(text)[0] == {
        8: {"throughput_toks_per_s": 1200.5, "ttft_p50_ms": 31.0},
        1024: {},
    }
    assert rows("no table here\nconcurrency was 8\n") == ({}, [])
    assert rows("plain") == ({}, [])


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("| C | tok/s | output tokens/sec |\n", "perfbench/ambiguous", "report.md:1"),
        ("| C | tok/s |\n| 1 | 5 |\n| 1 | 6 |\n", "perfbench/ambiguous", "report.md:3"),
        ("| C | tok/s |\n| 1 | 5 | 6 |\n", "perfbench/row", "report.md:2"),
        ("| C | tok/s |\n| 1 | 5,5 |\n", "perfbench/number", "report.md:2"),
        ("| C | TTFT p50 |\n| 1 | 31 / 58 |\n", "perfbench/number", "report.md:2"),
    ],
)
def test_what_a_report_must_not_be(text, code, where):
    error = refusal(rows, text)
    assert (error.code, error.where) == (code, where)


# Names


@pytest.mark.parametrize(
    ("path", "level"),
    [
        ("aiperf-c16.log", 16),
        ("c16/profile_export_aiperf.json", 16),
        ("CONCURRENCY_16.csv", 16),
        ("conc-16.log", 16),
        ("con16.log", 16),
        ("conc=016.json", 16),
        ("llama-openai-chat-concurrency16/profile_export_aiperf.json", 16),
        ("sweep-c64/aiperf-c16.log", 16),
        ("c16k.log", None),
        ("abc16.log", None),
        ("c0.log", None),
        ("run.log", None),
    ],
)
def test_the_concurrency_in_a_name(path, level):
    assert perfbench_names.concurrency(path) == level


def test_a_name_that_says_two():
    error = refusal(perfbench_names.concurrency, "aiperf-c1-c16.log")
    assert (error.code, error.message) == (
        "perfbench/ambiguous",
        "its name says concurrency 1 and 16",
    )


# The bundle


def test_a_bundle_whole(taken):
    reading = taken(
        {
            "aiperf-c16.log": export(),
            "c16/aiperf.csv": CSV,
            "c16/aiperf.log": LOG,
            "aiperf-c1.json": export(1, 140.0),
            "perf-bench-report-2026-05-01.md": REPORT,
            "llama-metrics-pre.prom": PRE,
            "llama-metrics-post.prom": POST,
            "kernels.csv": KERNELS,
            "profile.json": '{"cpu_spinpoll_pct": 4.5}',
            "profile_export_aiperf_aggregate.json": export(),
            "notes.md": "| C | tok/s |\n| 3 | 4 |\n",
        }
    )
    found = values(reading)
    assert {key: pair for key, pair in found.items() if key.startswith("c16.")} == {
        "c16.throughput_toks_per_s": (2140.5, "tokens/s"),
        "c16.ttft_p50_ms": (31.5, "ms"),
        "c16.ttft_p95_ms": (58.0, "ms"),
        "c16.ttft_p99_ms": (90.0, "ms"),
        "c16.itl_p50_ms": (7.25, "ms"),
        "c16.tps_per_user": (133.8, "tokens/s/user"),
        "c16.request_latency_p50_ms": (1480.0, "ms"),
        "c16.errors": (0.0, "requests"),
    }
    rest = {key: pair for key, pair in found.items() if not key.startswith(("c1.", "c16."))}
    assert {key: pair for key, pair in rest.items() if pair[0]} == {
        "gpu_cache_usage_perc_peak": (50.0, "%"),
        "num_requests_running_peak": (3.0, "requests"),
        "prefix_cache_hit_rate_pre": (10.0, "%"),
        "prefix_cache_hit_rate_post": (50.0, "%"),
        "cpu_spinpoll_pct": (4.5, "%"),
        "kernel_class_gpu_pct.gemm": (60.0, "%"),
        "kernel_class_gpu_pct.other": (40.0, "%"),
    }
    assert reading.headline == "c16.throughput_toks_per_s"
    assert reading.metrics["c16.ttft_p50_ms"].dimensions == {"concurrency": 16, "isl": 1000}
    assert str(reading.metrics["c16.ttft_p50_ms"].validity) == "valid"
    assert reading.context == {
        "serving": {"gpu_memory_utilization": 0.9},
        "identity": {"model": "org/llama"},
        "workload": {"isl": 1000},
    }
    assert reading.suggested_measurement == "llama-perfbench-v1"
    assert reading.warnings == (
        (
            "c1.ttft_p50_ms is 31.5 in aiperf-c1.json and 30.1 in "
            "perf-bench-report-2026-05-01.md:5; the former counts"
        ),
        (
            "c1.ttft_p95_ms is 58 in aiperf-c1.json and 50 in "
            "perf-bench-report-2026-05-01.md:5; the former counts"
        ),
        (
            "c1.ttft_p99_ms is 90 in aiperf-c1.json and 70 in "
            "perf-bench-report-2026-05-01.md:5; the former counts"
        ),
        (
            "c1.itl_p50_ms is 7.25 in aiperf-c1.json and 7.1 in "
            "perf-bench-report-2026-05-01.md:5; the former counts"
        ),
        (
            "c1.tps_per_user is 133.8 in aiperf-c1.json and 140 in "
            "perf-bench-report-2026-05-01.md:5; the former counts"
        ),
        (
            "c1.request_latency_p50_ms is 1480 in aiperf-c1.json and 900 in "
            "perf-bench-report-2026-05-01.md:5; the former counts"
        ),
    )
    told = [(p.file, p.text) for p in reading.passed_over]
    assert ("c16/aiperf.csv", "the run of aiperf-c16.log in another form") in told
    assert ("c16/aiperf.log", "the run of aiperf-c16.log in another form") in told
    assert ("notes.md", "kept as evidence") in told
    assert ("profile_export_aiperf_aggregate.json", "kept as evidence") in told


def test_logs_and_a_report_fill_each_other(taken):
    reading = taken({"aiperf-c16.log": LOG, "report.md": REPORT})
    found = values(reading)
    assert found["c16.ttft_p99_ms"] == (90.0, "ms")
    assert found["c16.itl_p50_ms"] == (7.25, "ms")
    assert found["c1.throughput_toks_per_s"] == (140.0, "tokens/s")
    assert reading.context == {}
    assert reading.warnings == ()


def test_a_report_alone(taken):
    assert taken({"perf-bench.md": REPORT}).headline == "c16.throughput_toks_per_s"


def test_the_content_tells_the_concurrency_where_no_name_does(taken):
    reading = taken({"c4/x.csv": CSV, "run.json": export(32)})
    assert {key.partition(".")[0] for key in reading.metrics} == {"c4", "c32"}


def test_a_document_counts_before_its_evidence(taken):
    reading = taken({"inference_perfbench_v1.json": json.dumps(DOCUMENT), "aiperf-c8.log": LOG})
    assert "c8.ttft_p50_ms" not in reading.metrics
    assert [(p.file, p.text) for p in reading.passed_over][1:] == [
        ("aiperf-c8.log", "evidence of the document")
    ]


def test_scrapes_of_one_level_and_of_old_servers(taken):
    reading = taken(
        {
            "aiperf-c16.log": export(),
            "c16-before.prom": PRE,
            "c16-after.prom": POST,
            "c8-before.prom": PRE,
            "c8-after.prom": POST,
            "server-before.prom": V0,
            "server-after.prom": V0.replace("0.25", "0.5"),
        }
    )
    found = values(reading)
    assert found["c16.prefix_cache_hit_rate_post"] == (50.0, "%")
    assert found["prefix_cache_hit_rate_pre"] == (25.0, "%")
    assert found["prefix_cache_hit_rate_post"] == (50.0, "%")
    assert found["avg_generation_throughput_toks_per_s"] == (2100.0, "tokens/s")
    assert ("c8-after.prom", "nothing ran at concurrency 8") in [
        (p.file, p.text) for p in reading.passed_over
    ]


def test_openmetrics_and_a_server_without_caches(taken):
    text = "# TYPE level gauge\nlevel 1\n# EOF\n"
    reading = taken({"aiperf-c1.log": LOG, "m-pre.txt": text, "m-post.txt": text})
    assert set(values(reading)) == {"c1.ttft_p50_ms", "c1.ttft_p99_ms", "c1.throughput_toks_per_s"}


def test_one_scrape_tells_usage_and_warns(taken):
    reading = taken({"aiperf-c1.log": LOG, "m-during.prom": PRE})
    assert values(reading)["gpu_cache_usage_perc_peak"] == (50.0, "%")
    assert reading.warnings == (
        "no scrape of both before and after (m-during.prom): cache rates are not known",
    )


def test_kernel_classes_of_a_file_of_their_own(taken):
    reading = taken({"aiperf-c1.log": LOG, "p.json": '{"kernel_class_gpu_pct": {"a": 5}}'})
    assert values(reading)["kernel_class_gpu_pct.a"] == (5.0, "%")
    assert taken(
        {"aiperf-c1.log": LOG, "p.json": '["kernel_class_gpu_pct": 1', "q": "x"}
        | {"p.json": '"cpu_spinpoll_pct": 1'}
    )


@pytest.mark.parametrize(
    ("files", "code", "where", "message"),
    [
        (
            {"a-c16.json": export(), "b-c16.json": export()},
            "perfbench/ambiguous",
            "a-c16.json",
            "several exports at concurrency 16: a-c16.json and b-c16.json",
        ),
        (
            {"a-c16.log": LOG, "b-c16.log": LOG},
            "perfbench/ambiguous",
            "a-c16.log",
            "several exports at concurrency 16: a-c16.log and b-c16.log",
        ),
        (
            {"a-c8.json": export(16)},
            "perfbench/ambiguous",
            "a-c8.json",
            "its name says concurrency 8, its content 16",
        ),
        (
            {"a-c1-c8.json": export(16)},
            "perfbench/ambiguous",
            "a-c1-c8.json",
            "its name says concurrency 1 and 8",
        ),
        (
            {"a-c1.log": LOG, "b.log": LOG},
            "perfbench/concurrency",
            "b.log",
            "neither its name nor its content says",
        ),
        (
            {"a-c1.log": LOG, "b.json": export(None)},
            "perfbench/concurrency",
            "b.json",
            "neither its name",
        ),
        (
            {"a-c1.json": export(1, was_cancelled=True)},
            "run/failed",
            "a-c1.json:1",
            "the run failed: 'was_cancelled' is true",
        ),
        (
            {"a-c1.json": export(1, 0)},
            "run/failed",
            "a-c1.json",
            "the run failed: no token in a second",
        ),
        (
            {"report.md": REPORT, "report2.md": REPORT},
            "perfbench/ambiguous",
            "report2.md:5",
            "concurrency 1 stands at report.md:5 too",
        ),
        (
            {"report.md": "| C | tok/s |\n| 1 | x |\n"},
            "perfbench/number",
            "report.md:2",
            "throughput_toks_per_s: expected a number",
        ),
        (
            {"report.md": "| Conc | x |\n|---|---|\n| 1 | 2 |\n"},
            "perfbench/empty",
            "run-1",
            "no concurrency with a number",
        ),
        (
            {"a.json": json.dumps(DOCUMENT), "b.json": json.dumps(DOCUMENT)},
            "perfbench/ambiguous",
            "a.json",
            "several documents of inference_perfbench_v1",
        ),
        (
            {"a-c1.log": LOG, "x-pre.prom": PRE, "y-pre.prom": PRE, "y-post.prom": POST},
            "perfbench/ambiguous",
            "x-pre.prom",
            "several scrapes of before: x-pre.prom and y-pre.prom",
        ),
        (
            {"a-c1.log": LOG, "k1.csv": KERNELS, "k2.csv": KERNELS},
            "perfbench/ambiguous",
            "k1.csv",
            "several kernel summaries",
        ),
        (
            {"a-c1.log": LOG, "k1.csv": KERNELS, "p.json": '{"kernel_class_gpu_pct": {"a": 5}}'},
            "perfbench/ambiguous",
            "k1.csv",
            "several sources of kernel classes: k1.csv and p.json",
        ),
        (
            {"a-c1.log": LOG, "x-pre.prom": POST, "x-post.prom": PRE},
            "prometheus/reset",
            "x-post.prom",
            "fell from 2100",
        ),
        (
            {"a-c1.json": export(1, inter_token_latency={"unit": "tokens", "p50": 1})},
            "perfbench/unit",
            "a-c1.json",
            "inter_token_latency is in 'tokens'",
        ),
    ],
)
def test_what_a_bundle_must_not_be(taken, files, code, where, message):
    error = refusal(taken, files)
    assert (error.code, error.where) == (code, where)
    assert message in error.message


def test_a_folder_of_something_else_is_none(bundle):
    assert (
        inference_perfbench.sniff(
            bundle({"a.json": '{"x": 1}', "run.json": "{}", "README.md": REPORT})
        )
        is None
    )


def test_the_format_can_be_named_for_a_bundle(bundle):
    source = bundle({"aiperf-c16.log": LOG})
    assert (
        registry.read(source, Options(), "inference_perfbench_v1").format
        == "inference_perfbench_v1"
    )


@pytest.mark.parametrize(
    "files",
    [
        {"aiperf-c16.log": LOG, "c1/x.csv": CSV, "report.md": REPORT},
        {"m-pre.prom": PRE, "m-post.prom": POST, "k.csv": KERNELS, "c2.json": export(2)},
    ],
)
def test_it_keeps_the_rules_of_every_reader(bundle, files):
    source = bundle(files)
    claims = [one.NAME for one in registry._SPECIFIC if one.sniff(source)]
    assert claims == [inference_perfbench.NAME]
    assert broken_rules(registry.by_name(inference_perfbench.NAME), source) == ()


def test_the_document_keeps_them_too():
    source = source_of("d.json", json.dumps(DOCUMENT, indent=1).encode())
    claims = [one.NAME for one in registry._SPECIFIC if one.sniff(source)]
    assert claims == [inference_perfbench.NAME]
    assert broken_rules(registry.by_name(inference_perfbench.NAME), source) == ()


NAMES = [
    "aiperf-c1.log",
    "aiperf-c2.json",
    "c1/x.csv",
    "report.md",
    "a-pre.prom",
    "a-post.prom",
    "k.csv",
    "p.json",
    "d.json",
    "x",
]
CONTENTS = [
    export(1),
    export(2),
    CSV,
    LOG,
    REPORT,
    PRE,
    POST,
    V0,
    KERNELS,
    json.dumps(DOCUMENT),
    '{"cpu_spinpoll_pct": 4}',
    "",
    "\x00",
]


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(NAMES), st.sampled_from(CONTENTS) | st.text(max_size=40), max_size=6
    )
)
def test_a_folder_of_any_kind_raises_nothing_else(files):
    found = tuple(
        SourceFile(path=path, data=text.encode("utf-8", "replace")) for path, text in files.items()
    )
    source = Source(name="d", kind="directory", files=found)
    inference_perfbench.sniff(source)
    with suppress(InputError):
        assert inference_perfbench.read(source, Options()).metrics


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(
        [
            ("metrics",),
            ("metrics", "16"),
            ("metrics", "16", "errors"),
            ("server_metrics_delta",),
            ("kernel_class_gpu_pct",),
            ("cpu_spinpoll_pct",),
            ("deployment",),
            ("model",),
        ]
    ),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(st.text(max_size=3) | st.just("16"), inner, max_size=3)
        ),
        max_leaves=6,
    ),
)
def test_what_the_reader_takes_the_schema_takes(path, value):
    document = changed(*path, to=value)
    source = SourceFile(path="d.json", data=json.dumps(document).encode())
    try:
        inference_perfbench.read(Source(name="d", kind="file", files=(source,)), Options())
    except InputError:
        return
    if path not in (("deployment",), ("model",)):
        assert jsonschema.Draft202012Validator(SCHEMA).is_valid(document)
