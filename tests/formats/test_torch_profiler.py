from __future__ import annotations

import gzip
import json

import pytest

from gitbaseline import gzip_pieces
from gitbaseline.errors import InputError
from gitbaseline.formats import json_stream, torch_profiler
from gitbaseline.formats.base import Options, Source
from gitbaseline.formats.nsys_names import CLASSES
from gitbaseline.model.metric import Direction


def event(name, taken, category="kernel", **more):
    return {"ph": "X", "cat": category, "name": name, "ts": 1.5, "dur": taken, "pid": 0} | more


EVENTS = [
    event("ProfilerStep#1", 5000, "user_annotation"),
    event("ProfilerStep#2", 5200.5, "user_annotation"),
    event("ProfilerStep#2", 9, "gpu_user_annotation"),
    event("other", 1, "user_annotation"),
    event("gemm", 100),
    event("gemm", 120),
    event("copy<float>(int)", 30),
    event("Memcpy HtoD", 7, "gpu_memcpy"),
    event("Memset", 1, "gpu_memset"),
    event("aten::mm", 400, "cpu_op"),
    event("gemm", "long"),
    event("gemm", -1),
    {"ph": "M", "name": "process_name"},
    {"ph": "X", "dur": 4, "name": 7},
    "odd",
]
TOP = {
    "schemaVersion": 1,
    "deviceProperties": [{"id": 0, "name": "Test GPU"}, {"id": 1, "name": "Test GPU"}],
    "distributedInfo": {"backend": "nccl", "rank": 0, "world_size": 16},
    "cuda_runtime_version": 13000,
    "username": "nobody",
    "traceEvents": EVENTS,
    "displayTimeUnit": "ms",
}


def trace(indent=1, **changes):
    return json.dumps(TOP | changes, indent=indent)


@pytest.fixture
def read(file):
    return lambda data: torch_profiler.read(file("trace.json", data), Options())


def refusal(read, data):
    with pytest.raises(InputError) as caught:
        read(data)
    return caught.value.code, caught.value.where, caught.value.message


def test_a_trace_whole(read):
    reading = read(trace())
    assert {
        key: (m.samples or m.value, m.unit, m.stat, m.n) for key, m in reading.metrics.items()
    } == {
        "step_time": ((5000.0, 5200.5), "us", "median", 2),
        "gpu.kernel.total": (250.0, "us", "sum", 3),
        "gpu.memcpy.total": (7.0, "us", "sum", 1),
        "gpu.memset.total": (1.0, "us", "sum", 1),
        "kernel.gemm": ((100.0, 120.0), "us", "median", 2),
        "kernel.copy": (30.0, "us", "single", 1),
        **{f"kernel_class_gpu_pct.{name}": (0.0, "%", "share", 1) for name in CLASSES},
        "kernel_class_gpu_pct.gemm": (88.0, "%", "share", 1),
        "kernel_class_gpu_pct.other": (12.0, "%", "share", 1),
    }
    assert {m.direction for m in reading.metrics.values()} == {Direction.LOWER}
    assert (reading.headline, reading.suggested_measurement) == ("step_time", "torch_profile")
    assert reading.environment == {"gpu_model": "Test GPU", "gpu_count": 2}
    assert reading.context == {"parallelism": {"ranks": 16}, "stack": {"cuda": 13000}}
    assert [p.text for p in reading.passed_over] == ["8 other events"]
    assert "nobody" not in repr(reading)


def test_gzip_and_layout_change_nothing(read, file):
    plain = read(trace())
    packed = read(gzip.compress(trace(indent=None).encode()))
    assert packed == plain
    half = len(trace()) // 2
    two = gzip.compress(trace()[:half].encode()) + gzip.compress(trace()[half:].encode())
    assert read(two + bytes(512)) == plain
    assert read(json.dumps(EVENTS)).metrics == plain.metrics
    last = {key: value for key, value in TOP.items() if key != "traceEvents"} | {
        "traceEvents": EVENTS
    }
    assert read(json.dumps(last)) == plain


def test_the_largest_kernels_are_kept(read):
    many = [event(f"k{at:03d}", 1 + at) for at in range(250)]
    reading = read(trace(traceEvents=many))
    kernels = [key for key in reading.metrics if key.startswith("kernel.")]
    assert (len(kernels), kernels[0], kernels[-1]) == (200, "kernel.k249", "kernel.k050")
    assert reading.metrics["gpu.kernel.total"].value == sum(range(1, 251))
    assert "50 kernels with smaller sums" in {p.text for p in reading.passed_over}


def test_a_trace_of_a_machine_that_says_little(read):
    reading = read(json.dumps({"distributedInfo": {}, "traceEvents": [event("k", 1)]}))
    assert (reading.headline, reading.environment, reading.context) == (None, {}, {})


def test_a_trace_without_a_gpu_or_steps(read):
    assert refusal(read, trace(traceEvents=[event("aten::mm", 4, "cpu_op")])) == (
        "torch/empty",
        "trace.json",
        "neither a ProfilerStep nor work of a GPU in it",
    )
    assert refusal(read, trace(traceEvents={}))[0] == "torch/empty"


@pytest.mark.parametrize(
    ("data", "where", "said"),
    [
        (b'{\n"traceEvents": [\n{"a": 1}', 3, "the JSON text breaks off"),
        (b'{\n"traceEvents": [\n{"a": ', 3, "Expecting value"),
        (b'{\n"traceEvents" []', 2, "expected ':', got '['"),
        (b'{"a": 1 2}', 1, "expected ',', got '2'"),
        (b'{"a": 1,\n"b": [tru', 2, "Expecting value"),
        (b"text", 1, "expected '{', got 't'"),
        (b'{"a": 1}\n{"a": 1}', 2, "text after the end of the JSON document: '{'"),
        (b"[]\n\n]", 3, "text after the end of the JSON document: ']'"),
        (b'{"a": ' + b"[" * 100_000, 1, "is nested too deep"),
        (gzip.compress(trace().encode())[:-20], 1, "is a gzip file that breaks off"),
        (b"\x1f\x8b\x08" + b"\xff" * 50, 1, "is no whole gzip file"),
        (
            gzip.compress(trace().encode()) + b"x",
            1,
            "is a gzip file with something else behind it",
        ),
        (b"", 1, "the JSON text breaks off"),
    ],
)
def test_traces_that_break_off(read, data, where, said):
    assert refusal(read, data) == ("json/stream", f"trace.json:{where}", said)


def test_values_longer_than_a_piece(read, monkeypatch):
    monkeypatch.setattr(json_stream, "_PIECE", 7)
    monkeypatch.setattr(gzip_pieces, "_SLICE", 7)
    assert read(trace()) == read(trace(indent=3))
    assert read(gzip.compress(trace().encode())).metrics == read(trace()).metrics
    assert refusal(read, '{"traceEvents": [], "n": 12345678901')[0] == "json/stream"


def test_bounds(read, monkeypatch):
    monkeypatch.setattr(json_stream, "_PIECE", 64)
    monkeypatch.setattr(gzip_pieces, "_SLICE", 64)
    monkeypatch.setattr(json_stream, "_LARGEST", 200)
    assert refusal(read, b'{"a": "' + b"x" * 5000)[2] == "Unterminated string starting at"
    monkeypatch.setattr(json_stream, "_MOST", 500)
    assert refusal(read, gzip.compress(trace().encode()))[2] == "unpacks to more than 500 bytes"


def test_a_number_at_the_end_of_what_was_read(monkeypatch):
    monkeypatch.setattr(json_stream, "_PIECE", 4)
    monkeypatch.setattr(gzip_pieces, "_SLICE", 4)
    monkeypatch.setattr(json_stream, "_LARGEST", 8)
    with pytest.raises(InputError) as caught:
        list(json_stream.Stream("f", b'{"a":' + b"1" * 50 + b"}").members("x"))
    assert caught.value.message == "a value is too long"
    monkeypatch.setattr(json_stream, "_LARGEST", 100)
    assert list(json_stream.Stream("f", b'{"a":' + b"1" * 50 + b"}").members("x")) == [
        ("a", int("1" * 50))
    ]


HEAD = "  ".join(
    [
        f"{'Name':>24}",
        *(
            f"{word:>12}"
            for word in (
                "Self CPU %",
                "Self CPU",
                "Self CUDA",
                "Self CUDA %",
                "CPU Mem",
                "# of Calls",
            )
        ),
    ]
)
RULE = "  ".join(["-" * 24, *["-" * 12] * 6])


def row(name, *cells):
    return "  ".join([f"{name:>24}", *(f"{cell:>12}" for cell in cells)])


TABLE = f"""
{RULE}
{HEAD}
{RULE}
{row("aten::mm", "5.00%", "1.500ms", "2.000s", "80.00%", "1.50 Kb", "4")}
{row("void cut_off_here...", "0.00%", "0.000us", "12.500us", "1.00%", "0 b", "2")}
{row("void cut_off_here...", "0.00%", "0.000us", "13.500us", "1.00%", "0 b", "2")}
{row("a  gap", "0.10%", "7.000us", "--", "0.00%", "0 b", "x")}
{RULE}
Self CPU time total: 30.000ms
Self CUDA time total: 2.500s
"""


def test_a_table_whole(read):
    reading = read(TABLE)
    assert {key: (m.value, m.unit, m.stat, m.n) for key, m in reading.metrics.items()} == {
        "self_cpu_total": (30000.0, "us", "sum", 4),
        "self_cuda_total": (2500000.0, "us", "sum", 4),
        "aten::mm.self_cpu": (1500.0, "us", "sum", 4),
        "aten::mm.self_cuda": (2000000.0, "us", "sum", 4),
        "a  gap.self_cpu": (7.0, "us", "sum", 1),
    }
    assert (reading.headline, reading.suggested_measurement) == ("self_cuda_total", "torch_profile")
    assert [(p.line, p.text) for p in reading.passed_over] == [
        (6, "void cut_off_here...: several rows share this name"),
        (7, "void cut_off_here...: several rows share this name"),
    ]


def test_a_table_in_another_order_counts_once(read):
    reading = read("noise\n" + TABLE + TABLE)
    assert reading.metrics == read(TABLE).metrics
    assert (15, "the same table once more") in [(p.line, p.text) for p in reading.passed_over]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            TABLE.partition("Self CPU time")[0],
            (
                "torch/truncated",
                3,
                "the table has no 'Self ... time total' below it: it is cut off",
            ),
        ),
        (
            TABLE + TABLE.replace("2.500s", "2.600s"),
            ("torch/mixed", 14, "another profile than the table at line 3"),
        ),
        (
            TABLE.replace("2.500s", "2,500s"),
            ("torch/number", 11, "expected a time such as 12.3ms, got '2,500s'"),
        ),
    ],
)
def test_tables_that_are_refused(read, text, expected):
    code, where, message = refusal(read, text)
    assert (code, where, message) == (expected[0], f"trace.json:{expected[1]}", expected[2])


def test_a_line_that_only_looks_like_a_header(read):
    assert refusal(read, "The Name  x  some # of Calls here")[0] == "torch-profiler/empty"


def test_a_table_of_a_cpu_and_of_another_device(read):
    cpu = TABLE.replace("Self CUDA time total: 2.500s\n", "")
    assert read(cpu).headline == "self_cpu_total"
    assert read(TABLE.replace("CUDA", "XPU")).headline == "self_xpu_total"
    only = TABLE.replace("Self CPU time total: 30.000ms\n", "").replace("CUDA", "MTIA")
    assert read(only).headline is None


def test_which_sources_are_its_own(file):
    marks = "it has the marks of a torch.profiler trace"
    assert torch_profiler.sniff(file("x", trace())) == marks
    assert torch_profiler.sniff(file("x", gzip.compress(trace().encode()))) == marks
    assert torch_profiler.sniff(file("x", TABLE)) == "it has the table of key_averages()"
    assert torch_profiler.sniff(file("x", '{"traceEvents": []}')) is None
    assert torch_profiler.sniff(file("x", b"\x1f\x8bxxx")) is None
    assert torch_profiler.sniff(Source(name="v", kind="inline", files=())) is None


def test_a_trace_of_the_first_versions_has_capital_categories(file, read):
    events = [
        event("ProfilerStep#1", 5000, "Operator"),
        event("gemm", 100, "Kernel"),
        event("Memcpy HtoD", 7, "Memcpy"),
        event("Memset", 1, "Memset"),
    ]
    data = json.dumps({"schemaVersion": 1, "traceEvents": events})
    assert torch_profiler.sniff(file("trace.json", data))
    found = {key: metric.value for key, metric in read(data).metrics.items()}
    assert {key: found[key] for key in ("step_time", "gpu.memcpy.total", "gpu.memset.total")} == {
        "step_time": 5000.0,
        "gpu.memcpy.total": 7.0,
        "gpu.memset.total": 1.0,
    }
    assert found["kernel.gemm"] == 100.0
