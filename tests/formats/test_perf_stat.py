from __future__ import annotations

import json

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import perf_stat, registry
from gitbaseline.formats.base import Options
from gitbaseline.model.metric import Validity


@pytest.fixture
def read(file):
    return lambda text: perf_stat.read(file("p.txt", text), Options())


def line(**members):
    whole = {"counter-value": "1", "unit": "", "event": "e", "pcnt-running": 100.0}
    return json.dumps(whole | {key.replace("_", "-"): value for key, value in members.items()})


def test_whole_json(written, told):
    reading = perf_stat.read(written("perf_stat.json"), Options())
    assert told(reading) == {
        "task-clock": (12.5, "msec", "down", "mean", 1),
        "task-clock.CPUs utilized": (0.99, "unknown", "?", "single", 1),
        "cycles:u": (3000000.0, "count", "down", "mean", 1),
        "cycles:u.GHz": (2.4, "unknown", "?", "single", 1),
        "instructions:u": (6000000.0, "count", "?", "mean", 1),
        "instructions:u.insn per cycle": (2.0, "unknown", "?", "single", 1),
        "page-faults": (40.0, "count", "?", "single", 1),
    }
    validities = [reading.metrics[key].validity for key in ("cycles:u", "instructions:u")]
    assert validities == [Validity.VALID, Validity.UNCHECKED]
    assert reading.warnings == ("instructions:u was counted 50 % of the time: an estimate",)
    assert [(entry.line, entry.text) for entry in reading.passed_over] == [
        (1, "# started on Wed Mar  4 05:06:07 2026"),
        (6, "a metric: no counter of its own"),
        (8, "branches: <not supported>"),
    ]


TABLE = """# started on Wed Mar  4 05:06:07 2026

 Performance counter stats for 'demo 12'{runs}:

             12.50 msec task-clock                #    0.990 CPUs utilized            ( +-  1.00% )
                 7      context-switches          #  560.000 /sec
         3,000,000      cycles                    #    0.240 GHz                      (49.50%)
                                                  #     17.3 %  tma_frontend_bound
   <not supported>      branches
S0-D0-C1           2          1,000      page-faults              #    0.50% of all page-faults

          0.012600 +- 0.000100 seconds time elapsed  ( +-  0.80% )

          0.010000 seconds user
          0.002000 seconds sys
"""


def test_what_is_printed_for_people(file, told):
    source = file("p.txt", "12 done\n" + TABLE.format(runs=" (3 runs)"))
    assert registry.detect(source).NAME == "perf-stat"
    reading = perf_stat.read(source, Options())
    assert told(reading) == {
        "task-clock": (12.5, "msec", "down", "mean", 3),
        "task-clock.CPUs utilized": (0.99, "unknown", "?", "single", 1),
        "context-switches": (7.0, "count", "?", "mean", 3),
        "cycles": (3000000.0, "count", "down", "mean", 3),
        "cycles.GHz": (0.24, "unknown", "?", "single", 1),
        "place=S0-D0-C1.page-faults": (1000.0, "count", "?", "mean", 3),
        "place=S0-D0-C1.page-faults.of all page-faults": (0.5, "unknown", "?", "single", 1),
        "duration_time": (0.0126, "s", "down", "mean", 3),
        "user_time": (0.01, "s", "down", "mean", 3),
        "system_time": (0.002, "s", "down", "mean", 3),
    }
    assert reading.warnings == ("cycles was counted 49.5 % of the time: an estimate",)
    assert [entry.line for entry in reading.passed_over] == [1, 2, 9, 10]


def test_a_table_of_slices_is_refused(file):
    head = "#           time             counts unit events\n"
    source = file("p.txt", head + "     0.050296209               1.11 msec task-clock\n")
    assert registry.detect(source).NAME == "perf-stat"
    with pytest.raises(InputError) as caught:
        perf_stat.read(source, Options())
    assert caught.value.code == "perf/interval"


def test_older_tables(read, told):
    table = TABLE.format(runs="").replace("msec task-clock ", "task-clock (msec)")
    reading = read(table.replace("(49.50%)", "[49.50%]"))
    assert told(reading)["task-clock"] == (12.5, "msec", "down", "single", 1)
    assert reading.metrics["cycles"].validity is Validity.UNCHECKED
    assert read(table + table).metrics["task-clock"].n == 2


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("12.50", "12,50", "perf/number", 5),
        ("3,000,000", "3.000.000", "perf/number", 7),
        ("3,000,000", "3.000", "perf/number", 7),
        ("3,000,000", "3 000 000", "perf/number", 7),
        ("seconds time elapsed", "", "perf/number", 12),
        ("# started", "demo: Segmentation fault\n# started", "run/failed", 1),
    ],
)
def test_tables_that_are_refused(read, old, new, code, line):
    with pytest.raises(InputError) as caught:
        read(TABLE.format(runs="").replace(old, new))
    assert (caught.value.code, caught.value.where) == (code, f"p.txt:{line}")


def test_a_table_that_is_cut_off_and_one_of_another_command(read):
    table = TABLE.format(runs="")
    for text, code, line in (
        (table[: table.index("seconds time") - 30], "perf/truncated", 3),
        (table + table.replace("demo 12", "demo 13"), "perf/mixed", 18),
    ):
        with pytest.raises(InputError) as caught:
            read(text)
        assert (caught.value.code, caught.value.where) == (code, f"p.txt:{line}")


def test_whole_table(written, told):
    reading = perf_stat.read(written("perf_stat.csv"), Options())
    assert told(reading) == {
        "place=CPU0.cpu-clock": (12.5, "msec", "down", "mean", 1),
        "place=CPU0.cpu-clock.CPUs utilized": (1.0, "unknown", "?", "single", 1),
        "place=CPU1.cpu-clock": (12.75, "msec", "down", "mean", 1),
        "place=CPU1.cpu-clock.CPUs utilized": (1.0, "unknown", "?", "single", 1),
        "place=CPU0.cycles": (3000000.0, "count", "down", "mean", 1),
        "place=CPU0.cycles.GHz": (2.4, "unknown", "?", "single", 1),
    }
    assert reading.metrics["place=CPU0.cycles"].dimensions == {"place": "CPU0"}
    assert [entry.text for entry in reading.passed_over] == [
        "# started on Wed Mar  4 05:06:07 2026",
        "cycles: <not counted>",
        "CPU0;;;;;;;0.11;stalled cycles per insn",
    ]


def test_a_plain_table(read, told):
    text = "1.5,msec,task-clock,1500000,100.00,0.9,CPUs utilized\n7,,faults,1500000,100.00,4.5,K/sec\n9,,x,1,100.00\n"
    assert told(read(text)) == {
        "task-clock": (1.5, "msec", "down", "single", 1),
        "task-clock.CPUs utilized": (0.9, "unknown", "?", "single", 1),
        "faults": (7.0, "count", "?", "single", 1),
        "x": (9.0, "count", "?", "single", 1),
    }


@pytest.mark.parametrize("prefix", ["0: ", "[1,0]<stdout>:", "2026-01-02T03:04:05Z "])
def test_what_launchers_put_before_rows_is_no_place(read, prefix):
    row = "CPU0\t12.5\tmsec\ttask-clock\t12500000\t100.00\t\t\n"
    assert read(prefix + row).metrics == read(row).metrics
    assert read(row).metrics.keys() == {"place=CPU0.task-clock"}


def test_runs_appended_are_trials(read):
    reading = read(f"{line(counter_value='1')}\n# started on now\n{line(counter_value='3')}\n")
    assert reading.metrics["e"].samples == (1.0, 3.0)


def test_places_in_json(read):
    reading = read(f"{line(cpu='0')}\n{line(cpu='1', socket='')}")
    assert list(reading.metrics) == ["cpu=0.e", "cpu=1.e"]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (
            line(interval=1.5),
            "perf/interval",
            "one run in slices of time (-I): its slices are no trials",
        ),
        (
            "     1.000100,5,msec,task-clock,500,100.00,,",
            "perf/interval",
            "one run in slices of time (-I): its slices are no trials",
        ),
        (line(counter_value="1,5"), "perf/number", "e: expected a number, got '1,5'"),
    ],
)
def test_refusals(read, text, code, message):
    with pytest.raises(InputError) as caught:
        read("\n" + text)
    assert (caught.value.code, caught.value.where, caught.value.message) == (
        code,
        "p.txt:2",
        message,
    )


@pytest.mark.parametrize("text", ["1..5,,x,1,100.00", "1,,x,1.5%,1,x.00", "1,,x,,1,100.00"])
def test_lines_that_only_look_like_rows(read, text):
    with pytest.raises(InputError) as caught:
        read(text)
    assert caught.value.code == "perf-stat/empty"


def test_sniff(file, folder):
    assert perf_stat.sniff(file("x", line())) == "its lines have counter-value and event"
    assert perf_stat.sniff(file("x", "1,,x,1,100.00,,")) == (
        "its lines are value, unit, event, run time and share"
    )
    assert perf_stat.sniff(file("x", "a,b,c\n1,2,3\n")) is None
    assert perf_stat.sniff(folder("d", a=line())) is None
