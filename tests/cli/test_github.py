"""init --github: a key that may only record, and a workflow that works as it is printed."""

from __future__ import annotations

import shlex
import stat
import subprocess
from pathlib import Path

import pytest

from gitbaseline.cli.github import WORKFLOW
from gitbaseline.cli.keyfile import beside, make_key


@pytest.fixture
def bare(registry, make_repo, tmp_path):
    """A repository that holds the code, known here as origin."""
    made = make_repo(tmp_path / "code.git", "--bare")
    registry.git("remote", "add", "origin", made.path)
    registry.git("push", "-q", "origin", "main")
    return made


def test_it_lists_a_key_and_says_what_to_do(registry, inside, environment):
    done = inside("init", "--github")
    file = Path(environment["HOME"], ".config", "git-baseline", "github_demo_ed25519")
    assert done.code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (listed,) = [
        key
        for key in inside("keys", "list", "--json").json["keys"]
        if key["principal"] == "github-actions"
    ]
    assert (listed["roles"], listed["families"], listed["live"]) == (["record"], None, True)
    assert done.text.endswith(WORKFLOW)
    assert f"  gh secret set GIT_BASELINE_KEY < {file}" in done.err.splitlines()
    private = file.read_text().splitlines()[1]
    assert private not in done.text + done.err
    tip = registry.tip()
    again = inside("init", "--github", "--json").json
    assert (registry.tip(), again["how"]) == (tip, "exists")
    assert {name: again["github"][name] for name in ("key_file", "fingerprint", "secret")} == {
        "key_file": str(file),
        "fingerprint": listed["fingerprint"],
        "secret": "GIT_BASELINE_KEY",
    }
    assert inside("init", "--json").json["github"] is None


def test_it_begins_a_registry_too_and_sends_both(repo, inside, make_repo, tmp_path):
    bare = make_repo(tmp_path / "host.git", "--bare")
    repo.git("remote", "add", "origin", bare.path)
    done = inside("init", "--github", "--remote", "origin", "--json")
    assert (done.code, done.json["how"], bare.count()) == (0, "created", 2)
    assert done.json["commit"] == bare.tip()


def test_only_a_root_key_lists_another(registry, inside, environment, tmp_path):
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "bob"], check=True
    )
    inside("keys", "add", tmp_path / "bob.pub", "--principal", "bob")
    registry.git("config", "gpg.format", "ssh")
    registry.git("config", "user.signingkey", str(tmp_path / "bob"))
    before = registry.tip()
    done = inside("init", "--github", "--json")
    assert (done.code, done.json["error"]["code"], registry.tip()) == (
        3,
        "key/not-allowed",
        before,
    )
    folder = Path(environment["HOME"], ".config", "git-baseline")
    assert list(folder.glob("github*")) == []


def test_a_key_of_its_own_that_is_of_no_use(registry, inside):
    key = inside("init", "--github", "--json").json["github"]
    inside("keys", "retire", key["fingerprint"])
    retired = inside("init", "--github", "--json").json["error"]
    assert (retired["code"], retired["where"]) == ("key/retired", key["key_file"])
    public = Path(f"{key['key_file']}.pub")
    public.write_text("nothing")
    broken = inside("init", "--github", "--json").json["error"]
    assert (broken["code"], broken["where"]) == ("key/read", str(public))
    words = shlex.split(broken["hint"].removesuffix(" makes way for a new one"))
    subprocess.run(words, check=True)
    fresh = inside("init", "--github", "--json").json["github"]
    assert fresh["fingerprint"] != key["fingerprint"]


def test_a_key_is_never_written_over(tmp_path):
    path = tmp_path / "keys" / "one"
    public = make_key(path, comment="c")
    before = path.read_bytes()
    assert (make_key(path, comment="c"), path.read_bytes()) == (None, before)
    assert beside(path).read_text() == f"{public.openssh}\n"
