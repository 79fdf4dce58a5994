"""What docs/github.md and docs/servers.md tell people to write down: linted, and run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml

from gitbaseline.cli.github import WORKFLOW

TOP = Path(__file__).parents[2]
GITHUB = (TOP / "docs" / "github.md").read_text()
SERVERS = (TOP / "docs" / "servers.md").read_text()
ACTION = yaml.safe_load((TOP / "action.yml").read_text())
OURS = "git-baseline/git-baseline@COMMIT"
COMMIT = "0123456789" * 4


def blocks(text, kind):
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


WORKFLOWS = [block for block in blocks(GITHUB, "yaml") if "jobs:" in block]
# What each is found guilty of, and why it stays: the page says it beside it.
FINDINGS = [
    set(),
    set(),
    {"dangerous-triggers"},  # numbers are all that it takes from the fork's run
    {"artipacked"},  # the deploy key is there to push with
]


def tool(name, *words):
    return subprocess.run(
        [Path(sysconfig.get_path("scripts"), name), *words],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("number", "found"), list(enumerate(FINDINGS)))
def test_every_workflow_passes_the_linters(number, found, tmp_path):
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    file = folder / "ci.yml"
    file.write_text(WORKFLOWS[number].replace("COMMIT", COMMIT))
    schema = tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", file)
    assert schema.returncode == 0, schema.stdout
    lint = tool("jactionlint", "--profile=correctness", file)
    assert lint.returncode == 0, lint.stdout
    told = tool("zizmor", "--offline", "--quiet", "--no-progress", "--format=json", file)
    assert {one["ident"] for one in json.loads(told.stdout)} == found, told.stderr


def test_every_workflow_is_looked_at():
    assert len(WORKFLOWS) == len(FINDINGS) == 4


def test_the_steps_of_ours_use_inputs_that_there_are():
    used = [
        step["with"]
        for block in WORKFLOWS
        for job in yaml.safe_load(block)["jobs"].values()
        for step in job["steps"]
        if step.get("uses") == OURS
    ]
    assert len(used) == 3
    assert {name for with_ in used for name in with_} <= ACTION["inputs"].keys()


def test_every_input_and_output_is_explained():
    words = {
        word for text in re.findall(r"`([^`\n]+)`", GITHUB) for word in re.split(r"[:,] *", text)
    }
    told = {*ACTION["inputs"], *ACTION["outputs"]}
    assert sorted(told - words) == []


def test_ten_lines_are_ten_and_what_init_prints():
    assert WORKFLOWS[0] == WORKFLOW
    assert len(WORKFLOW.splitlines()) - 1 == 10  # below ``on:``


def test_what_init_prints_works(job, bench, inside, registry, server):
    """The key that ``init --github`` makes, and the inputs of the workflow that it prints."""
    made = inside("init", "--github", "--json").json["github"]
    assert inside("push").code == 0
    secret = Path(made["key_file"]).read_text()
    (steps,) = (one["steps"] for one in yaml.safe_load(made["workflow"])["jobs"].values())
    with_ = steps[-1]["with"]
    assert with_["signing-key"] == f"${{{{ secrets.{made['secret']} }}}}"
    one = job()
    bench(one, 0.100, with_["file"])
    done = one.use(file=with_["file"], signing_key=secret)
    assert done.outputs["entry"], done.log.text
    signers = inside("-C", server.path, "verify", "--full", "--json").json["signers"]
    assert {one["principal"] for one in signers} == {"tess@example.org", "github-actions"}


@pytest.fixture
def forward(registry, server, tmp_path, environment, inside):
    """Run the last step of the workflow that brings a proposed branch over; return its exit code."""
    (steps,) = (one["steps"] for one in yaml.safe_load(WORKFLOWS[3])["jobs"].values())
    pin = inside("init", "--json").json["pin"]
    # github.com runs no hook
    for hook in (server.path / "hooks").iterdir():
        hook.unlink()

    def run():
        checkout = tmp_path / "forward"
        url = f"file://{server.path}"
        subprocess.run(["rm", "-rf", checkout], check=True)
        server.git("clone", "-q", "--depth=1", "--single-branch", "--branch=main", url, checkout)
        words = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", steps[-1]["run"]]
        home = tmp_path / "forward-home"
        home.mkdir(exist_ok=True)
        own = environment | {"ROOT": pin, "HOME": str(home)}
        return subprocess.run(
            words, cwd=checkout, env=own, capture_output=True, text=True, check=False
        )

    return run


def test_a_proposed_branch_is_brought_over_where_it_verifies(
    forward, registry, server, inside, number
):
    registry.git("push", "-q", "origin", "baselines:baselines-proposed")
    assert inside(*number).code == 0
    registry.git("push", "-q", "origin", "baselines:baselines-proposed")
    done = forward()
    assert done.returncode == 0, done.stderr
    assert server.git("rev-parse", "baselines") == registry.tip()
    assert forward().returncode == 0  # nothing new is no failure
    forged = registry.git("commit-tree", "-p", "baselines", "-m", "x", "baselines^{tree}")
    registry.git("push", "-q", "origin", f"{forged}:baselines-proposed")
    assert forward().returncode == 1
    rewound = registry.git("rev-parse", "baselines~1")
    registry.git("push", "-qf", "origin", f"{rewound}:baselines-proposed")
    done = forward()
    assert (done.returncode, "non-fast-forward" in done.stderr) == (1, True), done.stderr
    assert server.git("rev-parse", "baselines") == registry.tip()


def test_who_records_there_pushes_and_reads_there(forward, registry, server, inside, number):
    registry.git("push", "-q", "origin", "baselines:baselines-proposed")
    registry.git("config", "baseline.branch", "baselines-proposed")
    assert inside(*number, "--push").code == 0
    assert forward().returncode == 0
    assert server.git("rev-parse", "baselines") == server.git("rev-parse", "baselines-proposed")
    assert "fam/step" in inside("list").text


# Forges of one's own


@pytest.fixture
def scripts(tmp_path):
    """The shell blocks of docs/servers.md, with the place of the virtual environment replaced."""
    folder = tmp_path / "git-baseline" / "bin"
    folder.mkdir(parents=True)
    program = folder / "git-baseline"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gitbaseline "$@"\n')
    program.chmod(0o755)
    found = blocks(SERVERS, "sh")
    assert len(found) == 3
    return [block.replace("/opt/git-baseline", str(tmp_path / "git-baseline")) for block in found]


@pytest.fixture
def hookless(server):
    """The server without our hooks."""
    for hook in (server.path / "hooks").iterdir():
        hook.unlink()
    return server


def shell(script, folder, environment):
    done = subprocess.run(
        ["sh", "-e", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def enforced(registry, hookless, inside, number):
    """Push a good and a bad commit, and hold the server to it."""

    def check():
        forged = registry.git("commit-tree", "-p", "baselines", "-m", "x", "baselines^{tree}")
        done = registry.run("push", hookless.path, f"{forged}:baselines", check=False)
        assert b"git-baseline: signature/missing: " in done.stderr
        assert inside(*number).code == 0
        registry.git("push", "-q", hookless.path, "baselines")
        assert hookless.git("rev-parse", "baselines") == registry.tip()
        mark = Path(hookless.path, "git-baseline", "high-water").read_text()
        assert registry.tip() in mark

    return check


def test_gitlab(scripts, hookless, enforced, environment, tmp_path):
    """Gitaly unpacks the tar and runs its hooks after its own."""
    place = tmp_path / "gitlab"
    place.mkdir()
    shell(scripts[0], place, environment)
    listed = subprocess.run(
        ["tar", "-tf", place / "custom_hooks.tar"], capture_output=True, check=True
    )
    assert sorted(listed.stdout.decode().split()) == [
        "custom_hooks/",
        "custom_hooks/post-receive",
        "custom_hooks/pre-receive",
    ]
    for hook in (place / "custom_hooks").iterdir():
        (hookless.path / "hooks" / hook.name).symlink_to(hook)
    enforced()


def test_gitea(scripts, hookless, enforced, environment):
    """Its own hook hands the lines to every executable file in the folder, and adds up."""
    for name in ("pre-receive", "post-receive"):
        hook = hookless.path / "hooks" / name
        hook.write_text(
            "#!/bin/sh\nlines=$(cat)\nfailed=0\n"
            f"for one in hooks/{name}.d/*; do\n"
            '  [ -x "$one" ] || continue\n'
            '  printf "%s\\n" "$lines" | "$one" || failed=1\n'
            "done\nexit $failed\n"
        )
        hook.chmod(0o755)
        (hookless.path / "hooks" / f"{name}.d").mkdir()
    shell(scripts[1], hookless.path, environment)
    enforced()


def test_gerrit(scripts, hookless, registry, inside, number, environment, tmp_path):
    """It calls the hook with options once the objects are in the repository."""
    site = tmp_path / "site hooks"
    site.mkdir()
    (site / "ref-update").write_text(scripts[2])
    printed = inside("hooks", "print", "update").out
    (site / "git-baseline-update").write_bytes(printed)
    for hook in site.iterdir():
        hook.chmod(0o755)
    old = registry.tip()
    assert inside(*number).code == 0
    forged = registry.git("commit-tree", "-p", "baselines", "-m", "x", "baselines^{tree}")

    def asked(new, name):
        registry.git("push", "-q", hookless.path, f"{new}:refs/changes/01/1/1")
        hookless.git("update-ref", "-d", "refs/changes/01/1/1")
        words = [site / "ref-update", "--project", "demo", "--refname", name]
        words += ["--uploader", "Tess <tess@example.org>", "--uploader-username", "tess"]
        return subprocess.run(
            [*words, "--oldrev", old, "--newrev", new],
            env=environment | {"GIT_DIR": str(hookless.path)},
            capture_output=True,
            text=True,
            check=False,
        )

    for name in ("refs/heads/baselines", "baselines"):
        done = asked(registry.tip(), name)
        assert (done.returncode, done.stderr) == (0, "")
        done = asked(forged, name)
        assert (done.returncode, "signature/missing" in done.stderr) == (1, True)
    assert asked(forged, "refs/heads/other").returncode == 0


@pytest.mark.parametrize("page", ["github.md", "servers.md", "server.md"])
def test_links_lead_somewhere(page):
    text = (TOP / "docs" / page).read_text()
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        name, _, part = link.partition("#")
        target = TOP / "docs" / (name or page)
        assert target.exists(), link
        heads = re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE) if part else []
        slugs = {re.sub(r"[^a-z0-9 -]", "", head.lower()).replace(" ", "-") for head in heads}
        assert not part or part in slugs, link
