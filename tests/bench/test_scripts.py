"""Each script runs to its end, small; what it leaves records as it is, every unit known."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"
COLUMNS = 100
SMALL = {
    "oneshot": ("--rounds", "1"),
    "record": ("--count", "20"),
    "verify": ("--count", "10", "--long", "30", "--rounds", "1"),
    "hook": ("--count", "30", "--pushed", "5", "--rounds", "1"),
    "diff": ("--metrics", "10"),
    "compare": ("--metrics", "10", "--rounds", "1"),
    "log": ("--count", "30", "--rounds", "1"),
    "search": ("--count", "20", "--rounds", "1"),
    "site": ("--count", "20", "--series", "2"),
    "publish": ("--count", "20", "--series", "2", "--rounds", "1"),
    "push": ("--clones", "1", "--pushes", "1", "--kills", "1"),
    "disk": ("--counts", "20"),
    "importing": ("--count", "10"),
    "proof": ("--count", "10"),
    "verdicts": ("--repeats", "40"),
}


def test_none_is_forgotten(imported):
    large = {"startup", "growth"}  # they have no small form
    assert {each.name for each in imported("run").SCRIPTS} - large == set(SMALL)


@pytest.mark.parametrize("name", SMALL)
def test_it_runs_and_what_it_leaves_is_recorded(name, tmp_path, inside, registry):
    out = tmp_path / "out"
    (tmp_path / "tmp").mkdir()
    done = subprocess.run(
        [sys.executable, str(BENCH / f"{name}.py"), *SMALL[name]],
        env={
            **os.environ,
            "BENCH_OUT": str(out),
            "TMPDIR": str(tmp_path / "tmp"),
            "HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= COLUMNS
    left = out / f"{name}.json"
    numbers = json.loads(left.read_text())
    recorded = inside("record", "-f", "git_baseline", "-m", name, left, "--json")
    assert recorded.code == 0, recorded.err
    assert "no unit is known" not in recorded.err
    assert numbers
