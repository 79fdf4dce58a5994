from __future__ import annotations

import json

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import trtllm_bench
from gitbaseline.formats.base import Options, Source
from gitbaseline.model.metric import Direction, Metric

SPREAD = {
    "p50": 60.0,
    "p90": 70.0,
    "p95": 75.0,
    "p99": 80.0,
    "minimum": 50.0,
    "maximum": 90.0,
    "average": 62.0,
}
REPORT = {
    "engine": {
        "model": "acme/Tiny-7B",
        "model_path": "/nobody/models/tiny",
        "engine_dir": "None",
        "version": "1.3.0",
        "backend": "Pytorch",
        "dtype": "bfloat16",
        "kv_cache_dtype": "FP8",
        "quantization": None,
    },
    "machine": {"name": "Test GPU", "memory.total": 79.6, "clocks.mem": 2.6},
    "world_info": {
        "tp_size": 2,
        "pp_size": 1,
        "ep_size": None,
        "world_size": 2,
        "max_batch_size": 256,
        "max_num_tokens": 8192,
        "scheduling_policy": "GUARANTEED_NO_EVICT",
        "kv_cache_percentage": 0.9,
        "issue_rate": 1.7e15,
    },
    "request_info": {
        "num_requests": 1000,
        "avg_num_concurrent_requests": 240.5,
        "avg_input_length": 128.0,
        "avg_output_length": 127.9,
    },
    "performance": {
        "total_latency_ms": 20000.0,
        "avg_request_latency_ms": 4800.0,
        "request_throughput_req_s": 50.0,
        "system_output_throughput_tok_s": 6395.0,
        "system_total_throughput_tok_s": 12795.0,
        "output_throughput_per_user_tok_s": 27.0,
        "output_throughput_per_gpu_tok_s": 3197.5,
        "request_latency_percentiles_ms": SPREAD,
    },
    "streaming_metrics": {
        "token_output_speed_tok_s": 30.0,
        "avg_ttft_ms": 62.0,
        "avg_tpot_ms": 0.0,
        "ttft_percentiles": SPREAD | {"odd": 1},
    },
    "dataset": {"isl_stats": {}},
}
PRINTED = """
[07/01/2026-10:11:12] [TRT-LLM] [I] loading

===========================================================
= PYTORCH BACKEND
===========================================================
Model:\t\t\tacme/Tiny-7B
Model Path:\t\t/nobody/models/tiny
TensorRT LLM Version:\t1.3.0
Dtype:\t\t\tbfloat16
KV Cache Dtype:\t\tFP8
Quantization:\t\tNone

===========================================================
= MACHINE DETAILS
===========================================================
Test GPU, memory 79.60 GB, 2.60 GHz

===========================================================
= REQUEST DETAILS
===========================================================
Number of requests:             1000
Number of concurrent requests:  240.5000
Average Input Length (tokens):  128.0000
Average Output Length (tokens): 127.9000
===========================================================
= WORLD + RUNTIME INFORMATION
===========================================================
TP Size:                2
PP Size:                1
EP Size:                None
Max Runtime Batch Size: 256
Max Runtime Tokens:     8192
Scheduling Policy:      GUARANTEED_NO_EVICT
KV Memory Percentage:   90.00%
Issue Rate (req/sec):   1.7000E+15

===========================================================
= PERFORMANCE OVERVIEW
===========================================================
Request Throughput (req/sec):                     50.0000
Total Output Throughput (tokens/sec):             6395.0000
Total Token Throughput (tokens/sec):              12795.0000
Total Latency (ms):                               20000.0000
Average request latency (ms):                     4800.0000
Per User Output Throughput [w/ ctx] (tps/user):   27.0000
Per GPU Output Throughput (tps/gpu):              3197.5000
Average time-to-first-token [TTFT] (ms):          62.0000
Average time-per-output-token [TPOT] (ms):        0.0000
Per User Output Speed (tps/user):                 30.0000

-- Per-Request Time-to-First-Token [TTFT] Breakdown (ms)

[TTFT] MINIMUM: 50.0000
[TTFT] MAXIMUM: 90.0000
[TTFT] AVERAGE: 62.0000
[TTFT] P50    : 60.0000
[TTFT] P90    : 70.0000
[TTFT] P95    : 75.0000
[TTFT] P99    : 80.0000

-- Request Latency Breakdown (ms) -----------------------

[Latency] P50    : 60.0000
[Latency] P90    : 70.0000
[Latency] P95    : 75.0000
[Latency] P99    : 80.0000
[Latency] MINIMUM: 50.0000
[Latency] MAXIMUM: 90.0000
[Latency] AVERAGE: 62.0000
"""


def document(**changes):
    return json.dumps(REPORT | changes, indent=1)


@pytest.fixture
def read(file):
    return lambda text: trtllm_bench.read(file("report.json", text), Options())


def refusal(read, text):
    with pytest.raises(InputError) as caught:
        read(text)
    return caught.value.code, caught.value.where, caught.value.message


def numbers(reading):
    return {key: m.value for key, m in reading.metrics.items()}


def test_the_version_of_a_printed_report(read):
    for said in ("TensorRT LLM Version", "TensorRT-LLM Version"):
        assert read(PRINTED.replace("TensorRT LLM Version", said)).tool_version == "1.3.0"


def test_a_report_whole(read):
    reading = read(document())
    assert numbers(reading) == {
        "total_latency_ms": 20000.0,
        "avg_request_latency_ms": 4800.0,
        "request_throughput_req_s": 50.0,
        "system_output_throughput_tok_s": 6395.0,
        "system_total_throughput_tok_s": 12795.0,
        "output_throughput_per_user_tok_s": 27.0,
        "output_throughput_per_gpu_tok_s": 3197.5,
        "token_output_speed_tok_s": 30.0,
        "avg_ttft_ms": 62.0,
        "avg_num_concurrent_requests": 240.5,
        "avg_output_length": 127.9,
        **{
            f"{what}.{stat}": value
            for what in ("request_latency_ms", "ttft_ms")
            for stat, value in zip(
                ("p50", "p90", "p95", "p99", "min", "max", "mean"), SPREAD.values(), strict=True
            )
        },
    }
    assert reading.metrics["ttft_ms.p99"] == Metric(
        value=80.0, unit="ms", direction=Direction.LOWER, stat="p99", n=1000, unit_source="format"
    )
    assert reading.headline == "system_output_throughput_tok_s"
    assert (reading.suggested_measurement, reading.tool_version) == ("trtllm_tiny-7b", "1.3.0")
    assert reading.environment == {"gpu_model": "Test GPU", "gpu_count": 2}
    assert reading.context == {
        "identity": {"model": "acme/Tiny-7B", "dtype": "bfloat16", "kv_cache_dtype": "FP8"},
        "stack": {"tensorrt_llm": "1.3.0", "backend": "Pytorch"},
        "parallelism": {"tp": 2, "pp": 1},
        "serving": {
            "max_batch_size": 256,
            "max_num_tokens": 8192,
            "scheduling_policy": "GUARANTEED_NO_EVICT",
            "kv_cache_percentage": 0.9,
        },
        "workload": {"num_prompts": 1000, "isl": 128.0},
    }
    assert "nobody" not in repr(reading)
    zero, *others = [p.text for p in reading.passed_over]
    assert zero == "avg_tpot_ms: 0 measures nothing"
    assert "engine.model_path: not a metric" in others
    assert all(text.endswith(": not a metric") for text in others)


def test_the_printed_report_gives_what_the_json_does(read):
    reading = read(PRINTED)
    assert numbers(reading) == numbers(read(document()))
    assert reading.environment == {"gpu_model": "Test GPU"}
    assert reading.context["parallelism"] == {"tp": 2, "pp": 1}
    assert "Issue Rate (req/sec):   1.7000E+15" in {p.text for p in reading.passed_over}


@pytest.mark.parametrize(
    "dress",
    [lambda line: f"0: {line}\r", lambda line: f"[07/01/2026-10:11:12] [TRT-LLM] [I] {line}"],
)
def test_what_launchers_and_loggers_add_changes_nothing(read, dress):
    dressed = "".join(f"{dress(line)}\n" for line in PRINTED.splitlines())
    assert numbers(read(dressed)) == numbers(read(PRINTED))


def test_a_last_line_without_an_end_may_be_half_a_number(read):
    with pytest.raises(InputError) as caught:
        read(PRINTED.rstrip("\n"))
    assert caught.value.message == "the last line breaks off, in a number perhaps"


def test_reports_are_trials_or_cases(read):
    faster = document(performance=REPORT["performance"] | {"request_throughput_req_s": 51.0})
    assert read(document() + "\n" + faster).metrics["request_throughput_req_s"].samples == (
        50.0,
        51.0,
    )
    wider = document(world_info=REPORT["world_info"] | {"tp_size": 4})
    reading = read(document() + "\n" + wider + '\n{"x": 1}\n')
    assert (reading.headline, "tp=4.ttft_ms.p50" in reading.metrics) == (None, True)
    again = PRINTED[PRINTED.index("= PERFORMANCE") :]
    assert read(PRINTED + PRINTED).metrics["ttft_ms.p50"].n == 2
    assert len(read(again + again).metrics["total_latency_ms"].samples) == 2


def line_of(text):
    return PRINTED[: PRINTED.index(text)].count("\n") + 1


LATENCY = "Total Latency (ms):                               20000.0000"


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        (
            "50.0000\nTotal Output",
            "50,0000\nTotal Output",
            "50.0000\nTotal Output",
            "Request Throughput (req/sec): expected one plain number, got '50,0000'",
        ),
        (LATENCY, "", "= PYTORCH", "the report is cut off: it has no total_latency_ms"),
        (
            "[TTFT] P50    : 60.0000",
            "[TTFT] P50    : nan",
            "[TTFT] P50",
            "[TTFT] P50: expected one plain number",
        ),
        ("[TTFT] P90 ", "[TTFT] P50 ", "[TTFT] P90", "[TTFT] P50: expected one plain number"),
        ("TP Size: ", "PP Size: ", "PP Size", "PP Size stands here twice"),
        (
            LATENCY,
            "| Total Latency (ms) | 20000.0 | 21000.0 |",
            LATENCY,
            "a table of several values, not a report",
        ),
    ],
)
def test_printed_reports_that_are_refused(read, old, new, place, said):
    where = f"report.json:{line_of(place)}"
    assert refusal(read, PRINTED.replace(old, new, 1)) == ("trtllm/report", where, said)


def test_numbers_of_the_json_that_cannot_be_read(read):
    text = document(performance=REPORT["performance"] | {"total_latency_ms": "NaN"})
    assert refusal(read, text) == (
        "trtllm/number",
        "report.json:1",
        "total_latency_ms: expected a number from 0, got 'NaN'",
    )
    assert refusal(read, document(streaming_metrics={"avg_ttft_ms": -1.0}))[0] == "trtllm/number"


def test_nothing_in_it(read):
    assert refusal(read, "text")[0] == "trtllm/empty"
    assert (
        refusal(read, document(performance={}, request_info={}, streaming_metrics={}))[0]
        == "trtllm/empty"
    )


def test_a_report_of_an_unknown_model(read):
    reading = read(document(engine={}, machine=None, request_info={}))
    assert (reading.suggested_measurement, reading.tool_version) == ("trtllm", None)
    assert reading.metrics["ttft_ms.p50"].n == 1


def test_which_sources_are_its_own(file):
    assert (
        trtllm_bench.sniff(file("x", document()))
        == "it has the sections of trtllm-bench --report_json"
    )
    assert trtllm_bench.sniff(file("x", PRINTED)) == "it has the report that trtllm-bench prints"
    assert trtllm_bench.sniff(file("x", '{"performance": 1}')) is None
    assert trtllm_bench.sniff(Source(name="v", kind="inline", files=())) is None
