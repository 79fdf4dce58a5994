"""The program with one fault in it."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

SPOIL = Path(__file__).parent / "spoil.py"


@pytest.fixture
def log(tmp_path):
    return tmp_path / "steps"


@pytest.fixture
def spoiled(baseline, log):
    """Return the function that runs the program with a fault of a kind at a step."""

    def run(kind, step, *words):
        log.unlink(missing_ok=True)
        command = (sys.executable, str(SPOIL), kind, str(step), str(log))
        return replace(baseline, command=command)(*words)

    return run
