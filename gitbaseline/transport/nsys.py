"""The machine's own nsys, asked for the kernel summary of a report that only it can read.

``nsys stats`` first makes an SQLite file beside the report; ``--sqlite`` puts it into a temporary
folder, so that nothing is written where the report lies. Before 2023 the report was called
``gpukernsum``.

Source: docs.nvidia.com/nsight-systems, User Guide, CLI stats command.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from gitbaseline.errors import InputError, Unable

SUFFIX = ".nsys-rep"
_REPORTS = ("cuda_gpu_kern_sum", "gpukernsum")
_TIMEOUT = 1800.0  # seconds; a large report takes minutes to convert
_BY_HAND = "nsys stats --report cuda_gpu_kern_sum --format csv FILE.nsys-rep > kernels.csv"


def kernel_summary(report: Path) -> bytes:
    """Return what ``nsys stats`` prints as CSV; Unable where there is no nsys or it fails."""
    if not report.is_file():
        raise InputError("no such file", code="source/none", where=str(report))
    import tempfile  # noqa: PLC0415 - a record of anything else has no use for it

    with tempfile.TemporaryDirectory(prefix="git-baseline-") as folder:
        said = ""
        for name in _REPORTS:
            database = str(Path(folder) / f"{name}.sqlite")
            done = _run(report, ["--report", name, "--format", "csv", "--sqlite", database])
            if done.returncode == 0:
                return done.stdout
            lines = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
            said = said or (lines[-1] if lines else f"exited with {done.returncode}")
    raise Unable(
        f"nsys could not make a kernel summary: {said}",
        code="nsys/failed",
        where=str(report),
        hint=f"make it by hand and record that: {_BY_HAND}",
    )


def _run(report: Path, options: list[str]) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["nsys", "stats", *options, str(report.absolute())],
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except OSError as error:
        raise Unable(
            f"nsys cannot be started: {error.strerror}",
            code="nsys/none",
            where=str(report),
            hint=f"where nsys is, run {_BY_HAND}",
        ) from None
    except subprocess.TimeoutExpired:
        raise Unable(
            f"nsys took longer than {_TIMEOUT:.0f} s", code="nsys/slow", where=str(report)
        ) from None
