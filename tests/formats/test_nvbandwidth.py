from __future__ import annotations

import json
import re

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import nvbandwidth
from gitbaseline.formats.base import Options, Source
from gitbaseline.model.metric import Direction, Metric, Validity

READ = "device_to_device_memcpy_read_ce"
BOTH = "device_to_device_bidirectional_memcpy_write_sm"


@pytest.fixture
def read(file):
    return lambda text: nvbandwidth.read(file("nvb.log", text), Options())


@pytest.fixture
def printed(log):
    return log("nvbandwidth_two_gpus.log")


def refusal(read, text):
    with pytest.raises(InputError) as caught:
        read(text)
    return caught.value.code, caught.value.where, caught.value.message


def pairs(reading):
    return {key: m.value for key, m in reading.metrics.items()}


def test_the_printed_output_whole(read, printed):
    reading = read(printed)
    assert pairs(reading) == {
        "host_to_device_memcpy_ce.0.0": 55.1,
        "host_to_device_memcpy_ce.0.1": 54.9,
        "host_to_device_memcpy_ce.sum": 110.0,
        f"{READ}.0.1": 396.1,
        f"{READ}.1.0": 395.2,
        f"{READ}.sum": 791.3,
        f"{BOTH}_write1.0.1": 190.0,
        f"{BOTH}_write1.1.0": 191.0,
        f"{BOTH}_write1.sum": 381.0,
        f"{BOTH}_write2.0.1": 192.0,
        f"{BOTH}_write2.1.0": 193.0,
        f"{BOTH}_write2.sum": 385.0,
        f"{BOTH}_total.0.1": 382.0,
        f"{BOTH}_total.1.0": 384.0,
        f"{BOTH}_total.sum": 766.0,
        "all_to_one_read_sm.0.0": 370.0,
        "all_to_one_read_sm.0.1": 371.0,
        "all_to_one_read_sm.sum": 741.0,
        "one_to_all_write_sm.0.0": 360.0,
        "one_to_all_write_sm.0.1": 361.0,
        "one_to_all_write_sm.sum": 721.0,
        "device_to_device_latency_sm.0.1": 812.5,
        "device_to_device_latency_sm.1.0": 813.5,
    }
    assert reading.metrics[f"{READ}.0.1"] == Metric(
        value=396.1,
        unit="GB/s",
        direction=Direction.HIGHER,
        validity=Validity.VALID,
        dimensions={"test": READ, "engine": "CE", "src": "gpu1", "dst": "gpu0"},
        unit_source="format",
    )
    assert reading.metrics[f"{READ}.sum"].direction is Direction.UNKNOWN
    latency = reading.metrics["device_to_device_latency_sm.0.1"]
    assert (latency.unit, latency.direction) == ("ns", Direction.LOWER)
    assert reading.environment == {
        "gpu_model": "NVIDIA Test GPU",
        "gpu_count": 2,
        "gpu_driver": "590.11.02",
    }
    assert reading.context == {"stack": {"cuda": "13.1"}}
    assert (reading.tool_version, reading.suggested_measurement) == ("v0.8", "nvbandwidth")
    assert [p.text for p in reading.passed_over] == [
        "Built from Git version: v0.8",
        "CUDA Driver Version: 13010",
        "testhost",
        "MIN host_to_device_memcpy_ce 54.90",
        "Waived:",
        "NOTE: The reported results may not reflect the full capabilities of the platform.",
    ]


@pytest.mark.parametrize(
    ("key", "src", "dst"),
    [
        ("host_to_device_memcpy_ce.0.1", "cpu0", "gpu1"),
        (f"{READ}.1.0", "gpu0", "gpu1"),
        (f"{BOTH}_total.0.1", "gpu0", "gpu1"),
        ("all_to_one_read_sm.0.1", "all", "gpu1"),
        ("one_to_all_write_sm.0.1", "gpu1", "all"),
    ],
)
def test_source_and_target_follow_the_data(read, printed, key, src, dst):
    dimensions = read(printed).metrics[key].dimensions
    assert (dimensions["src"], dimensions["dst"]) == (src, dst)


@pytest.mark.parametrize(
    ("arrow", "src", "dst"),
    [("GPU(row) <- GPU(column)", "gpu0", "gpu1"), ("CPU(row) <- GPU(column)", "gpu1", "cpu0")],
)
def test_arrows_to_the_left(read, printed, arrow, src, dst):
    text = printed.replace("CE GPU(row) -> GPU(column)", f"CE {arrow}")
    dimensions = read(text).metrics[f"{READ}.0.1"].dimensions
    assert (dimensions["src"], dimensions["dst"]) == (src, dst)


def test_the_bisect_test_has_labels_and_no_unit(read):
    text = """Running multinode_bisect_write_ce.
Process 0 (nodea): device 0: NVIDIA Test GPU (00000000:01:00)
Process 1 (nodeb): device 0: NVIDIA Test GPU (00000000:01:00)
Bisect benchmarking, simultaneous write CE BW
                0
0->1    300.50
1->0    301.50

SUM multinode_bisect_write_ce 602.00
"""
    reading = read(text)
    metric = reading.metrics["multinode_bisect_write_ce.0->1.0"]
    assert (metric.value, metric.unit, metric.unit_source) == (300.5, "GB/s", "assumed")
    assert (metric.dimensions["src"], metric.dimensions["dst"]) == ("0->1", "0")
    assert reading.context == {"parallelism": {"ranks": 2, "nodes": 2}}
    assert reading.suggested_measurement == "nvbandwidth_multinode_bisect_write_ce"


def test_versions_that_print_no_sums_are_unchecked(read):
    text = """nvbandwidth Version: v0.2
Running device_to_device_memcpy_read_ce.
memcpy CE GPU(row) -> GPU(column) bandwidth (GB/s)
          0         1
0      0.00     22.50
1      0.00      0.00
"""
    reading = read(text)
    assert pairs(reading) == {f"{READ}.0.1": 22.5}
    assert reading.metrics[f"{READ}.0.1"].validity is Validity.UNCHECKED
    assert (3, f"{READ}: 1 pairs without a measurement") in [
        (p.line, p.text) for p in reading.passed_over
    ]


def test_a_large_matrix_is_its_smallest_median_and_largest_pair(read):
    size = 34
    rows = [
        f"{row} " + " ".join("N/A" if row == c else f"{100 + row}.00" for c in range(size))
        for row in range(size)
    ]
    total = sum((100 + row) * (size - 1) for row in range(size))
    text = (
        f"Running {READ}.\nmemcpy CE GPU(row) -> GPU(column) bandwidth (GB/s)\n"
        + " ".join(map(str, range(size)))
        + "\n"
        + "\n".join(rows)
        + f"\n\nSUM {READ} {total}.00\n"
    )
    metrics = read(text).metrics
    assert {key: (m.value, m.stat, m.n) for key, m in metrics.items()} == {
        f"{READ}.sum": (total, "sum", 1122),
        f"{READ}.min": (100.0, "min", 1122),
        f"{READ}.median": (116.5, "median", 1122),
        f"{READ}.max": (133.0, "max", 1122),
    }
    assert metrics[f"{READ}.min"].dimensions == {"test": READ, "engine": "CE"}


def test_two_outputs_in_one_file_are_trials(read, printed):
    again = printed.replace("396.10", "394.10").replace("791.30", "789.30")
    assert read(printed + again).metrics[f"{READ}.0.1"].samples == (396.1, 394.1)


@pytest.mark.parametrize(
    "dress", [lambda line: f"0: {line}", lambda line: f"[1,0]<stdout>:{line}\r"]
)
def test_what_launchers_add_changes_nothing(read, printed, dress):
    assert pairs(read("\n".join(map(dress, printed.splitlines())))) == pairs(read(printed))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            " 1    395.20       N/A\n",
            "",
            ("nvbandwidth/sum", 21, f"the cells of {READ} add up to 396.10, its sum is 791.30"),
        ),
        (
            f"SUM {READ} 791.30",
            "",
            (
                "nvbandwidth/truncated",
                21,
                f"{READ}: the matrix has no SUM line, the run is cut off",
            ),
        ),
        (
            "    395.20       N/A",
            "    395.20",
            ("nvbandwidth/truncated", 24, "expected 2 cells in the row, got 1"),
        ),
        (
            " 0       N/A    396.10\n 1    395.20       N/A\n",
            "",
            ("nvbandwidth/truncated", 21, f"{READ}: the matrix has no rows, the run is cut off"),
        ),
        (
            f"SUM {READ} 791.30",
            f"SUM {READ} 1,791.30",
            ("nvbandwidth/truncated", 26, "SUM is '1,791.30'; expected a number"),
        ),
        (
            "396.10",
            "-396.10",
            (
                "nvbandwidth/number",
                23,
                f"{READ}, row 0, column 1: expected a number from 0 or N/A, got '-396.10'",
            ),
        ),
        (
            "NOTE: The",
            "[CUDA_ERROR_ILLEGAL_ADDRESS] an illegal memory access",
            (
                "nvbandwidth/failed",
                73,
                (
                    "the run failed: device_to_device_latency_sm: "
                    "[CUDA_ERROR_ILLEGAL_ADDRESS] an illegal memory access reported results may not "
                    "reflect the full capabilities of the platform."
                ),
            ),
        ),
        (
            "Waived:",
            "Running x_sm.",
            ("nvbandwidth/truncated", 50, "x_sm printed no matrix"),
        ),
    ],
)
def test_cut_and_failed_output_is_refused_with_its_line(read, printed, old, new, expected):
    code, where, message = refusal(read, printed.replace(old, new, 1))
    assert (code, where, message) == (expected[0], f"nvb.log:{expected[1]}", expected[2])


def test_a_failure_before_any_test(read):
    assert refusal(read, "nvbandwidth Version: v0.8\nERROR: no device\n") == (
        "nvbandwidth/failed",
        "nvb.log:2",
        "the run failed: ERROR: no device",
    )


def test_nothing_ran(read):
    text = "nvbandwidth Version: v0.8\nWaived:\nsome bandwidth (GB/s)\nSUM x 1\n"
    assert refusal(read, text)[0] == "nvbandwidth/empty"


def document(*cases, **more):
    return json.dumps(
        {"nvbandwidth": {"Driver Version": "1.2", "testcases": list(cases), **more}}, indent=1
    )


def case(name=READ, rows=(("N/A", "396.1"), ("395.2", "N/A")), total=791.3, **more):
    return {
        "name": name,
        "status": "Passed",
        "bandwidth_description": "memcpy CE GPU(row) -> GPU(column) bandwidth (GB/s) ",
        "bandwidth_matrix": rows,
        "sum": total,
    } | more


def test_json_gives_what_text_does(read, printed):
    reading = read("WARNING { stray\n" + document(case()))
    assert pairs(reading) == {k: v for k, v in pairs(read(printed)).items() if READ in k}
    assert reading.metrics[f"{READ}.0.1"] == read(printed).metrics[f"{READ}.0.1"]


def test_json_of_a_machine(read):
    reading = read(
        document(
            case(),
            {"name": "other", "status": "Waived"},
            **{
                "CUDA Runtime Version": 12040,
                "version": "",
                "git_version": "v0.8-3",
                "warning": "slow",
                "GPU Device list": ["0: NVIDIA Test GPU (00000000:01:00)", 3],
            },
        )
        + '\n{"x": 1}\n'
    )
    assert reading.environment == {
        "gpu_model": "NVIDIA Test GPU",
        "gpu_count": 1,
        "gpu_driver": "1.2",
    }
    assert reading.context == {"stack": {"cuda": "12.4"}}
    assert reading.warnings == ("nvbandwidth warned: slow",)
    assert reading.tool_version == "v0.8-3"
    assert [p.text for p in reading.passed_over] == ["Waived: other", "JSON that is no result"]


@pytest.mark.parametrize("unit", ["", " GB/s", " +GB/s"])
def test_sums_of_the_perf_formatter_close_a_matrix(read, printed, unit):
    perf = re.sub(r"^SUM (.*)$", rf"&&&& PERF \1{unit}", printed, flags=re.MULTILINE)
    assert perf != printed
    assert pairs(read(perf)) == pairs(read(printed))


def test_a_local_copy_goes_from_a_gpu_to_itself(read):
    local = case(
        "device_local_copy",
        [["1519.0", "1520.0"]],
        3039.0,
        bandwidth_description="memcpy local GPU(column) bandwidth (GB/s)",
    )
    ends = read(document(local)).metrics["device_local_copy.0.1"].dimensions
    assert (ends["src"], ends["dst"]) == ("gpu1", "gpu1")


def test_json_behind_a_launchers_prefix(file, read):
    whole = json.dumps(json.loads(document(case())), indent=1).replace('": {', '":\n {')
    log = "".join(f"[1,0]<stdout>:{line}\n" for line in whole.splitlines())
    assert nvbandwidth.sniff(file("x", log))
    assert read(log).metrics == read(whole).metrics


def test_a_device_is_known_without_its_host(read):
    devices = [f"{n}: NVIDIA Test GPU (0000000{n}:01:00): (node-a{n})" for n in range(2)]
    reading = read(document(case(), **{"GPU Device list": devices}))
    assert reading.environment["gpu_model"] == "NVIDIA Test GPU"
    assert "node-a" not in repr(reading)


def test_three_matrices_appended_into_one_are_split_again(read):
    rows = [
        ["N/A", "190"],
        ["191", "N/A"],
        ["N/A", "192"],
        ["193", "N/A"],
        ["N/A", "382"],
        ["384", "N/A"],
    ]
    total = case(
        BOTH,
        rows,
        766.0,
        bandwidth_description="memcpy SM GPU(row) <-> GPU(column) Total bandwidth (GB/s)",
    )
    assert pairs(read(document(total))) == {
        f"{BOTH}_write1.0.1": 190.0,
        f"{BOTH}_write1.1.0": 191.0,
        f"{BOTH}_write2.0.1": 192.0,
        f"{BOTH}_write2.1.0": 193.0,
        f"{BOTH}_total.0.1": 382.0,
        f"{BOTH}_total.1.0": 384.0,
        f"{BOTH}_total.sum": 766.0,
    }
    name = BOTH.replace("write", "read")
    assert f"{name}_read1.0.1" in pairs(read(document(total | {"name": name})))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            document(case(status="Running")),
            ("nvbandwidth/failed", 6, f"the run failed: {READ}: status is Running"),
        ),
        (document(case(error="ECC")), ("nvbandwidth/failed", 6, f"the run failed: {READ}: ECC")),
        (document(error="no driver"), ("nvbandwidth/failed", 1, "the run failed: no driver")),
        (
            document(case(total=500.0)),
            ("nvbandwidth/sum", 6, f"the cells of {READ} add up to 791.30, its sum is 500.00"),
        ),
        (
            document(case(rows=[["1"], ["1", "2"]])),
            (
                "format/shape",
                1,
                "nvbandwidth.testcases.0.bandwidth_matrix: expected rows of one length, got a list",
            ),
        ),
        (
            document({"name": "caf\u00e9", "status": None}),
            ("nvbandwidth/failed", 1, "the run failed: caf\u00e9: status is absent"),
        ),
    ],
)
def test_json_that_is_refused(read, text, expected):
    code, where, message = refusal(read, text)
    assert (code, where, message) == (expected[0], f"nvb.log:{expected[1]}", expected[2])


def test_a_test_of_neither_engine(read):
    metric = read(document(case("odd"))).metrics["odd.0.1"]
    assert "engine" not in metric.dimensions


def test_waived_only(read):
    assert refusal(read, document({"name": "a", "status": "Waived"}))[0] == "nvbandwidth/empty"
    nothing = document(case(rows=[["N/A"]], total=0.0))
    assert refusal(read, nothing)[0] == "nvbandwidth/empty"


def test_which_sources_are_its_own(file, printed):
    assert nvbandwidth.sniff(file("x", printed)) == "it has nvbandwidth's banner or tests"
    assert nvbandwidth.sniff(file("x", document())) == "it has nvbandwidth's test cases"
    assert nvbandwidth.sniff(file("x", '{"nvbandwidth": {}}')) is None
    assert nvbandwidth.sniff(Source(name="v", kind="inline", files=())) is None
