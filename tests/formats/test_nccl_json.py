from __future__ import annotations

import json

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import nccl_tests
from gitbaseline.formats.base import Options
from gitbaseline.model.metric import Validity

DEVICES = [
    {"rank": rank, "group": 0, "pid": 10, "hostname": host, "device": 0, "device_info": "Test GPU"}
    for rank, host in enumerate(("nodea", "nodeb"))
]
CONFIG = {
    "nthreads": 1,
    "ngpus": 1,
    "minimum_bytes": 1048576,
    "maximum_bytes": 4194304,
    "step_factor": 4,
    "warmup_iters": 1,
    "iterations": 20,
    "aggregated_iterations": 1,
    "validation": 1,
    "graph": "false",
    "devices": DEVICES,
}


def place(time, bandwidth, wrong=0.0):
    return {"time": time, "alg_bw": bandwidth, "bus_bw": bandwidth, "nwrong": wrong}


def result(size=1048576, out=(50.0, 20.97), inside=(52.5, 19.97), **more):
    return {
        "size": size,
        "count": size // 4,
        "type": "float",
        "redop": "sum",
        "root": "    -1",
        "out_of_place": place(*out) if out else None,
        "in_place": place(*inside) if inside else None,
        "actual_iterations": 20,
    } | more


def document(*results, **changes):
    top = {
        "version": 3,
        "start_time": "2026-01-02 03:04:05",
        "args": ["/opt/build/all_reduce_perf", "-b", "1M"],
        "env": ["HOME=/nobody", "TOKEN=none"],
        "nccl_version": 23102,
        "config": CONFIG,
        "results": list(results) or [result(), result(4194304, (100.0, 41.94), (102.0, 41.12))],
        "out_of_bounds": {"count": 0, "okay": "true"},
        "bitwise_mismatches": {"count": 0, "okay": "true"},
        "average_bus_bandwidth": {"bandwidth": 31.0, "okay": "unchecked"},
        "errors": [""],
        "end_time": "2026-01-02 03:05:05",
    }
    return json.dumps(top | changes)


@pytest.fixture
def read(file):
    return lambda text, name="run.json", **wants: nccl_tests.read(
        file(name, text), Options(**wants)
    )


def refusal(read, text, **more):
    with pytest.raises(InputError) as caught:
        read(text, **more)
    return caught.value.code, caught.value.where, caught.value.message


def numbers(reading, column="busbw"):
    return {key: m.value for key, m in reading.metrics.items() if f".{column}." in key}


def test_json_gives_what_the_printed_table_does(read, log):
    printed, reading = read(log("modern.log"), name="run.log"), read(document())
    assert reading.metrics.keys() == printed.metrics.keys()
    for key, metric in reading.metrics.items():
        other = printed.metrics[key]
        assert (metric.value, metric.unit, metric.direction) == (
            other.value,
            other.unit,
            other.direction,
        )
        assert (metric.validity, metric.dimensions) == (other.validity, other.dimensions)
        assert metric.unit_source == "assumed"
    assert reading.headline == printed.headline
    assert reading.context == printed.context | {"stack": {"nccl": "2.31.2"}}
    assert reading.environment == {"gpu_model": "Test GPU", "gpu_count": 2}
    assert reading.format == printed.format == "nccl-tests"


def test_nothing_of_the_environment_is_in_the_reading(read):
    assert "nobody" not in repr(read(document()))
    assert "nodea" not in repr(read(document()))


def test_the_time_of_each_iteration_is_a_trial(read):
    timed = result(
        out_of_place_per_iter={"times_us": [50.0, 100.0, 25.0]},
        in_place_per_iter={"times_us": [52.5, 105.0, 52.5]},
    )
    metrics = read(document(timed)).metrics
    assert metrics["all_reduce.time.1048576.out"].samples == (50.0, 100.0, 25.0)
    assert metrics["all_reduce.busbw.1048576.out"].samples == (20.97, 10.485, 41.94)
    assert metrics["all_reduce.algbw.1048576.in"].samples == (19.97, 9.985, 19.97)


@pytest.mark.parametrize("times", [[50.0, 0.0], [50.0, "nan"], [50.0, -1.0]])
def test_iterations_without_a_time_are_refused(read, times):
    timed = result(inside=None, out_of_place_per_iter={"times_us": times})
    assert refusal(read, document(timed))[:2] == ("nccl/number", "run.json:1")


def test_one_placement(read):
    both = document(result(out=None), result(4194304, inside=None))
    assert numbers(read(both)) == {
        "all_reduce.busbw.1048576.in": 19.97,
        "all_reduce.busbw.4194304.out": 20.97,
    }
    assert refusal(read, document(result(), result(out=None, inside=None)))[0] == "nccl/row"


def test_cpu_time(read):
    out = {"cpu_time": 7.0, "alg_bw": 1.0, "bus_bw": 1.0, "nwrong": None}
    metric = read(document(result(out_of_place=out, in_place=None))).metrics
    assert metric["all_reduce.cputime.1048576.out"].validity is Validity.UNCHECKED


def test_names_that_were_misspelt_until_2026(read):
    old = document(average_bus_bandwidith={"bandwidith": 12.5, "okay": "false"})
    old = old.replace('"average_bus_bandwidth"', '"gone"')
    reading = read(old)
    assert reading.metrics["all_reduce.avg_busbw"].value == 12.5
    assert reading.warnings[0].endswith("FAILED")


def test_settings(read):
    config = CONFIG | {"step_factor": 0, "step_bytes": 1048576, "graph": "true"}
    workload = read(document(config=config)).context["workload"]
    assert (workload["step"], workload["graph"]) == ("1048576(bytes)", 1)


def test_what_is_absent_is_left_out(read):
    bare = document(result(root=None, redop=None), config=None, nccl_version=None, args=None)
    reading = read(bare, name="all-gather.json")
    assert reading.headline == "all_gather.busbw.1048576.out"
    assert (reading.environment, "parallelism" in reading.context) == ({}, False)
    assert reading.metrics[reading.headline].dimensions["dtype"] == "float"
    assert "all_reduce.avg_busbw" not in read(document(average_bus_bandwidth=None)).metrics
    odd = document(config={"devices": [{"hostname": "x"}, {"rank": 0}]})
    assert read(odd).environment == {"gpu_count": 1}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bitwise_mismatches": {"count": 2, "okay": "false"}}, "nccl/failed"),
        ({"out_of_bounds": {"count": 3, "okay": "false"}}, "nccl/wrong"),
        ({"out_of_bounds": None}, "nccl/truncated"),
        ({"results": []}, "nccl/truncated"),
        ({"results": [result(out_of_place=place(1.0, 1.0, 2.0))]}, "nccl/wrong"),
        ({"results": [result(out=("nan", 1.0))]}, "nccl/number"),
        ({"results": [result() | {"size": None}]}, "nccl/row"),
        ({"results": [result(count=1.5)]}, "nccl/row"),
        ({"args": []}, "nccl/collective"),
    ],
)
def test_runs_that_are_refused(read, changes, code):
    text = document(**changes)
    got, where, _ = refusal(read, text)
    assert (got, where.partition(":")[0]) == (code, "run.json")


def test_what_the_library_warned_of_last_is_a_warning(read, log):
    assert read(document()).warnings == ()
    assert read(document(errors=["no route"])).warnings == ("NCCL's last error: no route",)
    printed = log("modern.log") + "# error: no route\n"
    assert read(printed, name="run.log").warnings == ("NCCL's last error: no route",)


def test_a_process_of_several_gpus_lists_its_first(read):
    config = CONFIG | {"ngpus": 4, "devices": [DEVICES[0], DEVICES[1] | {"rank": 4}]}
    reading = read(document(config=config))
    assert reading.context["parallelism"] == {"ranks": 8, "nodes": 2}
    assert reading.environment == {"gpu_model": "Test GPU", "gpu_count": 8}
    every = [DEVICES[0] | {"rank": rank, "device": rank} for rank in range(4)]
    reading = read(document(config=CONFIG | {"ngpus": 4, "devices": every}))
    assert reading.context["parallelism"] == {"ranks": 4, "nodes": 1}


def test_a_document_that_breaks_off(read):
    assert refusal(read, document()[:-40])[0] == "json/truncated"


def record(size=1024, inside=0, **more):
    return {
        "numCycle": 0,
        "name": "AllReduce",
        "nodes": 2,
        "ranks": 4,
        "ranksPerNode": 2,
        "gpusPerRank": 1,
        "size": size,
        "type": "bfloat16",
        "redop": "sum",
        "inPlace": inside,
        "time": 12.5,
        "algBw": 0.08,
        "busBw": 0.12 + inside,
        "#wrong": "0",
    } | more


def test_rccl_json_lines_and_lists(read):
    records = [record(), record(inside=1), record(2048), record(2048, 1, busBw=3.0)]
    listed = read(json.dumps(records, indent=1))
    assert numbers(listed) == {
        "all_reduce.busbw.1024.out": 0.12,
        "all_reduce.busbw.2048.out": 0.12,
        "all_reduce.busbw.1024.in": 1.12,
        "all_reduce.busbw.2048.in": 3.0,
    }
    lines = read("rccl-tests: x\n" + "\n".join(map(json.dumps, [*records, {"busBw": 1}][:4])))
    assert numbers(lines) == numbers(listed)
    assert listed.context["parallelism"] == {"ranks": 4, "nodes": 2}
    assert listed.suggested_measurement == "rccl_all_reduce"
    assert listed.metrics["all_reduce.busbw.1024.in"].dimensions == {
        "size_bytes": 1024,
        "dtype": "bfloat16",
        "redop": "sum",
        "placement": "in-place",
        "ranks": 4,
        "nodes": 2,
    }


def test_rccl_cycles_are_trials(read):
    records = [record(), record(numCycle=1, busBw=0.2)]
    metric = read(json.dumps(records)).metrics["all_reduce.busbw.1024.out"]
    assert metric.samples == (0.12, 0.2)


def test_rccl_csv(read):
    rows = [record(), record(inside=1, **{"#wrong": "N/A"})]
    table = ", ".join(rows[0]) + "\n" + "\n".join(", ".join(map(str, row.values())) for row in rows)
    reading = read(f"rccl-tests: Version develop:abc\n{table}\nnoise, here\n\n", name="r.csv")
    assert numbers(reading) == {"all_reduce.busbw.1024.out": 0.12, "all_reduce.busbw.1024.in": 1.12}
    assert reading.metrics["all_reduce.busbw.1024.in"].validity is Validity.UNCHECKED
    assert reading.context["parallelism"] == {"ranks": 4, "nodes": 2}
    assert [p.line for p in reading.passed_over] == [1, 5]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"#wrong": "4"}, "nccl/wrong"),
        ({"time": "nan"}, "nccl/number"),
        ({"size": "big"}, "nccl/row"),
        ({"size": None}, "nccl/row"),
        ({"size": -1}, "nccl/row"),
        ({"name": "x"}, "nccl/collective"),
    ],
)
def test_rccl_records_that_are_refused(read, changes, code):
    assert refusal(read, json.dumps([record(**changes)]))[0] == code


def test_rccl_without_mpi(read):
    plain = record(gpus=8, wrong=0)
    for key in ("ranks", "nodes", "#wrong"):
        del plain[key]
    reading = read(json.dumps([plain, {"x": 1}, "y"]))
    assert reading.context["parallelism"] == {"ranks": 8, "nodes": 1}
    assert [p.text for p in reading.passed_over] == ["JSON that is no result"] * 2
    much = read(json.dumps([record(ranks=10**9)]))
    assert "parallelism" not in much.context


def test_which_sources_are_its_own(file):
    assert nccl_tests.sniff(file("x", document())) == "it is the JSON of nccl-tests -J"
    assert nccl_tests.sniff(file("x", json.dumps(record()))) == "it is the JSON of rccl-tests"
    head = ", ".join(record())
    assert nccl_tests.sniff(file("x", head)) == "it is the CSV of rccl-tests"
    assert nccl_tests.sniff(file("x", '{"busBw": 1}')) is None
