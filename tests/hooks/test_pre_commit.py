"""``.pre-commit-hooks.yaml`` under the real pre-commit and the real prek, environments and all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import gitbaseline

_SOURCE = Path(gitbaseline.__file__).parents[1]
_STAGES = ("pre-commit", "pre-push", "manual")
_VERIFY = "git-baseline verify"
_CHECK = "git-baseline check-config"

pytestmark = pytest.mark.skipif(
    not (_SOURCE / ".pre-commit-hooks.yaml").is_file(), reason="not in a checkout"
)


@dataclass(frozen=True)
class Runner:
    """pre-commit or prek, with a home of its own that lives as long as the module."""

    program: str
    source: Path
    home: Path

    def __call__(self, repo, *words):
        done = subprocess.run(
            [self.program, *words],
            cwd=repo.path,
            env=self.environment(repo),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def environment(self, repo):
        """The machine's own, which may say where packages come from, and the test's git."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        own.pop("PYTHONPATH", None)
        kept = {name: value for name, value in repo.environment.items() if name != "PYTHONPATH"}
        homes = {"PRE_COMMIT_HOME": str(self.home / "a"), "PREK_HOME": str(self.home / "b")}
        return own | kept | homes | {"PATH": os.environ["PATH"], "NO_COLOR": "1"}


@pytest.fixture(scope="module")
def source(tmp_path_factory, clean):
    """The checkout as it is now, as a repository that hooks can be taken from."""
    folder = tmp_path_factory.mktemp("source")
    environment = clean | {"HOME": str(folder)}

    def git(*words, at=folder):
        done = subprocess.run(
            ["git", *words], cwd=at, env=environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    subprocess.run(
        ["git", "config", "--global", "safe.directory", "*"], env=environment, check=True
    )
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", at=_SOURCE)
    wanted = ("gitbaseline/", "hooks/", "configs/", "docs/man/")
    for name in listed.split("\0"):
        is_wanted = name.startswith(wanted) or "/" not in name
        if is_wanted and (_SOURCE / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(_SOURCE / name, folder / name)
    git("init", "-q", "-b", "main")
    git("add", "--all")
    git("commit", "-qm", "as it is")
    return folder


@pytest.fixture(scope="module", params=["pre-commit", "prek"])
def runner(request, source, tmp_path_factory):
    """Each program that reads the manifest."""
    places = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    program = shutil.which(request.param, path=places)
    if program is None:
        pytest.skip(f"{request.param} is not installed (PyPI: {request.param})")
    return Runner(program=program, source=source, home=tmp_path_factory.mktemp(request.param))


@pytest.fixture
def configured(registry, runner):
    """A repository whose .pre-commit-config.yaml names both hooks."""
    revision = replace(registry, path=runner.source).git("rev-parse", "HEAD")
    (registry.path / ".baseline.yaml").write_text("version: 1\nfamily: fam\n")
    (registry.path / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {runner.source}\n  rev: {revision}\n"
        "  hooks: [{id: git-baseline-verify}, {id: git-baseline-check-config}]\n"
    )
    registry.git("add", ".baseline.yaml", ".pre-commit-config.yaml")
    return registry


def _said(output):
    """Return what became of each hook."""
    lines = (line for line in output.splitlines() if line.startswith((_VERIFY, _CHECK)))
    return {line.partition("..")[0]: line.rpartition(".")[2] for line in lines}


def test_the_manifest_is_one(runner):
    words = ["validate-manifest", ".pre-commit-hooks.yaml"]
    done = subprocess.run([runner.program, *words], cwd=runner.source, check=False)
    assert done.returncode == 0


def test_every_stage_called_and_installed(runner, configured, forge, make_repo, tmp_path):
    # One test, since each worker that runs a part of it would build the environment anew.
    bare = make_repo(tmp_path / "remote.git", "--bare")
    configured.git("remote", "add", "origin", bare.path)
    for stage in _STAGES:
        code, output = runner(configured, "run", "--all-files", "--hook-stage", stage)
        assert (code, _said(output)) == (0, {_VERIFY: "Passed", _CHECK: "Passed"}), output
    for name in ("pre-commit", "pre-push"):
        code, output = runner(configured, "install", "--hook-type", name)
        assert code == 0, output
    hooked = replace(configured, environment=runner.environment(configured))
    hooked.git("commit", "-qm", "with hooks")
    hooked.git("push", "-q", "origin", "baselines")
    tip = bare.tip()

    forge()
    assert hooked.run("push", "origin", "baselines", check=False).returncode == 1
    assert bare.tip() == tip
    assert hooked.run("commit", "--allow-empty", "-m", "again", check=False).returncode == 1
    (configured.path / ".baseline.yaml").write_text("version: 1\nfamilly: a\n")
    configured.git("add", ".baseline.yaml")
    for stage in _STAGES:
        code, output = runner(configured, "run", "--all-files", "--hook-stage", stage)
        assert (code, _said(output)) == (1, {_VERIFY: "Failed", _CHECK: "Failed"}), output
        assert "error: signature/missing: " in output
        assert "error: .baseline.yaml: familly: unknown key; did you mean family?" in output


def test_try_repo(runner, configured):
    words = ("try-repo", str(runner.source), "--all-files", "--hook-stage", "manual")
    code, output = runner(configured, *words)
    assert (code, _said(output)) == (0, {_VERIFY: "Passed", _CHECK: "Passed"}), output
