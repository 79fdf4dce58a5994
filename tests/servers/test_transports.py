"""One scenario over every transport: what was signed stays, whoever pushes what."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

_NUMBER = ("record", "-f", "fam", "-m", "step", "--unit", "ms", "--value")
_SPECS = {
    "forged": "{forged}:refs/heads/baselines",
    "rewind": "+baselines~1:refs/heads/baselines",
    "another history": "+main:refs/heads/baselines",
    "deletion": ":refs/heads/baselines",
    "replacement": "{forged}:refs/replace/{tip}",
    "alias": "{forged}:refs/heads/alias",
    "look-alike": "main:refs/heads/Baselines",
    "tag of its name": "main:refs/tags/baselines",
    "below it": "main:refs/heads/baselines-inbox",
    "inbox under a wrong name": "{forged}:refs/heads/baselines-inbox/mine",
}
_REFUSED = {
    "forged": ("signature/missing",),
    "rewind": ("history/rewind",),
    "another history": ("signature/missing",),
    "deletion": ("ref/deleted",),
    "replacement": ("ref/replace",),
    "alias": ("ref/alias",),
    "look-alike": ("ref/look-alike",),
    "tag of its name": ("ref/look-alike",),
    "below it": ("ref/look-alike",),
    "inbox under a wrong name": ("ref/inbox-name",),
}


@pytest.fixture
def elsewhere(make_repo, tmp_path, baseline, environment):
    """A registry of another repository, by another key."""
    other = make_repo(tmp_path / "other")
    other.commit("first")
    home = tmp_path / "other-home"
    home.mkdir()
    done = baseline.at(other.path, HOME=str(home))("init")
    assert done.code == 0, done.err
    return other


def test_what_was_signed_stays(server, registry, inside, push, forge, elsewhere, pin, tmp_path):
    foreign = push(server, repo=elsewhere)
    assert (foreign.code, foreign.rules) == (1, ("push/pin",)), foreign.err

    first = push(server)
    assert (first.code, first.rules) == (0, ()), first.err
    assert inside(*_NUMBER, "1.5").code == 0
    second = push(server)
    assert (second.code, second.rules) == (0, ()), second.err
    tip = registry.tip()
    mark = (server.path / "git-baseline" / "high-water").read_text()
    assert mark == f"{tip} refs/heads/baselines\n"

    forged = forge()
    (server.path / "refs" / "heads" / "alias").write_text("ref: refs/heads/baselines\n")
    before = server.files()
    said = {}
    for name, spec in _SPECS.items():
        done = push(server, spec.format(forged=forged, tip=tip))
        assert done.code == 1, (name, done.err)
        said[name] = done.rules
        assert server.files() == before, name
    assert said == _REFUSED

    registry.git("remote", "add", "origin", server.url)
    doctor = inside("hooks", "doctor", **server.client)
    assert (doctor.code, doctor.text) == (
        0,
        f"enforced: {_shown(server.url)} refused the probe push\n",
    )
    assert server.files() == before

    clone = tmp_path / "clone"
    reader = replace(registry, environment=registry.environment | server.client)
    reader.git("clone", "-q", "--branch", "baselines", server.url, clone)
    found = inside.at(clone)("verify", "--root", pin, "--json").json
    assert (found["tip"], found["good"], found["pinned"], found["statements"]) == (
        tip,
        True,
        True,
        2,
    )


def test_http_bodies_in_pieces_and_compressed(over_http, registry, forge, push, tmp_path):
    assert push(over_http).code == 0
    registry.git("config", "http.postBuffer", "65536")
    registry.path.joinpath("noise").write_bytes(random.Random(1).randbytes(300_000))
    registry.git("add", "noise")
    registry.commit("noise")
    together = ("main", f"{forge()}:refs/heads/baselines")
    mixed = push(over_http, *together)
    assert (mixed.code, mixed.rules, over_http.seen) == (1, ("signature/missing",), {"chunked"})
    assert "pre-receive hook declined" in mixed.err
    assert sorted(path.name for path in over_http.path.glob("refs/heads/*")) == ["baselines"]

    registry.git("clone", "-q", "--branch", "baselines", over_http.url, tmp_path / "clone")
    clone = replace(registry, path=tmp_path / "clone")
    for number in range(40):
        clone.git("commit", "-q", "--allow-empty", "-m", f"own {number}")
    assert push(over_http, "main").code == 0
    clone.git("fetch", "-q")
    assert over_http.seen == {"chunked", "gzip"}
    assert clone.git("rev-parse", "origin/main") == registry.git("rev-parse", "main")


def _shown(url):
    scheme, slashes, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{host.rpartition('@')[2]}{slash}{path}"
