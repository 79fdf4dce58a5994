from __future__ import annotations

import json

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import vllm_bench
from gitbaseline.formats.base import Options, Source, SourceFile
from gitbaseline.model.metric import Direction, Metric, Validity

RESULT = {
    "date": "20260301-101112",
    "backend": "vllm",
    "label": None,
    "model_id": "acme/Tiny-7B",
    "tokenizer_id": "acme/Tiny-7B",
    "num_prompts": 100,
    "tp": "8",
    "request_rate": "inf",
    "burstiness": 1.0,
    "max_concurrency": 16,
    "duration": 12.5,
    "completed": 100,
    "failed": 0,
    "total_input_tokens": 51200,
    "total_output_tokens": 12800,
    "request_throughput": 8.0,
    "request_goodput": None,
    "output_throughput": 1024.0,
    "total_token_throughput": 5120.0,
    "ttfts": [0.05, 0.06],
    "errors": ["", ""],
    "rtfx": 0.0,
    "mean_ttft_ms": 61.0,
    "median_ttft_ms": 60.0,
    "std_ttft_ms": 0.0,
    "p99_ttft_ms": 95.5,
    "p99.9_itl_ms": 30.0,
    "median_itl_ms": 14.0,
}
PRINTED = """
INFO: loading
============ Serving Benchmark Result ============
Successful requests:                     100
Failed requests:                         0
Maximum request concurrency:             16
Benchmark duration (s):                  12.50
Total input tokens:                      51200
Total generated tokens:                  12800
Request throughput (req/s):              8.00
Output token throughput (tok/s):         1024.00
Peak output token throughput (tok/s):    1500.00
Total Token throughput (tok/s):          5120.00
---------------Time to First Token----------------
Mean TTFT (ms):                          61.00
Median TTFT (ms):                        60.00
P99 TTFT (ms):                           95.50
P99.9 Odd Thing (ms):                    1.00
-----Time per Output Token (excl. 1st token)------
Mean TPOT (ms):                          14.20
New label:                               7
==================================================
INFO: bye
"""


def result(**changes):
    return json.dumps(RESULT | changes)


@pytest.fixture
def read(file):
    return lambda text, name="run.json": vllm_bench.read(file(name, text), Options())


def refusal(read, text):
    with pytest.raises(InputError) as caught:
        read(text)
    return caught.value.code, caught.value.where, caught.value.message


def test_a_result_whole(read):
    reading = read(result())
    assert {k: (m.value, m.unit, str(m.direction), m.stat) for k, m in reading.metrics.items()} == {
        "duration": (12.5, "s", "unknown", "single"),
        "completed": (100, "requests", "unknown", "single"),
        "failed": (0, "requests", "lower-is-better", "single"),
        "total_input_tokens": (51200, "tokens", "unknown", "single"),
        "total_output_tokens": (12800, "tokens", "unknown", "single"),
        "request_throughput": (8.0, "requests/s", "higher-is-better", "single"),
        "output_throughput": (1024.0, "tokens/s", "higher-is-better", "single"),
        "total_token_throughput": (5120.0, "tokens/s", "higher-is-better", "single"),
        "mean_ttft_ms": (61.0, "ms", "lower-is-better", "mean"),
        "median_ttft_ms": (60.0, "ms", "lower-is-better", "median"),
        "std_ttft_ms": (0.0, "ms", "lower-is-better", "std"),
        "p99_ttft_ms": (95.5, "ms", "lower-is-better", "p99"),
        "p99.9_itl_ms": (30.0, "ms", "lower-is-better", "p99.9"),
        "median_itl_ms": (14.0, "ms", "lower-is-better", "median"),
    }
    assert reading.metrics["p99_ttft_ms"] == Metric(
        value=95.5,
        unit="ms",
        direction=Direction.LOWER,
        validity=Validity.VALID,
        stat="p99",
        n=100,
        dimensions={"request_rate": "inf", "max_concurrency": 16},
        unit_source="format",
    )
    assert (reading.headline, reading.suggested_measurement) == (
        "output_throughput",
        "vllm_tiny-7b",
    )
    assert reading.context == {
        "identity": {"model": "acme/Tiny-7B", "tokenizer": "acme/Tiny-7B"},
        "parallelism": {"tp": 8},
        "workload": {
            "num_prompts": 100,
            "request_rate": "inf",
            "burstiness": 1.0,
            "concurrency": 16,
        },
        "stack": {"backend": "vllm"},
    }
    assert [p.text for p in reading.passed_over] == [
        "label: null",
        "request_goodput: null",
        "ttfts: a list of 2",
        "errors: a list of 2",
        "rtfx: 0 measures nothing",
        "date: not a metric",
    ]


def test_metadata_of_the_person(read):
    reading = read(result(gpu="X100", gpu_count="8", vllm_version="0.12.1", concurrency="many"))
    assert reading.environment == {"gpu_model": "X100", "gpu_count": "8"} | {"gpu_count": 8}
    assert reading.context["stack"] == {
        "backend": "vllm",
        "vllm_version": "0.12.1",
        "concurrency": "many",
    }


def test_seconds_where_the_key_says_so_or_nothing(read):
    metrics = read(result(mean_e2el_s=1.5, median_tpot=0.02)).metrics
    assert (metrics["mean_e2el_s"].unit, metrics["mean_e2el_s"].unit_source) == ("s", "format")
    assert (metrics["median_tpot"].unit, metrics["median_tpot"].unit_source) == ("s", "assumed")


def test_numbers_of_later_versions(read):
    reading = read(
        result(
            spec_decode_acceptance_rate=71.5,
            spec_decode_num_drafts=400,
            probe_max_e2el_ms=9.0,
            steady_state_tokens_per_s=7.0,
        )
    )
    metrics = reading.metrics
    rate = metrics["spec_decode_acceptance_rate"]
    assert (rate.unit, rate.direction) == ("%", Direction.HIGHER)
    drafts = metrics["spec_decode_num_drafts"]
    assert (drafts.unit, drafts.direction) == ("unknown", Direction.UNKNOWN)
    assert (metrics["probe_max_e2el_ms"].unit, metrics["probe_max_e2el_ms"].stat) == ("ms", "max")
    steady = metrics["steady_state_tokens_per_s"]
    assert (steady.unit, steady.unit_source, steady.direction) == (
        "tokens/s",
        "key",
        "higher-is-better",
    )


def test_what_is_neither_number_nor_setting(read):
    reading = read(
        result(**{"": 1, "request_goodput:": None, "nested": {}, "p95_ttft_ms": "NaN"}).replace(
            '"output_throughput": 1024.0', '"output_throughput": NaN'
        )
    )
    assert {p.text for p in reading.passed_over} >= {
        "(no name): no name for a metric",
        "nested: neither a number nor text",
        "output_throughput: not a finite number",
        "p95_ttft_ms: not a finite number",
    }
    assert reading.headline == "request_throughput"


def test_zero_latencies_measure_nothing(read):
    reading = read(result(median_itl_ms=-0.0))
    assert "median_itl_ms" not in reading.metrics
    assert "median_itl_ms: 0 measures nothing" in {p.text for p in reading.passed_over}


def test_documents_of_append_result_are_trials(read):
    reading = read(result() + "\n" + result(output_throughput=1030.0, date="later") + "\n")
    metric = reading.metrics["output_throughput"]
    assert (metric.samples, metric.value, metric.stat) == ((1024.0, 1030.0), 1027.0, "median")
    assert reading.headline == "output_throughput"


def test_documents_of_two_loads_are_cases(read):
    reading = read(result() + "\n" + result(max_concurrency=64) + '\n{"other": 1}\n')
    assert reading.metrics["max_concurrency=64.output_throughput"].dimensions == {
        "request_rate": "inf",
        "max_concurrency": 64,
    }
    assert (reading.headline, "concurrency" in reading.context["workload"]) == (None, False)
    assert "JSON that is no result" in {p.text for p in reading.passed_over}


def test_a_list_of_results_is_a_summary_of_a_sweep(read):
    text = json.dumps([RESULT | {"run_number": 0}, RESULT | {"run_number": 1}, []], indent=1)
    assert read(text).metrics["output_throughput"].n == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"completed": 0}, "no request was completed"),
        ({"failed": 3}, "3 requests failed"),
        ({"failed": None, "completed": 98}, "98 of 100 requests were completed"),
        ({"errors": ["", "Timeout"]}, "1 of 2 requests ended in an error"),
    ],
)
def test_failed_runs_are_refused_with_their_line(read, changes, said):
    assert refusal(read, result() + "\n" + result(**changes)) == (
        "serving/failed",
        "run.json:2",
        f"the run failed: {said}",
    )


@pytest.mark.parametrize(
    ("changes", "validity"),
    [
        ({}, Validity.VALID),
        ({"failed": None, "errors": None, "num_prompts": None}, Validity.VALID),
        ({"failed": None}, Validity.VALID),
    ],
)
def test_validity(read, changes, validity):
    assert read(result(**changes)).metrics["duration"].validity is validity


def test_negative_numbers_are_refused(read):
    assert refusal(read, result(output_throughput=-1)) == (
        "serving/negative",
        "run.json:1",
        "output_throughput is -1; expected at least 0",
    )


def test_nothing_in_it(read):
    assert refusal(read, "text")[0] == "serving/empty"
    assert refusal(read, '{"model_id": "m", "x": {"request_throughput": 1}}')[0] == "serving/empty"
    only = '{"model_id": "m", "request_throughput": null}'
    assert refusal(read, only) == ("serving/empty", "run.json:1", "a run without a number")


def test_the_printed_summary(read):
    reading = read(PRINTED, name="log")
    assert {k: m.value for k, m in reading.metrics.items()} == {
        "completed": 100,
        "failed": 0,
        "duration": 12.5,
        "total_input_tokens": 51200,
        "total_output_tokens": 12800,
        "request_throughput": 8.0,
        "output_throughput": 1024.0,
        "max_output_tokens_per_s": 1500.0,
        "total_token_throughput": 5120.0,
        "mean_ttft_ms": 61.0,
        "median_ttft_ms": 60.0,
        "p99_ttft_ms": 95.5,
        "mean_tpot_ms": 14.2,
    }
    assert reading.context == {"workload": {"concurrency": 16}}
    assert [(p.line, p.text) for p in reading.passed_over] == [
        (2, "INFO: loading"),
        (18, "P99.9 Odd Thing (ms):                    1.00"),
        (21, "New label:                               7"),
        (23, "INFO: bye"),
    ]


@pytest.mark.parametrize(
    "dress", [lambda line: f"# {line}", lambda line: f"0: {line}\r", lambda line: f"\x1b[1m{line}"]
)
def test_what_launchers_and_pastes_add_changes_nothing(read, dress):
    dressed = "\n".join(map(dress, PRINTED.splitlines()))
    assert read(dressed).metrics == read(PRINTED).metrics


def test_two_summaries_in_one_log(read):
    assert read(PRINTED + PRINTED).metrics["output_throughput"].samples == (1024.0, 1024.0)
    other = PRINTED.replace("concurrency:             16", "concurrency:             32")
    assert "max_concurrency=32.output_throughput" in read(PRINTED + other).metrics


@pytest.mark.parametrize(
    "text", [PRINTED.partition("Mean TPOT")[0], PRINTED.replace("=" * 50, "") + PRINTED]
)
def test_a_summary_that_is_cut_off(read, text):
    assert refusal(read, text) == (
        "serving/truncated",
        "run.json:3",
        "the summary that begins here has no closing rule: the run is cut off",
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("1024.00", "1,024.00", "Output token throughput (tok/s) is '1,024.00'"),
        ("1024.00", "nan", "Output token throughput (tok/s) is 'nan'"),
        ("Mean TPOT", "Mean TTFT", "Mean TTFT (ms) stands here twice"),
    ],
)
def test_numbers_of_the_summary_that_cannot_be_read(read, old, new, said):
    code, _, message = refusal(read, PRINTED.replace(old, new))
    assert (code, message) == ("serving/number", f"{said}; expected one plain number")


def sweep(**more):
    files = {
        "sweep/c=1/run=0.json": result(max_concurrency=1),
        "sweep/c=1/run=1.json": result(max_concurrency=1, output_throughput=1000.0),
        "sweep/c=1/summary.json": "[]",
        "sweep/c=8/run=0.json": result(max_concurrency=8),
        "sweep/c=8/warmup.json": result(),
        **more,
    }
    return Source(
        name="sweep",
        kind="directory",
        files=tuple(SourceFile(path=path, data=text.encode()) for path, text in files.items()),
    )


def test_a_sweep_folder():
    assert vllm_bench.sniff(sweep()) == "it is a folder of a vllm bench sweep"
    reading = vllm_bench.read(sweep(), Options())
    assert reading.metrics["max_concurrency=1.output_throughput"].samples == (1024.0, 1000.0)
    assert reading.metrics["max_concurrency=8.output_throughput"].value == 1024.0
    assert [p.file for p in reading.passed_over if "evidence" in p.text] == [
        "sweep/c=1/summary.json",
        "sweep/c=8/warmup.json",
    ]


@pytest.mark.parametrize("name", ["sweep/c=8/run=1.failure.json", "SERVE-x-failure.json"])
def test_a_sweep_with_a_failed_run_is_refused(name):
    with pytest.raises(InputError) as caught:
        vllm_bench.read(sweep(**{name: "{}"}), Options())
    assert (caught.value.code, caught.value.where) == ("serving/failed", f"{name}:1")


def test_which_sources_are_its_own(file, folder):
    assert vllm_bench.sniff(file("x", result())) == "it has the fields of vllm bench serve"
    assert vllm_bench.sniff(file("x", PRINTED)) == "it has the summary that vllm bench serve prints"
    assert vllm_bench.sniff(file("x", "Traffic request rate: inf\n" + PRINTED))
    retokenized = PRINTED + "Total generated tokens (retokenized):  1"
    assert vllm_bench.sniff(file("x", retokenized)) is None
    assert vllm_bench.sniff(file("x", '{"model_id": 1}')) is None
    assert vllm_bench.sniff(folder("d", run_dot_json=result())) is None
    assert vllm_bench.sniff(Source(name="v", kind="inline", files=())) is None


PLANNED = "Namespace(backend='vllm', num_prompts={}, seed=0)\nTraffic request rate: inf\n"


def test_a_summary_behind_the_arguments_and_a_progress_bar(read):
    bar = PRINTED.replace("============ S", "100%|####| 9/9 [00:01<00:00]============ S")
    old = bar.replace("Failed requests:                         0\n", "")
    reading = read(PLANNED.format(100) + old)
    assert reading.metrics["output_throughput"].value == 1024.0
    assert reading.metrics["output_throughput"].validity is Validity.VALID
    assert reading.context["workload"]["num_prompts"] == 100
    with pytest.raises(InputError, match="100 of 500 requests were completed"):
        read(PLANNED.format(500) + old)


def test_a_summary_behind_a_foreign_prefix_says_which(read):
    with pytest.raises(InputError) as caught:
        read("\n".join("bench-1  | " + line for line in PRINTED.splitlines()))
    assert (caught.value.code, caught.value.hint) == (
        "serving/prefix",
        "take it off: cut -c12- run.json",
    )


def test_a_smaller_data_set_than_was_planned_is_no_failure(read):
    run = {"completed": 2, "failed": None, "errors": ["", ""]}
    assert read(result(**run)).metrics["completed"].value == 2.0
    with pytest.raises(InputError, match="2 of 100 requests were completed"):
        read(result(**run | {"errors": None}))
