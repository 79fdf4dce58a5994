"""A kernel summary as the source of a report that only nsys can read."""

from __future__ import annotations

from hashlib import sha256

import pytest

from gitbaseline.errors import InputError
from gitbaseline.model.root import Limits
from gitbaseline.registry.source import from_nsys


def test_the_summary_is_stored_with_the_report_s_digest(tmp_path):
    report = tmp_path / "run.nsys-rep"
    report.write_bytes(b"\x00" * (3 << 20))
    source = from_nsys(report, b"Time (%),Name\n", Limits())
    assert (source.name, source.kind) == (f"{report}.cuda_gpu_kern_sum.csv", "file")
    (file,) = source.files
    digest = sha256(report.read_bytes()).hexdigest()
    assert (file.path, file.data) == (
        "run.nsys-rep.cuda_gpu_kern_sum.csv",
        f"# nsys-rep sha256 {digest}\nTime (%),Name\n".encode(),
    )


def test_what_cannot_be_stored(tmp_path):
    report = tmp_path / "run.nsys-rep"
    with pytest.raises(InputError) as caught:
        from_nsys(report, b"", Limits())
    assert caught.value.code == "source/none"
    report.touch()
    with pytest.raises(InputError) as caught:
        from_nsys(report, b"x" * 100, Limits(file_bytes=100))
    assert caught.value.code == "source/large"
