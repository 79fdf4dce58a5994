"""What the benchmark calls a peer has to do what it says."""

import re
import subprocess
from pathlib import Path

import pytest

SHELL = Path(__file__).parents[2] / "bench" / "peers" / "record.sh"
KEY = ".config/git-baseline/id_ed25519"


@pytest.fixture
def script(registry):
    def write(value, measurement="step_time"):
        words = (SHELL, "fam", measurement, value, Path(registry.environment["HOME"], KEY))
        return subprocess.run(
            words, cwd=registry.path, env=registry.environment, capture_output=True, check=False
        )

    return write


def normal(text):
    """Return a file of an entry without what two runs of two programs must differ in."""
    text = re.sub(r"\d{8}T\d{6}Z(-\d+)?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", text)
    text = re.sub(r'"judged": (null|\{[^}]*\})', "JUDGED", text)
    return re.sub(r'"name": "(record.sh|git-baseline)"|"version": "[^"]*"|Recorder: .*', "", text)


def test_its_entries_are_ours_and_verify(script, registry, inside):
    assert (
        inside("record", "-f", "fam", "-m", "step_time", "--value", "412.5", "--unit", "ms").code
        == 0
    )
    for _ in range(3):  # at one second too
        done = script("412.5")
        assert done.returncode == 0, done.stderr
    done = script("7", "another")
    assert done.returncode == 0, done.stderr
    verified = inside("verify", "--full")
    assert verified.code == 0, verified.text
    assert len(inside("list", "--all", "--json").json["entries"]) == 5
    paths = registry.git("ls-tree", "-r", "--name-only", "baselines", "fam/step_time/").split("\n")
    for name in ("SOURCE.md", "baseline.json", "source-snapshot.txt"):
        texts = {
            normal(registry.git("show", f"baselines:{path}")) for path in paths if name in path
        }
        assert len(texts) == 1, texts


def test_it_refuses_a_dirty_tree_and_leaves_the_branch(script, registry):
    before = registry.tip()
    (registry.path / "code.txt").write_text("changed\n")
    done = script("412.5")
    assert (done.returncode, registry.tip()) == (1, before)
    assert b"dirty" in done.stderr
