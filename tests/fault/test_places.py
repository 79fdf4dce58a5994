"""Record, verify and push in odd places: the same bytes in, the same answers out."""

import json
import sys
from dataclasses import replace

import pytest

NUMBER = ("record", "--json", "-f", "fam", "-m", "step", "--value", "1.5", "--unit", "ms")
OPTIMISED = (sys.executable, "-O", "-m", "gitbaseline")


def works(program, make_repo, folder):
    """Begin, record, verify, protect a server, push to it, and be refused by it."""
    repo = make_repo(folder / "code")
    repo = replace(repo, environment=program.environment)
    repo.commit("first")
    here = program.at(repo.path)
    assert here("init", "--no-remote").code == 0
    server = make_repo(folder / "server.git", "--bare")
    repo.git("push", "-q", server.path, "baselines")
    assert here("hooks", "install", "--server", server.path).code == 0
    assert here("hooks", "doctor", "--server", server.path).code == 0
    recorded = here(*NUMBER)
    assert recorded.code == 0, recorded.err
    repo.git("push", "-q", server.path, "baselines")
    assert server.git("rev-parse", "baselines") == repo.tip()
    rewound = repo.run("push", "-f", server.path, "baselines~1:baselines", check=False)
    assert (rewound.returncode, b"history/rewind" in rewound.stderr) == (1, True)
    for place in (repo, server):
        verified = here("-C", place.path, "verify", "--full", "--json")
        assert (verified.code, json.loads(verified.out)["statements"]) == (0, 2)
    return recorded.json


@pytest.mark.parametrize(
    "name",
    ["a:b", "a b", "it's", 'say "x"', "größe", "a\tb", "-dash", "$HOME", "a;b", "a%20b", "日本"],
)
def test_paths(baseline, make_repo, tmp_path, name):
    works(baseline, make_repo, tmp_path / name)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/St_Johns"])
def test_time_zones(baseline, make_repo, tmp_path, zone):
    program = baseline.at(tmp_path, TZ=zone)
    assert works(program, make_repo, tmp_path / "here")["entry"].endswith("Z")


@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8", "xx_XX.nonsense"])
def test_locales(baseline, make_repo, tmp_path, locale):
    program = baseline.at(tmp_path, LC_ALL=locale, LANG=locale)
    works(program, make_repo, tmp_path / "größe")


def test_without_asserts(baseline, make_repo, tmp_path):
    works(replace(baseline, command=OPTIMISED), make_repo, tmp_path / "here")


def test_without_docstrings(baseline, make_repo, tmp_path):
    command = (sys.executable, "-OO", "-m", "gitbaseline")
    works(replace(baseline, command=command), make_repo, tmp_path / "here")


def test_without_write_access_to_the_cache(baseline, make_repo, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    program = baseline.at(tmp_path, XDG_CACHE_HOME=str(blocked / "below"))
    works(program, make_repo, tmp_path / "here")
