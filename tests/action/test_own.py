"""This project's own workflow: its ratios, held to a registry by its own action."""

import json
from pathlib import Path

import pytest
import yaml

TOP = Path(__file__).parents[2]
WORKFLOW = yaml.safe_load((TOP / ".github/workflows/performance.yml").read_text())
(STEP,) = (step for step in WORKFLOW["jobs"]["ratios"]["steps"] if step.get("uses") == "./")


@pytest.fixture
def guarded(job, key):
    """Run the workflow's step in a job whose ``make guard`` prints a given ratio, and one more."""

    def run(ratio, run_id):
        one = job(run_id=run_id)
        near = [1 + number / 1000 for number in range(7)]
        numbers = {
            "help_to_click_cpu_ratio": [ratio * one for one in near],
            "other_cpu_ratio": near,
        }
        printed = json.dumps({"startup": numbers})
        (one.checkout / ".baseline.yaml").write_bytes((TOP / ".baseline.yaml").read_bytes())
        (one.checkout / "Makefile").write_text(f"guard:\n\t@echo '{printed}'\n")
        inputs = {name.replace("-", "_"): value for name, value in STEP["with"].items()}
        return one.use(**inputs | {"signing_key": key})

    return run


def test_a_ratio_that_grew_fails_the_job_and_one_that_did_not_is_recorded(guarded):
    first, same, slower = (guarded(r, str(n)) for n, r in enumerate((1.1, 1.15, 1.5), 2001))
    assert (first.code, first.outputs["entry"].rpartition("/")[0]) == (0, "git-baseline/ratios")
    assert (same.code, same.outputs["verdict"]) == (0, "GREEN"), same.log.text
    assert (slower.code, slower.outputs["verdict"]) == (1, "RED"), slower.log.text
