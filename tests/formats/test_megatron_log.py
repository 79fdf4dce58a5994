from __future__ import annotations

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats import megatron_log
from gitbaseline.formats.base import Options, Source
from gitbaseline.model.metric import Direction

ARGUMENTS = """using world size: 16, data-parallel size: 2, tensor-model-parallel size: 8
------------------------ arguments ------------------------
  tensor_model_parallel_size ...................... 8
  bf16 ............................................ True
  fp8 ............................................. None
  seq_length ...................................... 4096
  transformer_impl ................................ transformer_engine
  save ............................................ /nobody/here
-------------------- end of arguments ---------------------
"""


def line(iteration, time="500.0", speed="300.0", total=10, size=64, skipped=0, nan=0):
    return (
        f" [2026-01-02 03:04:05] iteration {iteration:8d}/{total:8} | consumed samples: {iteration * 64:12d} |"
        f" elapsed time per iteration (ms): {time} | throughput per GPU (TFLOP/s/GPU): {speed} |"
        f" learning rate: 1.0E-04 | global batch size: {size:5d} | lm loss: 7.1E+00 | grad norm: 1.2 |"
        f" number of skipped iterations: {skipped:3d} | number of nan iterations: {nan:3d} |\n"
    )


LOG = ARGUMENTS + "".join(
    line(i, time, speed)
    for i, (time, speed) in enumerate(
        [
            ("9000.0", "16.0"),
            *[("520.0", "290.0")] * 4,
            *[("500.0", "300.0")] * 4,
            ("510.0", "295.0"),
        ],
        1,
    )
)


@pytest.fixture
def read(file):
    return lambda text: megatron_log.read(file("slurm.out", text), Options())


def refusal(read, text):
    with pytest.raises(InputError) as caught:
        read(text)
    return caught.value.code, caught.value.where, caught.value.message


def times(reading, key="iteration_time"):
    return reading.metrics[key].samples or (reading.metrics[key].value,)


def test_a_log_whole(read):
    reading = read(LOG)
    assert times(reading) == (500.0, 500.0, 500.0, 500.0, 510.0)
    assert times(reading, "tflops_per_gpu") == (300.0, 300.0, 300.0, 300.0, 295.0)
    time, speed = reading.metrics["iteration_time"], reading.metrics["tflops_per_gpu"]
    assert (time.unit, time.direction, time.unit_source) == ("ms", Direction.LOWER, "format")
    assert (speed.unit, speed.direction) == ("TFLOP/s", Direction.HIGHER)
    assert (reading.headline, reading.suggested_measurement) == ("iteration_time", "megatron")
    assert reading.warnings == ()
    assert reading.context == {
        "parallelism": {"ranks": 16, "tp": 8},
        "identity": {"bf16": True},
        "workload": {"seq_length": 4096, "global_batch_size": 64},
        "stack": {"transformer_impl": "transformer_engine"},
    }
    assert "nobody" not in repr(reading.context)
    assert [p.text for p in reading.passed_over][-5:] == [
        f"iteration {i}: warm-up" for i in range(1, 6)
    ]


def test_lines_of_an_interval(read):
    log = "".join(
        line(i, time, total=40)
        for i, time in ((10, "900.0"), (20, "500.0"), (30, "501.0"), (40, "502.0"))
    )
    assert times(read(log)) == (500.0, 501.0, 502.0)


def test_short_logs(read):
    few = read(line(1, "900.0", total=3) + line(2, total=3) + line(3, total=3))
    assert times(few) == (500.0, 500.0)
    assert few.warnings == ("fewer than 5 iterations: only the first line is dropped as warm-up",)
    one = read(line(3, total=3))
    assert times(one) == (500.0,)
    assert one.warnings == ("a run of one iteration line: warm-up is part of it",)


def test_a_restart_is_warmed_up_again(read):
    assert times(read(LOG + LOG)) == times(read(LOG)) * 2


def test_lines_that_ranks_repeat_count_once(read):
    lines = LOG.splitlines(keepends=True)
    assert times(read("".join(line + line for line in lines))) == times(read(LOG))
    labelled = "".join(f"{rank}: {line}" for line in lines for rank in (3, 7))
    assert times(read(labelled)) == times(read(LOG))


def test_batch_sizes_are_cases(read):
    grown = LOG + "".join(line(i, "900.0", size=128, total=12) for i in (11, 12))
    assert {key: times(read(grown), key) for key in read(grown).metrics if "time" in key} == {
        "global_batch_size=64.iteration_time": (500.0, 500.0, 500.0, 500.0, 510.0),
        "global_batch_size=128.iteration_time": (900.0, 900.0),
    }
    assert read(grown).headline is None


def test_a_run_without_an_end_number(read):
    assert read(line(1, total="infinity") + line(2, total="infinity")).warnings == (
        "fewer than 5 iterations: only the first line is dropped as warm-up",
    )


def test_a_log_that_ends_early_is_told(read):
    assert read(LOG + line(11, total=90)).warnings == ("the log ends at iteration 11 of 90",)


def test_a_log_that_ends_early_in_an_error_is_refused(read):
    text = (
        LOG.replace("      10 |", "      90 |")
        + "torch.OutOfMemoryError: CUDA out of memory.\nTraceback (most recent call last)\n"
    )
    assert refusal(read, text) == (
        "megatron/failed",
        "slurm.out:20",
        "the run failed at iteration 10 of 90: torch.OutOfMemoryError: CUDA out of memory.",
    )
    after = LOG + "Traceback (most recent call last)\n"
    assert times(read(after)) == times(read(LOG))


def test_skipped_and_nan_iterations(read):
    skipped = LOG.replace("skipped iterations:   0", "skipped iterations:   2")
    assert read(skipped).warnings == (
        "some iterations skipped their step, which makes them shorter",
    )
    nan = LOG + line(11, nan=1)
    assert refusal(read, nan) == (
        "megatron/failed",
        "slurm.out:20",
        "iteration 11 found NaN: number of nan iterations is 1",
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "(ms): 510.0",
            "(ms): 510.0ms",
            "elapsed time per iteration (ms): expected a number above 0, got '510.0ms'",
        ),
        (
            "(ms): 510.0",
            "(ms): 0.0",
            "elapsed time per iteration (ms): expected a number above 0, got '0.0'",
        ),
        (
            "nan iterations:   0",
            "nan iterations:  -1",
            "number of nan iterations: expected a count, got '-1'",
        ),
    ],
)
def test_numbers_that_cannot_be_read(read, old, new, said):
    code, where, message = refusal(read, LOG.replace(old, new))
    assert (code, message) == ("megatron/number", said)
    assert where.startswith("slurm.out:")


def test_older_words(read):
    text = "".join(
        f" iteration {i:8d}/       3 | consumed samples: 1 | elapsed time per iteration (s): 2.5 |"
        " samples per second: 40.1 | TFLOPs: 110.5 |\n"
        for i in (1, 2, 3)
    )
    reading = read(
        text.replace("samples: 1 ", "samples: 2 ", 1).replace("samples: 1 ", "samples: 3 ", 1)
    )
    assert {key: (m.value, m.unit, m.unit_source) for key, m in reading.metrics.items()} == {
        "iteration_time": (2.5, "s", "format"),
        "tflops_per_gpu": (110.5, "TFLOP/s", "assumed"),
        "samples_per_second": (40.1, "samples/s", "assumed"),
    }


def test_only_other_numbers(read):
    text = (
        " iteration 1/2 | elapsed time per iteration: x | tokens per gpu per second (tgs): 12.5 |\n"
    )
    assert read(text).headline is None
    assert refusal(read, " iteration 1/2 | lr: 1 |\n")[0] == "megatron/empty"
    assert refusal(read, "text\n") == ("megatron/empty", "slurm.out", "no iteration line in it")


def test_which_sources_are_its_own(file):
    assert megatron_log.sniff(file("x", LOG)) == "it has Megatron's iteration lines"
    assert megatron_log.sniff(file("x", "iteration 1/2 |")) is None
    assert megatron_log.sniff(Source(name="v", kind="inline", files=())) is None


def test_a_running_mean_beside_the_number_is_not_read(read):
    def primus(iteration, time, speed):
        return (
            f"[20260102 03:04:05][rank-7/8][INFO ] [trainer.py:2560] :  iteration {iteration:4d}/ 10 |"
            f" elapsed time per iteration (ms): {time} | hip mem usage/free: 1.0GB/2.0GB |"
            f" {speed} | global batch size: 64 |\n"
        )

    old = (
        "throughput per GPU (TFLOP/s/GPU): 300.5/299.0 | tokens per GPU (tokens/s/GPU): 9000.5/1.0"
    )
    new = "compute per GPU (TFLOP/s/GPU): 300.5 (avg 299.0) | tokens/s/GPU inst/harmonic mean: 9000.5/1.0"
    log = primus(1, "9000.0", "throughput per GPU (TFLOP/s/GPU): 9.0")
    reading = read(log + primus(9, "500.5/499.0", old) + primus(10, "500.5/499.0", new))
    assert times(reading) == (500.5, 500.5)
    assert times(reading, "tflops_per_gpu") == (300.5, 300.5)
    assert times(reading, "tokens_per_gpu") == (9000.5, 9000.5)
