"""One written output of every format: exactly one format claims it, and broken copies stay polite."""

from __future__ import annotations

import json
import time
import tracemalloc
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitbaseline.errors import InputError
from gitbaseline.formats import registry
from gitbaseline.formats.base import Options, Source, SourceFile
from gitbaseline.formats.conformance import broken_rules
from gitbaseline.formats.valid import faults

DATA = Path(__file__).parent / "data"
WRITTEN = {
    "hyperfine.json": "hyperfine",
    "pytest_benchmark.json": "pytest-benchmark",
    "google_benchmark.json": "google-benchmark",
    "go_bench.txt": "go-bench",
    "go_bench.json": "go-bench",
    "criterion": "criterion",
    "criterion_estimates.json": "criterion",
    "criterion_text.txt": "criterion-text",
    "libtest.txt": "libtest",
    "perf_stat.json": "perf-stat",
    "perf_stat.csv": "perf-stat",
    "fio.json": "fio",
    "github_action.json": "github-action-benchmark",
    "bencher.json": "bencher",
    "jmh.json": "jmh",
    "asv.json": "asv",
    "pyperf.json": "pyperf",
    "iperf3.json": "iperf3",
    "iperf3_stream.json": "iperf3",
    "k6_flat.json": "k6",
    "k6_handle.json": "k6",
    "k6_machine.json": "k6",
    "sysbench.txt": "sysbench",
    "wrk.txt": "wrk",
    "modern.log": "nccl-tests",
    "old_alltoall.log": "nccl-tests",
    "nvbandwidth_two_gpus.log": "nvbandwidth",
}


# The smallest outputs that the readers of other files' own tests take.
SMALL = {
    "vllm-bench": '{"model_id": "m", "backend": "vllm", "num_prompts": 2, "request_rate": "inf", "completed": 2,'
    ' "request_throughput": 1.5, "total_output_tokens": 8, "median_ttft_ms": 3, "errors": ["", ""]}',
    "sglang-bench": '{"backend": "sglang", "request_rate": Infinity, "completed": 2, "output_throughput": 5.5,'
    ' "total_output_tokens": 9, "total_output_tokens_retokenized": 2}',
    "trtllm-bench": '{"engine": {"model": "m", "version": "1"}, "world_info": {"tp_size": 1}, "request_info": {"num_requests": 1},'
    ' "performance": {"total_latency_ms": 2.5, "request_throughput_req_s": 1.5}}',
    "nvbandwidth": "nvbandwidth Version: v0.8\nDevice 0: Test GPU (00000000:01:00)\nRunning x_ce.\n"
    "memcpy CE GPU(row) -> GPU(column) bandwidth (GB/s)\n     0     1\n 0  N/A  1.50\n 1  2.50  N/A\n\nSUM x_ce 4.00\n",
    "mlperf-training": ':::MLLOG {"namespace": "", "time_ms": 1700000000000, "event_type": "POINT_IN_TIME",'
    ' "key": "run_start", "value": null, "metadata": {"file": "t.py", "lineno": 1}}\n',
    "megatron": " [2026-01-02 03:04:05] iteration        1/      10 | consumed samples:  64 |"
    " elapsed time per iteration (ms): 500.0 | learning rate: 1.0E-04 | global batch size:    64 |\n",
    "ncu": '==PROF== Connected to process 77\n"ID","Process ID","Process Name","Host Name","Kernel Name","Context",'
    '"Stream","Section Name","Metric Name","Metric Unit","Metric Value"\n"0","7","a","h","k","1","7","S","Duration","us","1.5"\n',
    "torch-profiler": '{"schemaVersion": 1, "traceEvents": [{"ph": "X", "cat": "kernel", "name": "k", "ts": 1, "dur": 2}]}',
    "nsys": "Processing [run.sqlite] with [/opt/nsys/reports/cuda_gpu_kern_sum.py]...\n\n"
    "Time (%),Total Time (ns),Instances,Avg (ns),Med (ns),Min (ns),Max (ns),StdDev (ns),Name\n"
    "100.0,600,2,300.0,300.0,200,400,10.0,gemm_kernel\n",
    "prometheus": "# HELP a_total Things.\n# TYPE a_total counter\na_total 1.0\n# TYPE b gauge\nb 2.0\n",
    "openmetrics": "# HELP a Things.\n# TYPE a counter\na_total 1.0\n# TYPE b gauge\nb 2.0\n# EOF\n",
    "aiperf": '{"schema_version": "1.0", "aiperf_version": "0.5.0", "request_throughput": {"unit": "requests/sec", "avg": 1.5},'
    ' "time_to_first_token": {"unit": "ms", "avg": 9.5, "p50": 9}}',
    "genai-perf": '{"request_throughput": {"unit": "requests/sec", "avg": 1.5}, "time_to_first_token": {"unit": "ms",'
    ' "avg": 9.5, "p50": 9}, "input_config": {"model": ["m"], "genai_perf": 1}}',
    "inference_perfbench_v1": '{"schema": "inference_perfbench_v1", "metrics": {"16": {"throughput_toks_per_s": 2140.5}}}',
}


def specific(found):
    return [form.NAME for form in registry._SPECIFIC if form.sniff(found)]


@pytest.mark.parametrize(("name", "form"), WRITTEN.items())
def test_exactly_one_format_claims_it(name, form, written):
    assert specific(written(name)) == [form]


@pytest.mark.parametrize(("form", "text"), SMALL.items())
def test_exactly_one_format_claims_a_small_one(form, text, file):
    assert specific(file("out", text)) == [form]


@pytest.mark.parametrize("name", WRITTEN)
def test_no_mark_keeps_a_format_from_what_it_knows(name, written):
    source = written(name)
    for form in registry._SPECIFIC:
        assert form.sniff(source) == import_module(form.__name__).sniff(source)


@pytest.mark.parametrize("text", SMALL.values(), ids=SMALL)
def test_nor_from_a_small_one(text, file):
    source = file("out", text)
    for form in registry._SPECIFIC:
        assert form.sniff(source) == import_module(form.__name__).sniff(source)


def test_no_format_is_left_out():
    known = {form.NAME for form in registry._SPECIFIC} - {"mapped"}  # never detected
    assert known == {*WRITTEN.values(), *SMALL}


@pytest.mark.parametrize(("name", "form"), WRITTEN.items())
def test_it_keeps_the_rules_of_every_reader(name, form, written):
    assert broken_rules(registry.by_name(form), written(name)) == ()


@pytest.mark.parametrize("name", [name for name in WRITTEN if (DATA / name).is_file()])
@pytest.mark.parametrize(
    "around",
    [
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: b"\x1b[32mstarting up\x1b[0m\nCPU: [warm]\n\n" + data,
        lambda data: data + b"\ndone: 3 files\n",
        lambda data: b'{"level": "info", "msg": "starting"}\n' + data,
        lambda data: b"".join(b"\x1b[1m" + line + b"\x1b[0m" for line in data.splitlines(True)),
        lambda data: b"\xef\xbb\xbf" + data,
    ],
    ids=["crlf", "banner", "trailer", "logger", "colours", "mark"],
)
def test_mess_around_it_changes_nothing(name, around, written):
    plain = written(name)
    form = registry.by_name(WRITTEN[name])
    messy = SourceFile(path=name, data=around(plain.files[0].data))
    found = form.read(Source(name=name, kind="file", files=(messy,)), Options())
    assert found.metrics == form.read(plain, Options()).metrics
    assert specific(Source(name=name, kind="file", files=(messy,))) == [WRITTEN[name]]


ODD = st.sampled_from(
    ["null", "true", '""', '"x"', '"NaN"', "-1", "0", "1.5", "1e308", str(2**70), "[]", "{}", "[1]",
     '{"a": 1}', '"e\\u0301\\u000e\\u0301"']
)  # fmt: skip
JSON_FILES = [
    name
    for name in WRITTEN
    if name.endswith(".json")
    and name not in ("go_bench.json", "perf_stat.json", "iperf3_stream.json")
]


def places(value, path=()):
    """Yield the path of every value inside another."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, item in inner:
        yield (*path, key)
        yield from places(item, (*path, key))


@pytest.mark.parametrize("name", JSON_FILES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_value_of_another_kind_reads_or_is_refused(name, data):
    text = (DATA / name).read_text()
    document = json.loads(text[text.index("{") if text.lstrip()[0] not in "[{" else 0 :])
    for _ in range(data.draw(st.integers(1, 3))):
        found = list(places(document))
        if not found:
            break
        *way, last = data.draw(st.sampled_from(found))
        holder = document
        for key in way:
            holder = holder[key] if isinstance(holder, list | dict) else None
        if isinstance(holder, dict | list):
            if data.draw(st.booleans()):
                holder[last] = json.loads(data.draw(ODD))
            elif isinstance(holder, dict):
                holder.pop(last, None)
    file = SourceFile(path=name, data=json.dumps(document).encode())
    broken = Source(name=name, kind="file", files=(file,))
    form = registry.by_name(WRITTEN[name])
    form.sniff(broken)
    try:
        wrong = list(faults(form.read(broken, Options()), form.NAME))
    except InputError as error:
        wrong = [] if error.where else [error]
    assert wrong == []


LONG = 200_000
HOSTILE = {
    "spaces": b"test x" + b" " * LONG + b"... bench: 1",
    "words": b"test " * LONG + b" ... bench: 1 ns/iter",
    "names": b"BenchmarkX" * LONG,
    "name and spaces": b"BenchmarkX " + b" " * LONG + b"x",
    "bars": b"x " + b" " * LONG + b"time: [1 ms 2 ms",
    "digits": b"1" * LONG + b",,x,1,100.0",
    "brackets": b"[" * LONG,
    "running": b"Running " * LONG,
    "banners": b"sysbench 1.0 " * LONG,
    "columns": b"sysbench 1.0\n" + b"a" * LONG + b": 1",
    "escapes": b"\x1b[" * LONG,
    "commas": b"# started on x\n" + b"1," * LONG,
}
MINE = sorted(set(WRITTEN.values()) - {"nccl-tests", "nvbandwidth"})


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_linear_time(hostile, file):
    start = time.process_time()
    for name in MINE:
        form, source = registry.by_name(name), file("x", hostile)
        form.sniff(source)
        with suppress(InputError):
            form.read(source, Options())
    assert time.process_time() - start < 10  # of all formats together; a square would take hours


FILES = [
    (form, (DATA / name).read_bytes()) for name, form in WRITTEN.items() if (DATA / name).is_file()
]


def grown(data, size):
    """The output of a longer run: of JSON the longest list repeated, of text all of it."""
    try:
        document = json.loads(data)
    except ValueError:
        return data * (size // len(data) + 1)
    lists, left = [[]], [document]
    while left:
        value = left.pop()
        lists += [value] if isinstance(value, list) else []
        left += (
            value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        )
    longest = max(lists, key=lambda value: len(json.dumps(value)))
    longest *= size // max(len(json.dumps(longest)), 9)
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("form", "data"), [*FILES, *((form, text.encode()) for form, text in SMALL.items())]
)
def test_a_long_output_takes_linear_time_and_no_more_memory_than_allowed(form, data, file):
    reader = registry.by_name(form)

    def taken(size):
        source = file("out", grown(data, size))
        begin = time.process_time()
        with suppress(InputError):
            assert reader.sniff(source)
            reader.read(source, Options())
        return time.process_time() - begin

    small = max(taken(25_000), 0.004)
    # Three times: the collector may pass through all that other tests left, once.
    assert any(taken(200_000) < 30 * small for _ in range(3)), small
    source = file("out", grown(data, 400_000))
    tracemalloc.start()
    try:
        with suppress(InputError):
            reader.read(source, Options())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000 + 50 * len(source.files[0].data)
