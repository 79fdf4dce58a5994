from __future__ import annotations

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import ncu_csv
from gitbaseline.formats.base import Options, Source
from gitbaseline.model.metric import Direction, Metric

HEAD = (
    '"ID","Process ID","Process Name","Host Name","Kernel Name","Context","Stream","Block Size",'
    '"Grid Size","Device","CC","Section Name","Metric Name","Metric Unit","Metric Value"'
)


def row(metric, unit, value, kernel="gemm(float*, int)", ident=0, grid="(8, 1, 1)", section="SOL"):
    return (
        f'"{ident}","77","app","hosta","{kernel}","1","7","(256, 1, 1)","{grid}","0","9.0",'
        f'"{section}","{metric}","{unit}","{value}"'
    )


def text(*rows, head=HEAD):
    return "\n".join(["==PROF== Connected to process 77", "app says 3", head, *rows, ""])


@pytest.fixture
def read(file):
    return lambda data: ncu_csv.read(file("ncu.csv", data), Options())


def refusal(read, data):
    with pytest.raises(InputError) as caught:
        read(data)
    return caught.value.code, caught.value.where, caught.value.message


def test_the_long_form_whole(read):
    reading = read(
        text(
            row("Duration", "us", "1,234.50"),
            row("Memory Throughput", "%", "21.7"),
            row("Memory Throughput", "Gbyte/s", "1,500.25"),
            row("Registers Per Thread", "register/thread", "168"),
            row("dram__throughput.avg.pct", "%", "20"),
            row("# SMs", "", "132"),
            row("Policy", "", "Spread"),
            row("Occupancy", "%", "n/a"),
        )
    )
    assert {key: (m.value, m.unit, str(m.direction)) for key, m in reading.metrics.items()} == {
        "gemm(float*, int).Duration": (1234.5, "us", "lower-is-better"),
        "gemm(float*, int).Memory Throughput (%)": (21.7, "%", "unknown"),
        "gemm(float*, int).Memory Throughput": (1500.25, "GB/s", "unknown"),
        "gemm(float*, int).Registers Per Thread": (168.0, "register/thread", "unknown"),
        "gemm(float*, int).dram__throughput.avg.pct": (20.0, "%", "unknown"),
        "gemm(float*, int).# SMs": (132.0, "unknown", "unknown"),
    }
    assert reading.metrics["gemm(float*, int).Duration"] == Metric(
        value=1234.5,
        unit="us",
        direction=Direction.LOWER,
        dimensions={"kernel": "gemm(float*, int)", "block": "(256, 1, 1)", "grid": "(8, 1, 1)"},
        unit_source="format",
    )
    assert reading.environment == {"compute_capability": "9.0"}
    assert reading.context == {"workload": {"kernels": 1}}
    assert "hosta" not in repr(reading)
    assert [(p.line, p.text) for p in reading.passed_over] == [
        (1, "==PROF== Connected to process 77"),
        (2, "app says 3"),
        (10, "Policy: Spread, no number"),
        (11, "Occupancy: n/a, no number"),
    ]


def test_units_that_scale_themselves_are_one(read):
    reading = read(text(row("Duration", "us", "500"), row("Duration", "ms", "1.5", ident=1)))
    assert reading.metrics["gemm(float*, int).Duration"].samples == (500.0, 1500.0)


@pytest.mark.parametrize(
    ("one", "other", "unit", "samples"),
    [
        (("Kbyte/block", "16.4"), ("byte/block", "0"), "B/block", (16400.0, 0.0)),
        (("sector/ns", "2"), ("sector/us", "500"), "sector/s", (2e9, 5e8)),
        (("inst/cycle", "2"), ("inst/cycle", "3"), "inst/cycle", (2.0, 3.0)),
    ],
)
def test_units_by_another_that_scale_themselves_are_one(read, one, other, unit, samples):
    reading = read(text(row("It", *one), row("It", *other, ident=1)))
    metric = reading.metrics["gemm(float*, int).It"]
    assert (metric.unit, metric.samples) == (unit, pytest.approx(samples))


def test_shapes_of_one_kernel_are_told_apart(read):
    reading = read(text(row("Duration", "us", "1"), row("Duration", "us", "2", grid="(16, 1, 1)")))
    assert list(reading.metrics) == [
        "gemm(float*, int) block (256, 1, 1) grid (8, 1, 1).Duration",
        "gemm(float*, int) block (256, 1, 1) grid (16, 1, 1).Duration",
    ]


def test_long_names_are_cut_and_still_differ(read):
    one, other = "k" * 200 + "a", "k" * 200 + "b"
    reading = read(
        text(row("Duration", "us", "1", kernel=one), row("Duration", "us", "2", kernel=other))
    )
    assert len(reading.metrics) == 2
    assert all(key.endswith(".Duration") and len(key) < 140 for key in reading.metrics)


def test_rules_and_short_rows(read):
    head = HEAD + ',"Rule Name","Rule Type","Rule Description"'
    reading = read(
        text(
            row("Duration", "us", "1") + ",",
            row("", "", "") + ',"Bottleneck","OPT","Look, here"',
            '"","","","","","","","","","","","LaunchStats"',
            head=head,
        )
    )
    assert list(reading.metrics) == ["gemm(float*, int).Duration"]
    assert [p.text for p in reading.passed_over[2:]] == [
        "a rule: Bottleneck",
        "a rule: LaunchStats",
    ]


def test_the_wide_form(read):
    head = '"ID","Process ID","Kernel Name","Block Size","Grid Size","CC","gpu__time_duration.sum","sm__cycles"'
    reading = read(
        text(
            '"","","","","","","ns","cycle"',
            '"0","7","k","(1, 1, 1)","(1, 1, 1)","9.0","1,000","5"',
            '"1","7","k","(1, 1, 1)","(1, 1, 1)","9.0","1,100",""',
            head=head,
        )
    )
    time = reading.metrics["k.gpu__time_duration.sum"]
    assert (time.samples, time.unit, time.direction) == ((1000.0, 1100.0), "ns", Direction.LOWER)
    assert reading.metrics["k.sm__cycles"].value == 5.0
    assert reading.passed_over[-1].text == "sm__cycles: nothing, no number"


def test_a_wide_table_without_units(read):
    head = '"ID","Process ID","Kernel Name","cycles"'
    assert read(text('"0","7","k","5"', head=head)).metrics["k.cycles"].unit == "unknown"


def test_warnings_and_errors(read):
    good = row("Duration", "us", "1")
    assert read(text(good, "==WARNING== slow")).warnings == ("ncu warned: slow",)
    assert refusal(read, text(good, "==ERROR== No permission")) == (
        "ncu/failed",
        "ncu.csv:5",
        "the profiler failed: No permission",
    )


def test_nothing_in_it(read):
    assert refusal(read, text())[0] == "ncu/empty"
    assert refusal(read, '"a","b"\n')[0] == "ncu/empty"


def test_rows_that_are_not_whole(read):
    whole = text(row("Duration", "us", "1,234.5"))
    for size in range(1, len(row("Duration", "us", "1,234.5")) - 3):
        cut = whole.rstrip("\n")[:-size]
        assert refusal(read, cut)[0] in {"ncu/row", "ncu/empty"}, cut
    assert refusal(read, text(row("Duration", "us", "9" * 200_000)))[0] == "ncu/row"
    wide = '"ID","Process ID","Kernel Name","a","b"\n"","","","ns","%"\n"0","1","k","1.5"'
    assert refusal(read, wide)[0] == "ncu/row"


@pytest.mark.parametrize("dress", [lambda line: f"0: {line}", lambda line: f"{line}\r"])
def test_what_launchers_add_changes_nothing(read, dress):
    plain = text(row("Duration", "us", "1"))
    assert read("\n".join(map(dress, plain.splitlines()))).metrics == read(plain).metrics


def test_which_sources_are_its_own(file):
    assert ncu_csv.sniff(file("x", text())) == "it has the columns of ncu --csv"
    assert ncu_csv.sniff(file("x", '"ID","Name"')) is None
    assert ncu_csv.sniff(Source(name="v", kind="inline", files=())) is None
