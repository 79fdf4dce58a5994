from __future__ import annotations

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import sglang_bench
from gitbaseline.formats.base import Options, Source
from gitbaseline.model.metric import Validity

LINE = (
    '{"backend": "sglang", "dataset_name": "random", "request_rate": Infinity, "max_concurrency": null,'
    ' "random_input_len": 256, "random_output_len": 64, "duration": 4.0, "completed": 40,'
    ' "total_input_tokens": 10240, "total_output_tokens": 2560,'
    ' "total_output_tokens_retokenized": 2550, "output_throughput": 640.0,'
    ' "median_ttft_ms": 31.5, "median_itl_ms": 9.5, "accept_length": null}\n'
)
PRINTED = """
============ Serving Benchmark Result ============
Backend:                                 sglang
Traffic request rate:                    inf
Max request concurrency:                 not set
Successful requests:                     40
Total generated tokens:                  2560
Total generated tokens (retokenized):    1200
Output token throughput (tok/s):         640.00
Concurrency:                             9.31
----------------End-to-End Latency----------------
Median E2E Latency (ms):                 612.00
---------------Inter-Token Latency----------------
Median ITL (ms):                         -0.00
==================================================
"""


@pytest.fixture
def read(file):
    return lambda text: sglang_bench.read(file("out.jsonl", text), Options())


def test_a_line_whole(read):
    reading = read(LINE)
    assert {key: (m.value, m.unit, m.n) for key, m in reading.metrics.items()} == {
        "duration": (4.0, "s", 1),
        "completed": (40.0, "requests", 1),
        "total_input_tokens": (10240.0, "tokens", 1),
        "total_output_tokens": (2560.0, "tokens", 1),
        "total_output_tokens_retokenized": (2550.0, "tokens", 1),
        "output_throughput": (640.0, "tokens/s", 1),
        "median_ttft_ms": (31.5, "ms", 40),
        "median_itl_ms": (9.5, "ms", 40),
    }
    assert reading.context == {
        "stack": {"backend": "sglang"},
        "workload": {"dataset": "random", "request_rate": "inf", "isl": 256, "osl": 64},
    }
    assert {m.validity for m in reading.metrics.values()} == {Validity.UNCHECKED}
    assert reading.warnings == ()


def test_lines_are_trials_or_cases(read):
    other = LINE.replace("Infinity", "2.0")
    metrics = read(LINE + LINE.replace("640.0", "650.0") + other).metrics
    assert metrics["request_rate=inf.output_throughput"].samples == (640.0, 650.0)
    assert metrics["request_rate=2.output_throughput"].dimensions == {"request_rate": 2.0}


def test_a_model_that_stopped_early_is_told(read):
    reading = read(LINE.replace("2550", "1200"))
    assert reading.warnings == (
        (
            "out.jsonl:1: 2560 output tokens were asked for, 1200 are in the text; output_throughput "
            "counts the former"
        ),
    )


def test_the_printed_summary(read):
    reading = read(PRINTED)
    assert {key: m.value for key, m in reading.metrics.items()} == {
        "completed": 40.0,
        "total_output_tokens": 2560.0,
        "total_output_tokens_retokenized": 1200.0,
        "output_throughput": 640.0,
        "concurrency": 9.31,
        "median_e2e_latency_ms": 612.0,
    }
    assert reading.context["workload"] == {"request_rate": "inf"}
    assert len(reading.warnings) == 1


def test_failed_and_empty(read):
    for text, code, where in (
        (LINE + LINE.replace('"completed": 40', '"completed": 0'), "serving/failed", "out.jsonl:2"),
        (LINE[:200], "serving/empty", "out.jsonl"),
        ('{"x": {"total_output_tokens_retokenized": 1}}', "serving/empty", "out.jsonl"),
    ):
        with pytest.raises(InputError) as caught:
            read(text)
        assert (caught.value.code, caught.value.where) == (code, where)


def test_which_sources_are_its_own(file):
    assert sglang_bench.sniff(file("x", LINE)) == "it has the fields of sglang.bench_serving"
    assert (
        sglang_bench.sniff(file("x", PRINTED))
        == "it has the summary that sglang.bench_serving prints"
    )
    assert sglang_bench.sniff(file("x", "{}")) is None
    assert sglang_bench.sniff(Source(name="v", kind="inline", files=())) is None


def test_arguments_before_the_summary_do_not_plan_it(file, read):
    log = "benchmark_args=Namespace(backend='sglang', num_prompts=1000)\n" + PRINTED.replace(
        "Max request concurrency:                 not set", "Max reqeuest concurrency: 8"
    )
    assert sglang_bench.sniff(file("x", log))
    reading = read(log)
    assert reading.metrics["completed"].value == 40.0
    assert reading.context["workload"]["concurrency"] == 8


def test_means_of_no_request_are_told_as_that(read):
    none = PRINTED.replace("requests:                     40", "requests:                     0")
    with pytest.raises(InputError, match="no request was completed"):
        read(none.replace("612.00", "nan"))
