"""The registries that growth is measured in are real ones, and the law that is fitted is a law."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture(scope="module")
def growth():
    before = set(sys.modules)
    sys.path.insert(0, str(BENCH))
    try:
        import growth

        yield growth
    finally:
        sys.path.remove(str(BENCH))
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(f"{BENCH}/"):
                del sys.modules[name]


@pytest.mark.parametrize(("count", "series"), [(30, 1), (30, 7)])
def test_a_synthetic_registry_stands_every_check(growth, tmp_path, count, series):
    one = growth.case(tmp_path, count, series)
    spent = growth.run(growth.TASKS["verify_full"], one)
    assert spent.processor > 0
    assert spent.peak > 2**20
    listed = ["git", "ls-tree", "-r", "-d", "--name-only", one.tip, f"{growth.FAMILY}/"]
    folders = subprocess.run(listed, cwd=one.repository, check=True, capture_output=True, text=True)
    found = [path for path in folders.stdout.split() if path.count("/") == 2]
    assert len(found) == count
    assert {path.split("/")[1] for path in found} == {
        growth.measurement(number, series) for number in range(count)
    }
    assert growth.case(tmp_path, count, series) == one  # kept


def test_code_of_so_many_commits(growth, tmp_path):
    one = growth.coded(tmp_path, 50, 1)
    log = ["git", "log", "--format=%ct", "HEAD"]
    times = subprocess.run(log, cwd=one.repository, check=True, capture_output=True, text=True)
    assert len(times.stdout.split()) == 50
    assert len(set(times.stdout.split())) == 5
    for task in growth.TASKS_OF_CODE.values():
        assert growth.run(task, one).seconds > 0


def test_a_verb_that_fails_ends_it(growth, tmp_path):
    one = growth.coded(tmp_path, 30, 1)
    with pytest.raises(SystemExit, match="names no measurement"):
        growth.run(growth.Task(words=("show", "no/such")), one)


@given(st.floats(0, 2), st.floats(0.1, 1e4))
def test_the_exponent_is_that_of_a_power(growth, power, one):
    times = {count: one * count**power for count in (100, 1_000, 10_000)}
    assert growth.exponent(times) == pytest.approx(power, abs=1e-9)


def test_what_is_said_of_a_verb(growth):
    assert growth.judged("list", {"ratio": 1.3, "exponent": 9}) == "ratio 1.3: met"
    assert growth.judged("list", {"ratio": 1.31, "exponent": 0}) == "ratio 1.3: MISSED"
    assert growth.judged("log", {"ratio": 99, "exponent": 1.2}) == "exponent 1.1: MISSED"
