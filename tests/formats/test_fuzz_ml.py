"""Readers of ML systems against damaged input: an InputError or a Reading, never anything else."""

from __future__ import annotations

import gzip
import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitbaseline.errors import InputError
from gitbaseline.formats import (
    megatron_log,
    mlperf_log,
    nccl_tests,
    ncu_csv,
    nvbandwidth,
    sglang_bench,
    torch_profiler,
    trtllm_bench,
    vllm_bench,
)
from gitbaseline.formats.base import Options
from gitbaseline.formats.conformance import broken_rules, source_of
from gitbaseline.model.text import fault_in_line

SEEDS = {
    vllm_bench: [
        (
            '{"model_id": "m", "num_prompts": 2, "request_rate": "inf", "completed": 2,'
            ' "request_throughput": 1.5, "median_ttft_ms": 3, "errors": ["", ""], "tp": "2"}\n'
        ),
        (
            "=== Serving Benchmark Result ===\nSuccessful requests:  2\nMean TTFT (ms):  3.5\n"
            "==================\n"
        ),
    ],
    sglang_bench: [
        (
            '{"backend": "sglang", "request_rate": Infinity, "completed": 2, "output_throughput": 5.5,'
            ' "total_output_tokens": 9, "total_output_tokens_retokenized": 2}\n'
        ),
    ],
    nvbandwidth: [
        (
            "nvbandwidth Version: v0.8\nDevice 0: Test GPU (00000000:01:00)\nRunning x_ce.\n"
            "memcpy CE GPU(row) -> GPU(column) bandwidth (GB/s)\n     0     1\n 0  N/A  1.50\n"
            " 1  2.50  N/A\n\nSUM x_ce 4.00\n"
        ),
        (
            '{"nvbandwidth": {"version": "1", "GPU Device list": ["0: G (00:01)"], "testcases": [\n'
            '{"name": "x_ce", "status": "Passed", "bandwidth_description": "a Total bandwidth (GB/s)",'
            ' "bandwidth_matrix": [["1.5"]], "sum": 1.5}]}}\n'
        ),
    ],
    nccl_tests: [
        (
            '{"nccl_version": 23007, "args": ["all_reduce_perf"], "config": {"devices": [{"rank": 0,'
            ' "hostname": "h", "device_info": "G"}]}, "results": [{"size": 8, "count": 2, "type": "float",'
            ' "root": " -1", "out_of_place": {"time": 1.5, "alg_bw": 2, "bus_bw": 3, "nwrong": 0},'
            ' "out_of_place_per_iter": {"times_us": [1.5, 2]}}], "out_of_bounds": {"count": 0,'
            ' "okay": "true"}, "average_bus_bandwidth": {"bandwidth": 3}}\n'
        ),
        (
            '[{"name": "AllReduce", "ranks": 2, "size": 8, "type": "float", "inPlace": 1, "time": 1.5,'
            ' "algBw": 2, "busBw": 3, "#wrong": "0"}]\n'
        ),
        (
            "name, ranks, size, type, redop, inPlace, time, algBw, busBw, #wrong\n"
            "AllReduce, 2, 8, float, sum, 0, 1.5, 2.5, 3.5, N/A\n"
        ),
    ],
    mlperf_log: [
        (
            ':::MLLOG {"time_ms": 1000, "key": "run_start", "value": null, "metadata": {}}\n'
            ':::MLLOG {"time_ms": 1500, "key": "tracked_stats", "value": {"throughput": 2.5}}\n'
            ':::MLLOG {"time_ms": 9000, "key": "run_stop", "metadata": {"status": "success",'
            ' "samples_count": 7}}\n'
        ),
    ],
    megatron_log: [
        "  seq_length ...... 4096\n"
        + "".join(
            f" iteration {n}/ 9 | elapsed time per iteration (ms): {n}.5 | global batch size: 8 |"
            " number of nan iterations: 0 |\n"
            for n in range(1, 10)
        ),
    ],
    ncu_csv: [
        (
            '"ID","Process ID","Kernel Name","Block Size","Grid Size","CC","Metric Name","Metric Unit",'
            '"Metric Value"\n"0","1","k(int)","(1, 1, 1)","(2, 1, 1)","9.0","Duration","us","1,234.5"\n'
        ),
        '"ID","Process ID","Kernel Name","a","b"\n"","","","ns","%"\n"0","1","k","1.5","2"\n',
    ],
    trtllm_bench: [
        (
            '{"engine": {"model": "m"}, "world_info": {"tp_size": 1}, "request_info": {"num_requests": 4},'
            ' "performance": {"total_latency_ms": 2.5, "request_latency_percentiles_ms": {"p50": 1}}}\n'
        ),
        (
            "= PERFORMANCE OVERVIEW\nRequest Throughput (req/sec): 1.5\nTotal Output Throughput "
            "(tokens/sec): 2.5\nTotal Latency (ms): 3.5\n[TTFT] P50    : 4.5\n"
        ),
    ],
    torch_profiler: [
        (
            '{"deviceProperties": [{"name": "G"}], "traceEvents": [\n{"ph": "X", "cat": "kernel",'
            ' "name": "k", "dur": 1.5},\n{"ph": "X", "cat": "user_annotation",'
            ' "name": "ProfilerStep#1", "dur": 9}]}\n'
        ),
        (
            "Name  Self CPU  Self CUDA  # of Calls\na  1.500us  2.5ms  3\nb  1us  --  x\n"
            "Self CPU time total: 4us\nSelf CUDA time total: 5ms\n"
        ),
    ],
}
CASES = [(form, seed.encode()) for form, seeds in SEEDS.items() for seed in seeds]
WORDS = [
    b"", b"0", b"-1", b"-0.0", b"1e999", b"9" * 400, b"1,234", b"nan", b"NaN", b"Infinity", b"N/A",
    b"null", b"true", b'""', b'"x"', b"[]", b"{}", b"[[", b'{"a":', b"\n", b"\r\n", b"\x00", b"\xff",
    b"\x1b[31m", b"0: ", b"# ", b"|", b":", b"\xe2\x80\xae", b"\xc3\xa9", b" " * 9, b'"', b"\\",
]  # fmt: skip


def read(form, source):
    try:
        return form.read(source, Options())
    except InputError as error:
        return error


def check(form, data):
    source = source_of("f", data)
    form.sniff(source)
    outcome = read(form, source)
    if isinstance(outcome, InputError):
        assert outcome.where
        assert outcome.code
        assert fault_in_line(outcome.message) is None, outcome.message
        return None
    reading = outcome
    assert reading.metrics
    texts = [*reading.metrics, *reading.warnings, reading.suggested_measurement]
    for group in (reading.environment, *reading.context.values()):
        texts += [*group, *(value for value in group.values() if isinstance(value, str))]
    texts += [entry.text for entry in reading.passed_over]
    for metric in reading.metrics.values():
        texts += [metric.unit, *(v for v in metric.dimensions.values() if isinstance(v, str))]
    assert [text for text in texts if not text or fault_in_line(text)] == []
    return reading


@pytest.mark.parametrize(("form", "data"), CASES)
def test_the_seeds_are_read(form, data):
    assert check(form, data)


@pytest.mark.parametrize(("form", "data"), CASES)
def test_they_keep_the_rules_of_all_readers(form, data):
    assert broken_rules(form, source_of("f", data), rounds=40) == ()


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=st.sampled_from(CASES), data=st.data())
def test_mutations(case, data):
    form, seed = case
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(seed)))
        end = min(len(seed), at + data.draw(st.integers(0, 12)))
        seed = seed[:at] + data.draw(st.sampled_from(WORDS)) + seed[end:]
    check(form, seed)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=st.sampled_from(CASES), data=st.data())
def test_values_of_other_kinds(case, data):
    """Each member of the JSON documents may turn into anything."""
    form, seed = case
    parts = seed.decode().split(" ")
    at = data.draw(st.integers(0, len(parts) - 1))
    value = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
        ),
        max_leaves=5,
    )
    parts[at] = json.dumps(data.draw(value)) + parts[at][-1:]
    check(form, " ".join(parts).encode())


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes(data):
    for form in SEEDS:
        check(form, data)
        check(form, gzip.compress(data))


@settings(max_examples=30, deadline=None)
@given(case=st.sampled_from(CASES), cut=st.floats(0, 1))
def test_cut_off_anywhere(case, cut):
    form, seed = case
    check(form, seed[: int(len(seed) * cut)])


HARD = [b" ", b"\n", b'"', b"{", b"[", b"(", b"=", b"-", b"a", b"0", b"\\", b'"ID",', b"Name  ",
        b"iteration 1/", b":::MLLOG {", b"SUM a ", b'"name": "a", ', b'{"busBw": 1}\n', b"a: ",
        b"[TTFT] ", b"Running a.\n", b"Mean TTFT (ms): ", b'{"traceEvents": [', b"1,", b"0: {\n"]  # fmt: skip


@pytest.mark.parametrize("form", SEEDS, ids=lambda form: form.NAME)
@pytest.mark.parametrize("word", HARD, ids=repr)
def test_time_is_linear(form, word):
    def taken(size):
        seed = SEEDS[form][0].encode()
        data = seed + word * (size // len(word)) + seed
        begin = time.process_time()
        check(form, data)
        return time.process_time() - begin

    taken(1000)
    small = max(taken(20_000), 0.004)
    # Three times: the collector may pass through all that other tests left, once.
    assert any(taken(160_000) < 40 * small for _ in range(3)), small
