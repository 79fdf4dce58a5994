"""The nccl-tests logs of real machines; the totals were worked out with awk, not with us."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Source, SourceFile
from gitbaseline.formats.registry import read
from gitbaseline.secrets.scan import scan

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "nccl-tests"
FOOTER = b"0: # Out of bounds values : 0 OK\n"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real samples are not here")


def source(name, data=None):
    data = (SAMPLES / name).read_bytes() if data is None else data
    return Source(name=name, kind="file", files=(SourceFile(path=name, data=data),))


def totals(reading):
    busbw = [m.value for key, m in reading.metrics.items() if ".busbw." in key]
    validities = {str(m.validity) for key, m in reading.metrics.items() if ".busbw." in key}
    return (
        len(reading.metrics),
        len(busbw),
        round(sum(busbw), 2),
        reading.headline,
        reading.metrics[reading.headline].value,
        validities,
    )


# rows * 6 numbers, and the average
@pytest.mark.parametrize(
    ("name", "expected", "ranks"),
    [
        (
            "superbench_nccl_allreduce.log",
            (193, 64, 4651.5, "all_reduce.busbw.8589934592.out", 235.26, {"unchecked"}),
            8,
        ),
        (
            "superbench_nccl_alltoall.log",
            (175, 58, 3988.07, "alltoall.busbw.8589934592.out", 224.31, {"unchecked"}),
            8,
        ),
        (
            "superbench_nccl_reducescatter.log",
            (175, 58, 4091.41, "reduce_scatter.busbw.8589934592.out", 231.52, {"unchecked"}),
            8,
        ),
    ],
)
def test_superbench_on_a100(name, expected, ranks):
    reading = read(source(name), Options())
    assert totals(reading) == expected
    assert reading.environment == {"gpu_model": "A100-SXM4-40GB", "gpu_count": ranks}
    assert reading.context["grounding"] == {"warmup_iters": 5, "iters": 20, "validation": 0}


def test_two_tables_pasted_without_their_ends_are_refused():
    with pytest.raises(InputError) as caught:
        read(source("aws_p5_srun_label_prefix.log"), Options())
    assert (caught.value.code, caught.value.where) == (
        "nccl/truncated",
        "aws_p5_srun_label_prefix.log:1",
    )


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (0, (174, 58, 1075.08, "all_reduce.busbw.2147483648.out", 78.33, {"valid"})),
        (1, (192, 64, 7970.28, "all_reduce.busbw.17179869184.out", 487.09, {"valid"})),
    ],
)
def test_each_of_the_two_tables_with_its_end(part, expected):
    data = (SAMPLES / "aws_p5_srun_label_prefix.log").read_bytes()
    header = data[: data.index(b"\n") + 1]
    table = header + data.split(header)[part + 1] + FOOTER
    with pytest.raises(InputError) as caught:
        read(source("p5.log", table), Options())
    assert caught.value.code == "nccl/collective"
    assert totals(read(source("p5.log", table), Options(metric=("all_reduce.*",)))) == expected


def test_nothing_secret_in_them():
    files = [(path.name, path.read_bytes()) for path in sorted(SAMPLES.iterdir())]
    assert (len(files), scan(files)) == (4, ())
