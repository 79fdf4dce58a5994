from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitbaseline.errors import InputError
from gitbaseline.formats import nccl_tests
from gitbaseline.formats.base import Options, PassedOver, Source, SourceFile
from gitbaseline.model.metric import Direction, Metric, Validity

MODERN_KEYS = [
    f"all_reduce.{column}.{size}.{end}"
    for size in (1048576, 4194304)
    for end in ("out", "in")
    for column in ("time", "algbw", "busbw")
] + ["all_reduce.avg_busbw"]
ROW = "     1048576        262144     float     sum      -1    50.00   20.97   20.97       0    52.50   19.97   19.97       0\n"
SECOND = "     4194304       1048576     float     sum      -1    100.0   41.94   41.94       0    102.0   41.12   41.12       0\n"
BOUNDS = "# Out of bounds values : 0 OK\n"


@pytest.fixture
def read(file):
    return lambda text, name="run.log", **wants: nccl_tests.read(file(name, text), Options(**wants))


@pytest.fixture
def modern(log):
    return log("modern.log")


def refusal(read, text, **more):
    with pytest.raises(InputError) as caught:
        read(text, **more)
    return caught.value.code, caught.value.where, caught.value.message


def busbw(reading):
    return {key: m.value for key, m in reading.metrics.items() if ".busbw." in key}


def unnamed(text):
    return text.replace("# Collective test starting: all_reduce_perf", "#").replace("_perf", "")


MODERN_BUSBW = {
    "all_reduce.busbw.1048576.out": 20.97,
    "all_reduce.busbw.1048576.in": 19.97,
    "all_reduce.busbw.4194304.out": 41.94,
    "all_reduce.busbw.4194304.in": 41.12,
}


def test_modern_output_whole(read, modern):
    reading = read(modern)
    assert list(reading.metrics) == MODERN_KEYS
    assert reading.metrics["all_reduce.busbw.4194304.out"] == Metric(
        value=41.94,
        unit="GB/s",
        direction=Direction.HIGHER,
        validity=Validity.VALID,
        dimensions={
            "size_bytes": 4194304,
            "count": 1048576,
            "dtype": "float",
            "redop": "sum",
            "root": -1,
            "placement": "out-of-place",
            "ranks": 2,
            "nodes": 2,
        },
        unit_source="format",
    )
    time = reading.metrics["all_reduce.time.1048576.in"]
    assert (time.value, time.unit, time.direction) == (52.5, "us", Direction.LOWER)
    average = reading.metrics["all_reduce.avg_busbw"]
    assert (average.value, average.unit, average.direction) == (31.0, "GB/s", Direction.UNKNOWN)
    assert reading.headline == "all_reduce.busbw.4194304.out"
    assert reading.context == {
        "workload": {
            "collective": "all_reduce",
            "dtype": "float",
            "threads": 1,
            "gpus_per_thread": 1,
            "min_bytes": 1048576,
            "max_bytes": 4194304,
            "step": "4(factor)",
            "aggregated_iters": 1,
            "graph": 0,
        },
        "grounding": {"warmup_iters": 1, "iters": 20, "validation": 1},
        "parallelism": {"ranks": 2, "nodes": 2},
        "stack": {"nccl": "2.31.2", "nccl_tests": "2.20.0 (b4d5bee)"},
    }
    assert reading.environment == {"gpu_model": "NVIDIA Test GPU 80GB", "gpu_count": 2}
    assert (reading.format, reading.suggested_measurement, reading.tool_version) == (
        "nccl-tests",
        "nccl_all_reduce",
        "2.20.0 (b4d5bee)",
    )
    assert reading.warnings == ()
    assert [(p.line, p.text) for p in reading.passed_over] == [
        (1, "+ mpirun -np 2 ./build/all_reduce_perf -b 1M -e 4M -f 4 -g 1"),
        (2, "nccl-tests version 2.20.0 (b4d5bee) nccl-headers=23102 nccl-library=23102"),
        (13, "nodea:4242:4250 [0] NCCL INFO comm 0x1 rank 0 nranks 2"),
    ]


def test_old_output_with_a_blank_label_and_a_deviation(read, log):
    reading = read(log("old_alltoall.log"), name="nightly-alltoall.txt")
    assert list(reading.metrics) == [
        *(f"alltoall.{c}.64.{end}" for end in ("out", "in") for c in ("time", "algbw", "busbw")),
        "alltoall.avg_busbw",
    ]
    valid, unchecked = (reading.metrics[f"alltoall.busbw.64.{end}"] for end in ("out", "in"))
    assert (valid.value, valid.validity) == (0.19, Validity.VALID)
    assert (unchecked.value, unchecked.validity) == (0.18, Validity.UNCHECKED)
    assert "redop" not in valid.dimensions
    assert reading.passed_over == (
        PassedOver(file="nightly-alltoall.txt", line=12, text="a row of size 0 measures nothing"),
    )
    assert reading.warnings == ("3 of 6 metrics are unchecked: their #wrong is N/A",)
    assert reading.context["grounding"] == {"warmup_iters": 5, "iters": 20, "validation": 1}
    assert reading.environment == {"gpu_model": "Test A100", "gpu_count": 4}
    assert reading.tool_version is None


def test_rccl_with_one_placement_and_trailing_columns(read, log):
    reading = read(log("rccl_one_placement.log"), name="broadcast.log")
    assert busbw(reading) == {"broadcast.busbw.1024.in": 0.1, "broadcast.busbw.2048.in": 0.2}
    assert reading.headline == "broadcast.busbw.2048.in"
    assert reading.suggested_measurement == "rccl_broadcast"
    assert reading.context["stack"] == {
        "rccl": "2.22.3-develop",
        "rccl_tests": "develop:448c4c7",
    }
    assert reading.metrics["broadcast.time.1024.in"].dimensions == {
        "size_bytes": 1024,
        "count": 512,
        "dtype": "bfloat16",
        "redop": "none",
        "root": 0,
        "placement": "in-place",
        "ranks": 2,
        "nodes": 1,
    }


@pytest.mark.parametrize(
    "dress",
    [
        lambda line: f"0: {line}",
        lambda line: f"  78: {line}",
        lambda line: f"[1,0]<stdout>:{line}",
        lambda line: f"[prterun-h-1@1,0]<stdout>: {line}",
        lambda line: f"[0] {line}",
        lambda line: f"# {line}",
        lambda line: f"2026-05-20T10:11:12.123456789Z {line}",
        lambda line: f"2026-05-20T10:11:12.123456789+00:00 stdout F {line}",
        lambda line: f"[pod/launcher-x/nccl] {line}",
        lambda line: f"2026-05-20 10:11:12,123 [1,0]<stdout>: {line}",
        lambda line: f"\x1b[32m{line}\x1b[0m",
        lambda line: f"{line}\r",
        lambda line: line.replace("  ", "\t"),
    ],
)
def test_what_launchers_and_terminals_add_changes_nothing(read, modern, dress):
    dressed = "\n".join(dress(line) for line in modern.splitlines())
    reading = read(dressed)
    assert busbw(reading) == MODERN_BUSBW
    assert reading.context == read(modern).context
    assert reading.environment == read(modern).environment


def test_a_tag_in_the_middle_of_a_row(read, modern):
    assert busbw(read(modern.replace("sum      -1    50.00", "sum [0] -1 50.00"))) == MODERN_BUSBW


@pytest.mark.parametrize("mark", ["0:", "# Collective test concluded: all_reduce_perf", "# # "])
def test_empty_lines_of_launchers(read, modern, mark):
    assert busbw(read(modern + mark + "\n")) == MODERN_BUSBW


def test_repeated_sizes_are_trials(read, modern):
    again = ROW.replace("20.97       0", "22.97       0")
    metric = read(modern.replace(SECOND, again + SECOND)).metrics["all_reduce.busbw.1048576.out"]
    assert (metric.n, metric.samples, metric.value, metric.stat) == (
        2,
        (20.97, 22.97),
        21.97,
        "median",
    )


def test_repeated_runs_are_trials(read, modern):
    reading = read(modern + modern.replace("41.94       0", "43.94       0"))
    assert reading.metrics["all_reduce.busbw.4194304.out"].samples == (41.94, 43.94)
    assert reading.metrics["all_reduce.avg_busbw"].samples == (31.0, 31.0)
    assert reading.context == read(modern).context


def test_runs_that_were_not_run_alike_are_no_trials(read, modern):
    other = modern.replace("warmup iters: 1", "warmup iters: 5")
    assert refusal(read, modern + other) == (
        "nccl/mixed",
        "run.log:30",
        "two runs of all_reduce with different settings or devices (the other at line 11)",
    )


def test_several_collectives_in_one_log(read, modern):
    second = modern.replace("all_reduce", "all_gather").replace("minBytes 1048576", "minBytes 8")
    reading = read(modern + second)
    assert list(reading.metrics)[:12] == MODERN_KEYS[:-1]
    assert len(reading.metrics) == 26
    assert (reading.headline, reading.suggested_measurement) == (None, "nccl")
    assert "collective" not in reading.context["workload"]
    assert "min_bytes" not in reading.context["workload"]
    assert reading.context["workload"]["max_bytes"] == 4194304


def test_qualifiers_only_where_there_are_several(read, modern):
    half = ROW.replace("float", "half").replace("262144", "524288").replace("sum", "max")
    reading = read(modern.replace(SECOND, half))
    assert list(busbw(reading)) == [
        "all_reduce.busbw.1048576.out.float.sum",
        "all_reduce.busbw.1048576.in.float.sum",
        "all_reduce.busbw.1048576.out.half.max",
        "all_reduce.busbw.1048576.in.half.max",
    ]
    assert "dtype" not in reading.context["workload"]


def test_units_are_the_headers_own_and_else_assumed(read, modern):
    other = modern.replace("(us)", "(ms)")
    assert read(other).metrics["all_reduce.time.1048576.out"].unit == "ms"
    without = "".join(line for line in modern.splitlines(keepends=True) if "(B)" not in line)
    metric = read(without).metrics["all_reduce.time.1048576.out"]
    assert (metric.unit, metric.unit_source) == ("us", "assumed")


def test_cpu_time_is_another_metric(read, modern):
    reading = read(modern.replace("     time", "  cputime"))
    assert reading.metrics["all_reduce.cputime.1048576.out"].value == 50.0


def test_percentile_columns_between_the_placements(read, modern):
    text = modern.replace("#wrong", "#wrong  i_min  i_max  i_p99  i_cv%")
    text = text.replace("       0    52.50", "  0 1 2 3 4   52.50").replace(
        "       0    102.0", "  0 1 2 3 4   102.0"
    )
    text = text.replace("19.97       0", "19.97 0 1 2 3 4").replace(
        "41.12       0", "41.12 0 1 2 3 4"
    )
    assert busbw(read(text)) == MODERN_BUSBW


def test_a_column_between_the_bandwidth_and_the_check(read, modern):
    text = modern.replace("busbw  #wrong", "busbw copybw  #wrong").replace(
        "       0    52", " 1.0 0 52"
    )
    text = text.replace("       0    102", " 1.0 0 102")
    text = text.replace("19.97       0", "19.97 2.0 0").replace("41.12       0", "41.12 2.0 3")
    assert refusal(read, text) == (
        "nccl/wrong",
        "run.log:15",
        "4194304 bytes, in-place: #wrong is '3'; the results are wrong",
    )


@pytest.mark.parametrize("name", ["all-reduce.log", "H100_AllReduce_2x8.txt", "d/allreduce.log"])
def test_collective_from_the_files_name(read, modern, name):
    assert busbw(read(unnamed(modern), name=name)) == MODERN_BUSBW


@pytest.mark.parametrize("wants", [{"metric": ("all_reduce.*",)}, {"headline": "all_reduce.busbw"}])
def test_collective_from_what_was_asked_for(read, modern, wants):
    assert busbw(read(unnamed(modern), **wants)) == MODERN_BUSBW


@pytest.mark.parametrize("name", ["run.log", "scattered.log", "reduce_and_gather.log"])
def test_an_unknown_collective_is_not_guessed(read, modern, name):
    assert refusal(read, unnamed(modern), name=name)[:2] == ("nccl/collective", name)


def test_collective_of_a_second_run_is_not_taken_from_the_first(read, modern):
    second = unnamed(modern)
    third = modern.replace("all_reduce", "all_gather")
    assert refusal(read, modern + second + third)[0] == "nccl/collective"


def test_one_program_in_the_log_names_all_runs(read, modern):
    reading = read(modern + unnamed(modern))
    assert reading.metrics["all_reduce.busbw.4194304.out"].samples == (41.94, 41.94)


def test_a_reduction_is_no_collective_without_one(read, modern):
    code, where, message = refusal(read, unnamed(modern), name="all_gather.log")
    assert (code, where.partition(":")[0]) == ("nccl/collective", "all_gather.log")
    assert message.startswith("a table with the redop sum is not of all_gather")
    moved = unnamed(modern).replace(" sum ", " none ")
    assert refusal(read, moved, name="all_reduce.log")[0] == "nccl/collective"
    assert "all_gather.avg_busbw" in read(moved, name="all_gather.log").metrics
    assert "sendrecv.avg_busbw" in read(unnamed(modern), name="sendrecv.log").metrics


def test_size_zero_only_is_no_measurement(read, modern):
    text = modern.replace(SECOND, "").replace("1048576        262144     float", "0 0 float")
    assert refusal(read, text)[0] == "nccl/empty"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "41.94       0",
            "41.94       3",
            (
                "nccl/wrong",
                "run.log:15",
                "4194304 bytes, out-of-place: #wrong is '3'; the results are wrong",
            ),
        ),
        (
            "41.12       0",
            "41.12       0 *",
            (
                "nccl/wrong",
                "run.log:15",
                "4194304 bytes, in-place: #wrong is '0*'; the results are wrong",
            ),
        ),
        (
            "# Avg bus",
            "# Bitwise mismatches   : 2 FAILED\n# Avg bus",
            ("nccl/failed", "run.log:17", "the run failed: Bitwise mismatches   : 2 FAILED"),
        ),
        (
            "values : 0 OK",
            "values : 2 FAILED",
            ("nccl/wrong", "run.log:16", "Out of bounds values: 2 FAILED; expected 0 OK"),
        ),
        (
            BOUNDS,
            "",
            (
                "nccl/truncated",
                "run.log:11",
                "the table has no 'Out of bounds values' line at its end: the run is cut off",
            ),
        ),
        (
            "  102.0   41.12   41.12       0",
            "  102.0",
            ("nccl/row", "run.log:15", "expected 8 numbers after the labels, got 5"),
        ),
        (
            "100.0",
            "nan",
            (
                "nccl/number",
                "run.log:15",
                "4194304 bytes, out-of-place, time: expected a number, got 'nan'",
            ),
        ),
        (
            "100.0",
            "-1",
            (
                "nccl/number",
                "run.log:15",
                "4194304 bytes, out-of-place, time: expected a number, got '-1'",
            ),
        ),
        (BOUNDS, BOUNDS + ROW, ("nccl/row", "run.log:17", "a row of numbers outside a table")),
        ("# nccl-tests", ROW + "#", ("nccl/row", "run.log:2", "a row of numbers outside a table")),
        (
            "NCCL INFO comm",
            "Test NCCL failure common.cu:1 'unhandled'",
            (
                "nccl/failed",
                "run.log:13",
                "the run failed: nodea:4242:4250 [0] Test NCCL failure common.cu:1 'unhandled' 0x1 rank 0 nranks 2",
            ),
        ),
        (
            "(us)  (GB/s)",
            "(us)  (us)",
            ("nccl/header", "run.log:12", "expected a unit of data/time, got 'us'"),
        ),
        ("(us)", "(KB)", ("nccl/header", "run.log:12", "expected a unit of time, got 'KB'")),
    ],
)
def test_refusals(read, modern, old, new, expected):
    assert modern.count(old) > 0
    assert refusal(read, modern.replace(old, new)) == expected


def test_wrong_deviation_of_an_old_version(read, log):
    text = log("old_alltoall.log").replace("2e-07", "2e-01*")
    assert refusal(read, text, name="alltoall.log") == (
        "nccl/wrong",
        "alltoall.log:13",
        "64 bytes, out-of-place: error is '2e-01*'; the results are wrong",
    )


def test_header_whose_second_placement_has_no_check(read, modern):
    text = modern.replace("busbw  #wrong\n", "busbw\n")
    assert refusal(read, text) == (
        "nccl/header",
        "run.log:11",
        "a placement without a '#wrong' or 'error' column",
    )


def test_header_of_another_shape_is_no_header(read, modern):
    text = modern.replace(
        "busbw  #wrong     time   algbw", "busbw  time   algbw  busbw #wrong   algbw"
    )
    assert refusal(read, text)[0] == "nccl/row"


def test_one_placement_that_is_not_named(read, log):
    text = log("rccl_one_placement.log").replace("in-place\n", "\n")
    assert refusal(read, text, name="broadcast.log") == (
        "nccl/placement",
        "broadcast.log:7",
        "cannot tell whether the numbers are out-of-place or in-place",
    )


def test_two_placements_without_their_line(read, modern):
    text = modern.replace("out-of-place                       in-place\n", "\n")
    assert busbw(read(text)) == MODERN_BUSBW


def single(rank_line="Rank  0 Group  0 Pid 1 on nodea device 0 [0000:04:00] GPU"):
    return (
        "# nThread 1 nGpus 1 minBytes 1048576 maxBytes 1048576 step: 2(factor) iters: 20\n"
        f"#  {rank_line}\n"
        "# size count type redop root time algbw busbw #wrong time algbw busbw #wrong\n"
    )


def test_ranks_that_ran_each_for_itself(read):
    text = single() * 2 + ROW * 2 + BOUNDS * 2
    assert refusal(read, text, name="all_reduce.log") == (
        "nccl/single-rank",
        "all_reduce.log:3",
        "several ranks that ran each for itself",
    )


def test_a_second_rank_0_without_a_table_of_its_own(read):
    text = single() + ROW + BOUNDS + single().splitlines()[1]
    assert refusal(read, text, name="all_reduce.log")[0] == "nccl/single-rank"


@pytest.mark.parametrize("cells", range(8))
def test_a_row_cut_after_any_cell(read, modern, cells):
    cut = " ".join(SECOND.split()[: 5 + cells])
    assert refusal(read, modern.replace(SECOND, cut + "\n"))[:2] == ("nccl/row", "run.log:15")


def test_labels_show_ranks_that_ran_each_for_itself(read, modern):
    text = "".join(f"{n}: {line}" for n in (0, 1) for line in modern.splitlines(keepends=True))
    assert refusal(read, text)[0] == "nccl/single-rank"


def test_one_rank_alone_is_read_with_a_warning(read):
    reading = read(single() + ROW + BOUNDS, name="all_reduce.log")
    assert reading.warnings == (
        "one rank moves nothing over a bus: busbw is 0 whatever the GPU does",
    )


def test_a_second_table_before_the_first_has_ended(read, modern):
    text = modern.replace(BOUNDS, modern)
    assert refusal(read, text)[:2] == ("nccl/truncated", "run.log:11")


def test_a_banner_without_a_table(read):
    text = "# nccl-tests version 2.20.0\n# Out of bounds values : 0 OK\n# Avg bus bandwidth : 1\n# (B) (elements) (us)\n"
    said = "no table of results of nccl-tests in it"
    assert refusal(read, text) == ("nccl/truncated", "run.log", said)


@pytest.mark.parametrize("prefix", ["nodea: ", "[default0]:", "> ", "it's "])
def test_a_prefix_of_no_known_launcher_is_named(read, modern, prefix):
    text = "".join(f"{prefix}{line}" for line in modern.splitlines(keepends=True))
    with pytest.raises(InputError) as caught:
        read(text)
    error = caught.value
    assert (error.code, error.where.partition(":")[0]) == ("nccl/prefix", "run.log")
    assert error.message.endswith(f"here {prefix.strip()!r}")
    header = text.splitlines()[int(error.where.partition(":")[2]) - 1]
    assert "algbw" in header
    # What the hint does to each line makes it readable.
    cut = re.fullmatch(r"take it off: cut -c(\d+)- run\.log", error.hint)[1]
    assert read("".join(line[int(cut) - 1 :] for line in text.splitlines(keepends=True))).metrics


def test_warnings_and_a_failed_limit(read, modern):
    text = modern.replace("NCCL INFO", "NCCL WARN").replace(": 31.0", ": 31.0 FAILED")
    assert read(text).warnings == (
        "the log holds 1 NCCL WARN line",
        "Avg bus bandwidth is below the limit that the run was given: FAILED",
    )


def test_an_average_that_is_no_number_is_passed_over(read, modern):
    reading = read(modern.replace(": 31.0", ": -nan"))
    assert "all_reduce.avg_busbw" not in reading.metrics
    assert reading.passed_over[-1].text == "Avg bus bandwidth -nan: not a number"


def test_no_average_line(read, modern):
    text = modern.replace("# Avg bus bandwidth    : 31.0\n", "")
    assert list(read(text).metrics) == MODERN_KEYS[:-1]


def test_library_version_from_the_library_itself(read, modern):
    text = modern.replace("NCCL INFO comm", "NCCL version 2.18.5+cuda12.2 comm")
    text = text.replace(" nccl-library=23102", "")
    assert read(text).context["stack"]["nccl"] == "2.18.5+cuda12.2"
    old = modern.replace("nccl-library=23102", "nccl-library=2804")
    assert read(old).context["stack"]["nccl"] == "2.8.4"


def test_mixed_devices_and_none(read, modern):
    mixed = modern.replace(
        "nodeb device  0 [0000:04:00] NVIDIA", "nodeb device  0 [0000:04:00] Other"
    )
    assert read(mixed).environment == {
        "gpu_model": "NVIDIA Test GPU 80GB + Other Test GPU 80GB",
        "gpu_count": 2,
    }
    bare = "".join(line for line in modern.splitlines(keepends=True) if "Rank" not in line)
    reading = read(bare)
    assert (reading.environment, "parallelism" in reading.context) == ({}, False)
    assert "ranks" not in reading.metrics["all_reduce.time.1048576.out"].dimensions


def test_numbers_out_of_range(read, modern):
    assert (
        refusal(
            read,
            modern.replace("20.97   20.97", "20.97   9e307")
            + modern.replace("20.97   20.97", "20.97   9e307"),
        )[0]
        == "format/range"
    )


def test_a_long_passed_over_line_is_cut(read, modern):
    over = read("a" * 120 + "\n" + "b" * 121 + "\n" + modern).passed_over
    assert [entry.text for entry in over[:2]] == ["a" * 120, "b" * 117 + "..."]


def test_several_warnings(read, modern):
    text = modern.replace("nodea:4242:4250 [0] NCCL INFO", "n NCCL WARN a\nn NCCL WARN")
    assert read(text).warnings == ("the log holds 2 NCCL WARN lines",)


def test_as_many_passed_over_lines_as_are_listed(read, modern):
    noise = "".join(f"n:1:1 [0] NCCL INFO {n}\n" for n in range(997))
    assert read(noise + modern).passed_over[-1].text.startswith("nodea:4242")


def test_many_passed_over_lines_are_capped(read, modern):
    noise = "".join(f"n:1:1 [0] NCCL INFO {n}\n" for n in range(1500))
    over = read(noise + modern).passed_over
    assert (len(over), over[0].text, over[-1].text) == (
        1000,
        "n:1:1 [0] NCCL INFO 0",
        "and 504 more",
    )


def test_sniff(file, folder, modern):
    assert (
        nccl_tests.sniff(file("x", modern)) == "it has a table of size, count, type, algbw, busbw"
    )
    assert nccl_tests.sniff(file("x", "rccl-tests: Version 1")) == "it has an nccl-tests banner"
    assert nccl_tests.sniff(file("all_reduce.log", "{}")) is None
    assert nccl_tests.sniff(folder("d", a=modern)) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.data())
def test_a_mutated_log_reads_or_is_refused(modern, data):
    text = bytearray(modern.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(at, min(len(text), at + 40)))
        text[at:end] = data.draw(
            st.sampled_from(
                [b"", b"\n", b"#", b"9", b"time ", b"\xff", b"algbw busbw ", b"size count type "]
            )
            | st.binary(max_size=4)
        )
    source = Source(name="m", kind="file", files=(SourceFile(path="m", data=bytes(text)),))
    where = "m"
    try:
        nccl_tests.read(source, Options(metric=("all_reduce.*",)))
    except InputError as error:
        where = error.where
    assert where.startswith("m")


def test_every_prefix_of_a_log_is_refused_or_whole(modern, read):
    end = modern.index("# Avg")
    codes = {refusal(read, modern[:at])[0] for at in range(0, end - 1, 7)}
    assert codes == {"nccl/truncated", "nccl/row"}


@given(st.binary(max_size=300))
def test_random_bytes_are_refused(data):
    source = Source(name="m", kind="file", files=(SourceFile(path="m", data=data),))
    with pytest.raises(InputError):
        nccl_tests.read(source, Options())
