from __future__ import annotations

import json

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import mlperf_log
from gitbaseline.formats.base import Options, Source
from gitbaseline.model.metric import Direction, Metric, Validity

START = 1_700_000_000_000


def event(key, seconds=0.0, value=None, **metadata):
    fields = {
        "namespace": "",
        "time_ms": START + int(seconds * 1000),
        "event_type": "POINT_IN_TIME",
        "key": key,
        "value": value,
        "metadata": {"file": "train.py", "lineno": 1} | metadata,
    }
    return f":::MLLOG {json.dumps(fields)}"


def run(minutes=10.0, status="success", **more):
    return "\n".join(
        [
            event("cache_clear", value=True),
            event("init_start"),
            event("submission_benchmark", value="llama2_70b_lora"),
            event("submission_org", value="Acme"),
            event("submission_poc_email", value="someone@acme.example"),
            event("submission_platform", value="2xTest GPU"),
            event("global_batch_size", value=8),
            event("opt_base_learning_rate", value=0.0005),
            event("seed", value=42),
            event("tracked_stats", value={"warmup_time": 30.5, "lr": 0.1}),
            event("run_start"),
            event("tracked_stats", 60, {"train_step_time": 1.5, "train_loss": 2.0}),
            event("tracked_stats", 120, {"train_step_time": 1.6}),
            event("tracked_stats", 121, {"throughput": 5.25}),
            event("eval_accuracy", 130, 0.97),
            event("eval_accuracy", 500, 0.92),
            event("run_stop", minutes * 60, status=status, samples_count=3072, **more),
            event("tflops_per_sec_per_gpu", minutes * 60, -1),
        ]
    )


@pytest.fixture
def read(file):
    return lambda text: mlperf_log.read(file("result_0.txt", text), Options())


def refusal(read, text):
    with pytest.raises(InputError) as caught:
        read(text)
    return caught.value.code, caught.value.where, caught.value.message


def test_a_run_whole(read):
    reading = read("banner\n\n" + run())
    assert reading.metrics == {
        "time_to_train": Metric(
            value=10.0,
            unit="min",
            direction=Direction.LOWER,
            validity=Validity.VALID,
            unit_source="format",
        ),
        "warmup_time": reading.metrics["warmup_time"],
        "train_step_time": Metric(
            value=1.55,
            unit="s",
            direction=Direction.LOWER,
            validity=Validity.VALID,
            stat="median",
            n=2,
            samples=(1.5, 1.6),
            mean=1.55,
            std=reading.metrics["train_step_time"].std,
            min=1.5,
            max=1.6,
            unit_source="assumed",
        ),
        "throughput": reading.metrics["throughput"],
        "eval_accuracy": reading.metrics["eval_accuracy"],
        "samples_to_train": reading.metrics["samples_to_train"],
    }
    assert (reading.metrics["warmup_time"].value, reading.metrics["throughput"].value) == (
        30.5,
        5.25,
    )
    assert reading.metrics["throughput"].direction is Direction.HIGHER
    accuracy = reading.metrics["eval_accuracy"]
    assert (accuracy.value, accuracy.direction) == (0.92, Direction.LOWER)
    assert reading.metrics["samples_to_train"].value == 3072.0
    assert reading.headline == "time_to_train"
    assert reading.suggested_measurement == "mlperf_llama2_70b_lora"
    assert reading.captured_at_utc == "2023-11-14T22:13:20Z"
    assert reading.context == {
        "workload": {
            "benchmark": "llama2_70b_lora",
            "global_batch_size": 8,
            "opt_base_learning_rate": 0.0005,
        },
        "identity": {"hardware": "2xTest GPU"},
    }
    assert "tflops_per_sec_per_gpu is -1: not measured" in {p.text for p in reading.passed_over}


def test_who_submitted_is_not_in_the_reading(read):
    assert "acme" not in repr(read(run())).lower()


def test_runs_are_trials(read):
    reading = read(run(10) + "\n" + run(12))
    assert reading.metrics["time_to_train"].samples == (10.0, 12.0)
    assert reading.metrics["train_step_time"].n == 4


def test_numbers_after_the_stop_belong_to_the_run(read):
    late = run() + "\n" + event("tracked_stats", 700, {"max_memory_usage": 71.5})
    assert read(late).metrics["max_memory_usage"].unit == "GB"


def test_numbers_of_a_run_that_never_started(read):
    more = [event("cache_clear", 800), event("tracked_stats", 801, {"warmup_time": 9.0})]
    reading = read("\n".join([run(), *more]))
    assert reading.metrics["warmup_time"].samples == ()
    assert reading.passed_over[-1].text == "warmup_time: of no run that started"


def test_runs_of_two_tasks_are_refused(read):
    other = run().replace('"value": 8', '"value": 16')
    assert refusal(read, run() + "\n" + other) == (
        "mlperf/mixed",
        "result_0.txt:29",
        "another task than the run at line 11",
    )


@pytest.mark.parametrize("label", ["0: ", " 12: ", "[1,0]<stdout>:", "[rank0]: "])
def test_labels_of_launchers(read, label):
    dressed = "\n".join(label + line for line in run().splitlines())
    assert read(dressed).metrics == read(run()).metrics


def test_of_ranks_that_each_log_a_run_the_first_is_read(read):
    lines = [f"{rank}: {line}" for line in run().splitlines() for rank in (0, 1)]
    assert read("\n".join(lines)).metrics == read(run()).metrics


def test_events_that_ranks_repeat_count_once(read):
    lines = run().splitlines()
    twice = [
        line for line in lines for _ in range(2 if "init_start" in line or "run_st" in line else 1)
    ]
    assert read("\n".join(twice)).metrics["time_to_train"].samples == ()


def test_torn_lines_are_told(read):
    reading = read(
        run() + '\n:::MLLOG {"key": "x", :::MLLOG {\n:::MLLOG {"key": 1}\n:::MLLOG ' + "[" * 9
    )
    assert reading.warnings == ("2 :::MLLOG lines could not be read",)
    assert read(run() + '\n:::MLLOG {"a"').warnings == ("1 :::MLLOG line could not be read",)
    deep = ":::MLLOG " + '{"a":' * 3000
    assert read(f"{run()}\n{deep}").warnings == ("1 :::MLLOG line could not be read",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            run(status="aborted"),
            ("mlperf/failed", 17, "the run failed: status is aborted; expected success"),
        ),
        (
            run(status=None),
            ("mlperf/failed", 17, "the run failed: status is absent; expected success"),
        ),
        (
            run(minutes=-1),
            ("mlperf/failed", 17, "the run failed: it ends before it starts; expected success"),
        ),
        (
            "\n".join(run().splitlines()[:16]),
            ("mlperf/truncated", 11, "the run that starts here never stops: the log is cut off"),
        ),
    ],
)
def test_runs_that_did_not_succeed(read, text, expected):
    assert refusal(read, text) == (expected[0], f"result_0.txt:{expected[1]}", expected[2])


def test_nothing_was_timed(read):
    assert refusal(read, event("init_start"))[0] == "mlperf/empty"


def test_a_run_without_convergence(read):
    bare = "\n".join([event("run_start"), event("run_stop", 60, status="success")])
    reading = read(bare)
    assert list(reading.metrics) == ["time_to_train"]
    assert reading.suggested_measurement == "mlperf"
    other = bare.replace("\n", "\n" + event("eval_accuracy", 1, 0.8) + "\n")
    assert read(other).metrics["eval_accuracy"].direction is Direction.UNKNOWN


def test_which_sources_are_its_own(file):
    assert mlperf_log.sniff(file("x", run())) == "it has :::MLLOG lines"
    assert mlperf_log.sniff(file("x", "MLLOG")) is None
    assert mlperf_log.sniff(Source(name="v", kind="inline", files=())) is None


def test_a_log_of_inference_is_told_as_one(read):
    text = event("loadgen_version", value="5.0.1") + event("result", value=102.4)
    assert refusal(read, text)[2] == "a log of MLPerf Inference; expected one of MLPerf Training"
