"""The machine's own nsys: a script that answers as the documentation says, for want of a real one."""

from __future__ import annotations

import sys

import pytest

from gitbaseline.errors import InputError, Unable
from gitbaseline.transport import nsys

ANSWER = "Time (%),Total Time (ns),Instances,Name\n100.0,5,1,gemm\n"


@pytest.fixture
def script(tmp_path, monkeypatch):
    """Put an nsys on PATH: a Python body that knows the words it was called with as ``words``."""

    def script(body):
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        program = folder / "nsys"
        program.write_text(f"#!{sys.executable}\nimport os, sys\nwords = sys.argv[1:]\n{body}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(folder))

    return script


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "run.nsys-rep"
    path.write_bytes(b"\x00report")
    return path


def test_it_is_asked_for_the_summary_and_writes_nothing_beside_the_report(script, report):
    script(
        "database = words[words.index('--sqlite') + 1]\n"
        "open(database, 'w').close()\n"
        f"assert words[:5] == ['stats', '--report', 'cuda_gpu_kern_sum', '--format', 'csv'], words\n"
        f"assert words[-1] == {str(report)!r}\n"
        f"assert os.environ['LC_ALL'] == 'C'\n"
        f"sys.stdout.write({ANSWER!r})"
    )
    before = sorted(report.parent.iterdir())
    assert nsys.kernel_summary(report).decode() == ANSWER
    assert sorted(report.parent.iterdir()) == before


def test_an_old_one_knows_the_report_by_another_name(script, report):
    script(
        "if 'gpukernsum' not in words:\n    sys.exit('ERROR: Report cuda_gpu_kern_sum not found')\n"
        f"sys.stdout.write({ANSWER!r})"
    )
    assert nsys.kernel_summary(report).decode() == ANSWER


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("sys.stderr.write('first\\nlast\\n'); sys.exit(3)", "last"),
        ("print('on stdout'); sys.exit(1)", "on stdout"),
        ("sys.exit(4)", "exited with 4"),
    ],
)
def test_what_it_said_when_it_failed(script, report, body, said):
    script(body)
    with pytest.raises(Unable) as caught:
        nsys.kernel_summary(report)
    assert (caught.value.code, caught.value.where) == ("nsys/failed", str(report))
    assert caught.value.message == f"nsys could not make a kernel summary: {said}"


def test_without_one(report, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unable) as caught:
        nsys.kernel_summary(report)
    assert caught.value.code == "nsys/none"
    assert caught.value.hint.startswith("where nsys is, run nsys stats --report cuda_gpu_kern_sum")


def test_one_that_never_ends_is_stopped(script, report, monkeypatch):
    script("import time; time.sleep(60)")
    monkeypatch.setattr(nsys, "_TIMEOUT", 0.2)
    with pytest.raises(Unable) as caught:
        nsys.kernel_summary(report)
    assert caught.value.code == "nsys/slow"


def test_a_report_that_is_not_there(tmp_path):
    with pytest.raises(InputError) as caught:
        nsys.kernel_summary(tmp_path / "x.nsys-rep")
    assert caught.value.code == "source/none"
